import Addressing
import Director
import Epoll
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import Probing

/// Servers that send without an end, on every layer: each ends as a failure of its own, and nobody else waits for that.
@Suite(.serialized) struct FloodTests {
    static func configuration(_ flood: FloodServer.Flood) -> ProbeConfiguration {
        flood.isGRPC
            ? .grpc(GRPCProbeConfiguration())
            : .http(HTTPProbeConfiguration(scheme: flood.isSecure ? .https : .http))
    }

    @Test(arguments: FloodServer.Flood.allCases.filter { !$0.isWatched })
    func `a flood is cut off long before the timeout`(flood: FloodServer.Flood) async throws {
        let server = try FloodServer(flood)
        let outcome = try await probe(server.endpoint, Self.configuration(flood), timeout: .seconds(60))
        #expect(outcome.isHealthy == flood.isHealthy, "\(outcome)")
        // It is cut off for what it is, and not because its time is over.
        if let failure = outcome.failure {
            #expect([.protocolError, .tls].contains(failure.reason), "\(failure.reason): \(failure.detail)")
            #expect(failure.detail.utf8.count < 300, "\(failure.detail)")
        }
        server.stop()
    }

    @Test(arguments: FloodServer.Flood.allCases.filter(\.isWatched))
    func `a flood ends a kept connection`(flood: FloodServer.Flood) async throws {
        let server = try FloodServer(flood)
        let watch = try await Watch(
            server.endpoint, HTTPProbeConfiguration(scheme: flood.isSecure ? .https : .http))
        try await eventually("\(watch.reports)") {
            watch.reports.last == .ended(.reset) || watch.reports.last == .completed(keeps: false)
        }
        server.stop()
    }

    /// Servers on each layer, probed again and again, and one that is healthy.
    @Test func `other probes go on during a flood`() async throws {
        let floods = try [FloodServer.Flood.octets, .fields, .pings, .records, .tickets, .tickets].map {
            try FloodServer($0)
        }
        let healthy = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        let isOver = Flag()
        let worst = try await withThrowingTaskGroup(of: Void.self) { group in
            for server in floods {
                group.addTask {
                    while !isOver.value {
                        _ = try await probe(server.endpoint, Self.configuration(server.flood), timeout: .seconds(1))
                    }
                }
            }
            let beats = try await Beats()
            for _ in 0..<10 {
                let outcome = try await probe(
                    healthy.endpoint, .http(HTTPProbeConfiguration()), timeout: .seconds(30))
                #expect(outcome.isHealthy, "\(outcome)")
            }
            isOver.raise()
            try await group.waitForAll()
            return await beats.stop()
        }
        // `make attack` has the figure; here it is about a loop that comes to a halt.
        #expect(worst < .seconds(2), "\(worst)")
        for server in floods { server.stop() }
        try await healthy.stop()
    }
}

private final class Flag: Sendable {
    private let flag = Atomic<Bool>(false)

    var value: Bool { flag.load(ordering: .relaxed) }

    func raise() { flag.store(true, ordering: .relaxed) }
}

/// A timer on the loop of the probes that beats every 5 ms, and how late it ever was.
final class Beats: Sendable {
    private final class State {
        var worst = Duration.zero
        var isStopped = false
    }

    private let state: LoopBound<State>

    init() async throws {
        state = try await probeLoop.submit { loop in
            let state = State()
            func beat(at instant: ContinuousClock.Instant) {
                loop.schedule(at: instant) {
                    state.worst = max(state.worst, loop.clock() - instant)
                    if !state.isStopped { beat(at: loop.clock() + .milliseconds(5)) }
                }
            }
            beat(at: loop.now)
            return LoopBound(state, on: loop)
        }
    }

    func stop() async -> Duration {
        await probeLoop.run { [state] loop in
            let state = state.value(on: loop)
            state.isStopped = true
            return state.worst
        } ?? .zero
    }
}
