import Addressing
import Foundation
import IPVS
import KernelTestKit
import LoadBalancing
import Synchronization
import SystemPackage
import Testing

/// A daemon with two real servers on this node, which find out soon that one of them hangs.
final class WaitingScene {
    private let stage: Stage
    private let ipvs: IPVSClient
    private var daemon: Lvscare?

    init() throws {
        stage = try Stage()
        ipvs = try IPVSClient()
    }

    /// What the daemon wrote.
    var log: String { daemon?.log ?? "" }

    /// The real servers of `vip` at `address`, when they are healthy.
    func start(_ vip: Endpoint, at address: String, _ more: String = "") throws -> [EchoServer] {
        try stage.addHost()
        let servers = try (8081...8082).map { try EchoServer(endpoint("\(address):\($0)")) }
        daemon = try Lvscare(
            "care --vs \(vip) --rs \(address):8081,\(address):8082 --health-schem http --health-path /",
            "--verify-path=false --interval 500ms --unhealthy-interval 200ms --health-timeout 1s" + more)
        try eventually(within: .seconds(30), "\(log)") {
            log.contains("virtual service is ready") && lines(with: "is healthy") == 2
        }
        return servers
    }

    /// When `realServer` was seen to be gone from the table.
    func removal(of realServer: Endpoint, from vip: Endpoint) throws -> ContinuousClock.Instant {
        try eventually(within: .seconds(60), "\(log)", pause: 500) {
            try !ipvs.destinations(of: .endpoint(.tcp, vip)).contains(where: { "\($0.identity)" == "\(realServer)" })
        }
        return .now
    }

    /// Waits until the daemon has written so many lines with `text`.
    func eventuallyLogs(_ text: String, times count: Int = 1) throws {
        try eventually(within: .seconds(30), "\(log)") { lines(with: text) >= count }
    }

    private func lines(with text: String) -> Int { log.split(separator: "\n").count { $0.contains(text) } }

    /// Connections of clients on this node to `vip`, as `ss` counts them.
    func connections(to vip: Endpoint) throws -> Int {
        try Shell.lines("ss -tnH state established dst '\(vip)'").count
    }
}

/// A request that is not answered, on a thread of its own: what becomes of it, and of the one that follows it.
final class WaitingRequest: Sendable {
    struct Outcome: Sendable, Equatable {
        var error: Errno?
        /// What a new connection got, and when.
        var answer: String?
        var instant: ContinuousClock.Instant
    }

    private let state: SharedState

    /// Begins to wait, and connects to `service` when that has come to an end.
    init(by client: HTTPClient, anewTo service: Endpoint) {
        let state = SharedState()
        self.state = state
        Thread.detachNewThread {
            var error: Errno?
            // Its own limit is no end.
            repeat {
                do { _ = try client.get() } catch let code { error = code as? Errno }
            } while error == .timedOut
            let answer = try? HTTPClient.get(service)
            state.end(Outcome(error: error, answer: answer, instant: .now))
        }
    }

    /// What became of it; `nil` where it still waits after `limit`.
    func outcome(within limit: Duration) -> Outcome? {
        let deadline = ContinuousClock.now + limit
        while state.outcome == nil, .now < deadline { usleep(1000) }
        return state.outcome
    }

    private final class SharedState: Sendable {
        private let ended = Mutex<Outcome?>(nil)

        var outcome: Outcome? { ended.withLock(\.self) }

        func end(_ outcome: Outcome) { ended.withLock { $0 = outcome } }
    }
}
