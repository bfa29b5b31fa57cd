import Addressing
import ChaosModel
import Glibc
import KernelTestKit
import Synchronization
import SystemPackage

/// Programs on the node that use the VIPs all the time.
final class Clients: Sendable {
    /// Longer than any repair with the repetitions of TCP, so that an answer that comes late was not lost.
    static let patience: Duration = .seconds(5)
    private static let connectPatience: Duration = .seconds(2)

    private let recorder: Recorder
    private let isStopped = Atomic<Bool>(false)
    private let running = Atomic<Int>(0)
    /// Connections that went on until their client was done with them.
    let kept = Atomic<Int>(0)

    init(_ recorder: Recorder) { self.recorder = recorder }

    func start() {
        for vip in VIP.allCases {
            for number in 0..<2 { run { $0.connectAgainAndAgain(to: vip, after: number * 50_000) } }
            for number in 0..<4 { run { $0.stayConnected(to: vip, lap: 20 + number * 7) } }
        }
    }

    /// Ends them all; a client that waits for an answer is waited for.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        while running.load(ordering: .relaxed) > 0 { usleep(10_000) }
    }

    private func run(_ body: @escaping @Sendable (Clients) -> Void) {
        running.add(1, ordering: .relaxed)
        startThread { [self] in
            body(self)
            running.subtract(1, ordering: .relaxed)
        }
    }

    /// A connection for each request.
    private func connectAgainAndAgain(to vip: VIP, after delay: Int) {
        usleep(UInt32(delay))
        while !isStopped.load(ordering: .relaxed) {
            _ = request(vip) { try HTTPClient(Scene.endpoint(of: vip), timeout: Self.connectPatience).get() }
            usleep(100_000)
        }
    }

    /// One connection for many requests, then another.
    private func stayConnected(to vip: VIP, lap: Int) {
        while !isStopped.load(ordering: .relaxed) {
            var client: HTTPClient?
            let first = request(vip) {
                let connected = try HTTPClient(Scene.endpoint(of: vip), timeout: Self.patience)
                client = connected
                return try connected.get()
            }
            guard let client, let first else {
                usleep(100_000)
                continue
            }
            var earlier = first
            var count = 0
            while !isStopped.load(ordering: .relaxed), count < lap {
                usleep(250_000)
                guard let next = request(vip, earlier: earlier, { try client.get() }) else { break }
                earlier = next
                count += 1
            }
            if count == lap { kept.add(1, ordering: .relaxed) }
        }
    }

    /// Makes one request, records how it ended, and returns who answered.
    private func request(
        _ vip: VIP, earlier: Request.Earlier? = nil, _ ask: () throws -> String
    ) -> Request.Earlier? {
        let began = recorder.now
        var answer: Request.Earlier?
        let outcome: Request.Outcome
        do {
            let server = try ask().split(separator: " ").first.flatMap { try? Endpoint($0) }
            answer = Request.Earlier(
                site: server.flatMap { Scene.site(of: $0, behind: vip) }, asked: began)
            outcome = .answered
        } catch {
            outcome = error as? Errno == .timedOut ? .timedOut : .failed("\(error)")
        }
        recorder.record(
            .requested(Request(vip: vip, earlier: earlier, began: began, ended: recorder.now, outcome: outcome)))
        return answer
    }
}
