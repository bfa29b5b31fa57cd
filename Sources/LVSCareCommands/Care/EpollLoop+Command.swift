import Epoll
import LVSCareModel
import SystemPackage

extension EpollLoop {
    /// The loop that a command runs on its only thread.
    static func ofCommand() throws(KernelFailure) -> EpollLoop {
        do throws(Errno) {
            return try EpollLoop()
        } catch {
            throw KernelFailure(operation: "wait for", object: "events", code: error.rawValue)
        }
    }
}

extension EpollLoop {
    /// Does `work`, which may block, on a thread of its own, and `body` with its result on this loop.
    ///
    /// Neither is done where the process can have no more threads.
    func runElsewhere<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value, then body: @escaping @Sendable (Value) -> Void
    ) {
        guard let thread = try? LoopThread() else { return }
        thread.execute { [mailbox] _ in
            let value = work()
            mailbox.send { _ in body(value) }
        }
        thread.end()
    }
}
