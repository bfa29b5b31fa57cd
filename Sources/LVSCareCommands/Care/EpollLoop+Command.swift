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
    /// Returns whether both will be done: neither is where the process can have no more threads.
    @discardableResult
    func runElsewhere<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value, then body: @escaping @Sendable (EpollLoop, Value) -> Void
    ) -> Bool {
        guard let thread = try? LoopThread() else { return false }
        thread.execute { [mailbox] _ in
            let value = work()
            mailbox.send { loop in body(loop, value) }
        }
        thread.shutDown()
        return true
    }
}
