import Addressing
import Glibc

/// Failures of the real servers of one virtual service, one after the other, each soon after the last one was healed.
final class Trial {
    /// What is measured about each failure.
    enum Subject: String {
        /// The time until no new connection goes there, and the failed requests of a client.
        case requests
        /// Connections that clients hold: one idle, one with a request under way.
        case connections
    }

    private enum Phase {
        /// All real servers take connections; the next one will fail at this moment.
        case healthy(until: Double)
        case failed(since: Double)
        /// No new connection goes there, after so many milliseconds; this was seen at that moment.
        case noticed(after: Double, at: Double)
        case healing(since: Double)
    }

    /// Milliseconds: of requests before a failure and after it was noticed; of waiting for anything to happen.
    private static let margin = 150.0, limit = 60_000.0
    /// Milliseconds that a client is given for the answer over a connection that it held.
    private static let patience = 5000.0

    private let subject: Subject
    private let hosts: [Host]
    private let report: (String) -> Void
    /// How long to wait before each of the failures that are left, in milliseconds.
    private var delays: [Double]
    private var phase = Phase.healing(since: Moment().milliseconds)
    private var load: RequestLoad
    private var idle: KeptClient, waiting: KeptClient

    /// - Parameters:
    ///   - delays: milliseconds to wait before each failure, after all real servers take connections.
    ///   - report: is called with a line of figures about each failure.
    init(
        _ subject: Subject, of service: Endpoint, on hosts: [Host], delays: [Double],
        report: @escaping (String) -> Void
    ) {
        self.subject = subject
        self.hosts = hosts
        self.delays = delays
        self.report = report
        load = RequestLoad(to: service)
        idle = KeptClient(of: service)
        waiting = KeptClient(of: service)
    }

    /// Whether there is nothing left to do.
    var isOver: Bool { delays.isEmpty }
    /// The real server whose turn it is.
    private var host: Host { hosts[delays.count % hosts.count] }

    /// Goes on after `events` of `socket`, if that belongs to one of these clients.
    func handle(_ socket: Int32, _ events: Poller.Events, _ poller: borrowing Poller) {
        load.handle(socket, events)
        idle.handle(socket, events, poller)
        waiting.handle(socket, events, poller)
    }

    /// Does what is to be done at `now`, when the kernel's table is this.
    func step(at now: Double, _ table: [ArraySlice<UInt8>: ArraySlice<UInt8>], _ poller: borrowing Poller) throws {
        load.expire(at: now)
        idle.retry(poller)
        waiting.retry(poller)
        switch phase {
        case .healing(let since):
            guard now - since < Self.limit else { throw Failure("\(host.place.endpoint) was not back in a minute") }
            guard hosts.allSatisfy({ isUsable($0, table) }) else { return }
            phase = .healthy(until: now + 2 * Self.margin + delays[delays.count - 1])
            guard subject == .connections else { return }
            idle.hold(host.place.endpoint, poller)
            waiting.hold(host.place.endpoint, poller)
        case .healthy(let end):
            if now > end - Self.margin { sendLoad(at: now, poller) }
            guard now >= end, subject == .requests || idle.isReady && waiting.isReady else { return }
            host.fail()
            phase = .failed(since: Moment().milliseconds)
            if subject == .connections { waiting.ask(poller) }
        case .failed(let since):
            sendLoad(at: now, poller)
            guard now - since < Self.limit else { throw Failure("\(host.place.endpoint): a minute and no weight 0") }
            guard subject == .requests ? !isUsable(host, table) : table[host.place.tableEntry[...]] == nil else {
                return
            }
            let seen = Moment().milliseconds
            phase = .noticed(after: seen - since, at: seen)
            if subject == .connections { idle.ask(poller) }
        case .noticed(let duration, let moment):
            if now < moment + Self.margin { return sendLoad(at: now, poller) }
            if subject == .requests {
                guard load.isIdle else { return }
                report("\(hundredths(duration)) \(load.failed) \(load.sent)\n")
                load.reset()
            } else {
                guard now > moment + Self.patience || idle.waited != nil && waiting.waited != nil else { return }
                let waits = [idle.waited, waiting.waited].map { $0.map(hundredths) ?? "never" }
                report("\(hundredths(duration)) \(waits.joined(separator: " "))\n")
                idle.end()
                waiting.end()
            }
            try host.heal()
            delays.removeLast()
            phase = .healing(since: now)
        }
    }

    private func sendLoad(at now: Double, _ poller: borrowing Poller) {
        if subject == .requests { load.send(at: now, poller) }
    }

    private func isUsable(_ host: Host, _ table: [ArraySlice<UInt8>: ArraySlice<UInt8>]) -> Bool {
        table[host.place.tableEntry[...]].map { !$0.elementsEqual("0".utf8) } ?? false
    }
}
