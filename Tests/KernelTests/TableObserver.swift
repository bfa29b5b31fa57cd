import Addressing
import Foundation
import IPVS
import KernelTestKit
import Synchronization

/// Looks at a virtual service in the kernel's table all the time, with the eyes of neither the daemon nor
/// ipvsadm, and remembers how the weight of each real server went.
final class TableObserver: Sendable {
    /// What was seen.
    struct Record: Sendable {
        var looks = 0
        /// How the weight of each real server went; `nil` while it was absent.
        var weights: [String: [UInt32?]] = [:]
        /// When none of the healthy ones had a weight above 0, since the observer began.
        var lapses: [Duration] = []
    }

    private let state: SharedState
    private let ended = DispatchGroup()

    /// An observer of `vip`, to whose clients `healthy` must be there all the time, one of them at least.
    init(of vip: Endpoint, healthy: Set<String>) {
        let state = SharedState()
        self.state = state
        let began = ContinuousClock.now
        let hasLooked = DispatchSemaphore(value: 0)
        ended.enter()
        Thread.detachNewThread { [ended] in
            defer { ended.leave() }
            guard let ipvs = try? IPVSClient() else { return }
            while !state.isStopped {
                let found = (try? ipvs.destinations(of: .endpoint(.tcp, vip))) ?? []
                // A dump that a change overtakes can name one twice.
                let weights = Dictionary(
                    found.map { ("\($0.identity)", $0.configuration.weight.rawValue) }, uniquingKeysWith: { $1 })
                state.saw(weights, isLapse: !healthy.contains { (weights[$0] ?? 0) > 0 }, at: .now - began)
                hasLooked.signal()
                // The others on this processor have something to do, too.
                usleep(500)
            }
        }
        hasLooked.wait()
    }

    deinit { state.stop() }

    /// Ends it, and returns what it saw.
    func stop() -> Record {
        state.stop()
        ended.wait()
        return state.record
    }

    private final class SharedState: Sendable {
        private let state = Mutex((record: Record(), isStopped: false))

        var isStopped: Bool { state.withLock(\.isStopped) }
        var record: Record { state.withLock(\.record) }

        func stop() { state.withLock { $0.isStopped = true } }

        func saw(_ weights: [String: UInt32], isLapse: Bool, at instant: Duration) {
            state.withLock { state in
                state.record.looks += 1
                if isLapse { state.record.lapses.append(instant) }
                for name in Set(weights.keys).union(state.record.weights.keys) {
                    let history = state.record.weights[name] ?? []
                    if history.isEmpty || history.last != .some(weights[name]) {
                        state.record.weights[name] = history + [weights[name]]
                    }
                }
            }
        }
    }
}
