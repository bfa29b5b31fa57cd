import Addressing
import ChaosModel
import Glibc
import KernelTestKit
import Synchronization
import SystemPackage

/// Programs on the node that use the VIPs all the time.
final class Clients: Sendable {
    /// Longer than any repair with the repetitions of TCP, so that an answer that comes late was not lost.
    static let requestTimeout: Duration = .seconds(5)
    private static let connectPatience: Duration = .seconds(2)

    private let recorder: Recorder
    private let scene: Scene
    private let isStopped = Atomic<Bool>(false)
    private let running = Atomic<Int>(0)
    /// Connections that went on until their client was done with them.
    let kept = Atomic<Int>(0)

    /// The ports of clients lie below those that the kernel gives to probes. A probe from the port of a client's connection
    /// to the same real server would look like a part of it.
    static let ports: ClosedRange<UInt64> = 10_000...29_999
    /// Connections after which each of three real servers has had its turn, whoever else connects.
    private static let longestTour = 15
    /// Connections of a tour that fail before it is given up.
    private static let mostFailures = 3
    private let portsTaken = Atomic<UInt64>(0)

    init(_ recorder: Recorder, _ scene: Scene) { (self.recorder, self.scene) = (recorder, scene) }

    func start() {
        for vip in VIP.allCases {
            for number in 0..<2 {
                run { $0.connectAgainAndAgain(to: Service(vip: vip, origin: .node), after: number * 50_000) }
            }
            for number in 0..<4 { run { $0.stayConnected(to: Service(vip: vip, origin: .node), lap: 20 + number * 7) } }
            guard scene.mode.hasRules else { continue }
            run { $0.connectAgainAndAgain(to: Service(vip: vip, origin: .elsewhere), after: 0) }
            for number in 0..<2 {
                run { $0.stayConnected(to: Service(vip: vip, origin: .elsewhere), lap: 20 + number * 7) }
            }
        }
    }

    /// Ends them all; a client that waits for an answer is waited for.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        while running.load(ordering: .relaxed) > 0 { usleep(10_000) }
    }

    /// A VIP as a client sees it.
    private struct Service {
        var vip: VIP
        var origin: Request.Origin
        var endpoint: Endpoint { Scene.endpoint(of: vip) }

        /// Goes to where its clients are; this thread stays there.
        func enter() { if origin == .elsewhere { enterNamespace("c1") } }
    }

    private func run(_ body: @escaping @Sendable (Clients) -> Void) {
        running.add(1, ordering: .relaxed)
        startThread { [self] in
            body(self)
            running.subtract(1, ordering: .relaxed)
        }
    }

    /// A connection for each request.
    private func connectAgainAndAgain(to service: Service, after delay: Int) {
        service.enter()
        usleep(UInt32(delay))
        while !isStopped.load(ordering: .relaxed) {
            _ = request(service) {
                let client = try HTTPClient(service.endpoint, timeout: Self.connectPatience, from: nextPort())
                return (try client.get(), client)
            }
            usleep(100_000)
        }
    }

    /// One connection for many requests, then another.
    private func stayConnected(to service: Service, lap: Int) {
        service.enter()
        while !isStopped.load(ordering: .relaxed) {
            var client: HTTPClient?
            let first = request(service) {
                let connected = try HTTPClient(service.endpoint, timeout: Self.requestTimeout, from: nextPort())
                client = connected
                return (try connected.get(), connected)
            }
            guard let client, let first else {
                usleep(100_000)
                continue
            }
            var earlier = first
            var count = 0
            while !isStopped.load(ordering: .relaxed), count < lap {
                usleep(250_000)
                guard let next = request(service, earlier: earlier, { (try client.get(), client) }) else { break }
                earlier = next
                count += 1
            }
            if count == lap { kept.add(1, ordering: .relaxed) }
        }
    }

    /// Has clients everywhere connect while nothing is disturbed, and records whom they reached.
    func tour() {
        for vip in VIP.allCases {
            for origin in scene.mode.hasRules ? [Request.Origin.node, .elsewhere] : [.node] {
                runThread { [self] in tour(Service(vip: vip, origin: origin)) }
            }
        }
    }

    private func tour(_ service: Service) {
        service.enter()
        let began = recorder.now
        var reached: Set<Site> = []
        var (connections, failures) = (0, 0)
        // Others connect meanwhile, so it is not always the next one's turn.
        while reached.count < Site.allCases.count, connections < Self.longestTour, failures < Self.mostFailures {
            connections += 1
            guard let client = try? HTTPClient(service.endpoint, timeout: Self.connectPatience, from: nextPort()),
                let server = try? client.get().split(separator: " ").first.flatMap({ try? Endpoint($0) })
            else {
                failures += 1
                continue
            }
            if let site = scene.site(of: server, behind: service.vip) { reached.insert(site) }
        }
        recorder.record(
            .toured(
                Tour(
                    vip: service.vip, origin: service.origin, began: began, ended: recorder.now, reached: reached,
                    connections: connections)))
    }

    private func nextPort() -> UInt16 {
        let number = portsTaken.wrappingAdd(1, ordering: .relaxed).oldValue
        return UInt16(Self.ports.lowerBound + number % UInt64(Self.ports.count))
    }

    /// Makes one request, records how it ended, and returns who answered.
    private func request(
        _ service: Service, earlier: Request.Earlier? = nil, _ ask: () throws -> (answer: String, client: HTTPClient)
    ) -> Request.Earlier? {
        let began = recorder.now
        var answer: Request.Earlier?
        let outcome: Request.Outcome
        do {
            // "SERVER to CLIENT"
            let (text, client) = try ask()
            let words = text.split(separator: " ")
            let server = words.first.flatMap { try? Endpoint($0) }
            answer = Request.Earlier(
                site: server.flatMap { scene.site(of: $0, behind: service.vip) }, asked: began,
                isMasqueraded: words.last.map(String.init) != client.source)
            outcome = .answered
        } catch {
            outcome = error as? Errno == .timedOut ? .timedOut : .failed("\(error)")
        }
        recorder.record(
            .requested(
                Request(
                    vip: service.vip, origin: service.origin, earlier: earlier, began: began, ended: recorder.now,
                    outcome: outcome)))
        return answer
    }
}
