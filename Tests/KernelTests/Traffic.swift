import Addressing
import Foundation
import KernelTestKit
import Synchronization
import SystemPackage
import Testing

/// Clients of a VIP that ask again and again: some with a new connection for each request, some with one for all.
///
/// They ask until they are stopped, or nobody holds them any more.
final class Traffic: Sendable {
    /// A request that was not answered.
    struct Mishap: CustomStringConvertible, Sendable {
        /// Since the traffic began.
        var instant: Duration
        var client: String
        var code: Errno

        var description: String { "after \(instant): \(client): \(code)" }
    }

    /// What befell the clients.
    struct Record: Sendable {
        var answers = 0
        var mishaps: [Mishap] = []
        /// The longest that a client had to wait for an answer, its connection included.
        var slowest: Duration = .zero
    }

    private struct State {
        var record = Record()
        var isStopped = false
    }

    private let state: SharedState
    private let ended = DispatchGroup()

    /// Clients of `vip`; returns when each of them has got its first answer, or a mishap. A request fails after `timeout`.
    init(to vip: Endpoint, fresh: Int = 2, keepAlive: Int = 4, timeout: Duration = .seconds(2)) {
        let state = SharedState()
        self.state = state
        let began = ContinuousClock.now
        let ready = DispatchGroup()
        let clients =
            (0..<fresh).map { "new connections \($0 + 1)" } + (0..<keepAlive).map { "one connection \($0 + 1)" }
        for (index, name) in clients.enumerated() {
            ready.enter()
            ended.enter()
            Thread.detachNewThread { [ended] in
                var connection: HTTPClient?
                var isFirst = true
                while !state.isStopped {
                    let start = ContinuousClock.now
                    do {
                        let client = try connection ?? HTTPClient(vip, timeout: timeout)
                        _ = try client.get()
                        connection = index < fresh ? nil : client
                        state.answered(after: .now - start)
                    } catch {
                        connection = nil
                        let code = error as? Errno ?? .ioError
                        state.failed(Mishap(instant: .now - began, client: name, code: code))
                    }
                    if isFirst { ready.leave() }
                    isFirst = false
                    usleep(10_000)
                }
                ended.leave()
            }
        }
        ready.wait()
    }

    deinit { state.stop() }

    /// What went wrong so far.
    var mishaps: [Mishap] { state.record.mishaps }

    /// Ends it, and returns what befell the clients.
    func stop() -> Record {
        state.stop()
        ended.wait()
        return state.record
    }

    /// Waits until `count` more requests were answered or something went wrong.
    func flow(_ count: Int = 40) throws {
        let goal = state.record.answers + count
        try eventually("traffic flows") { state.record.answers >= goal || !state.record.mishaps.isEmpty }
    }

    /// The part that the threads of the clients hold.
    private final class SharedState: Sendable {
        private let state = Mutex(State())

        var isStopped: Bool { state.withLock(\.isStopped) }
        var record: Record { state.withLock(\.record) }

        func stop() { state.withLock { $0.isStopped = true } }

        func answered(after wait: Duration) {
            state.withLock {
                $0.record.answers += 1
                $0.record.slowest = max($0.record.slowest, wait)
            }
        }

        func failed(_ mishap: Mishap) { state.withLock { $0.record.mishaps.append(mishap) } }
    }
}
