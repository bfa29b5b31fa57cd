import Glibc
import LVSCareSystem
public import SystemPackage

/// Threads for work that blocks, and must therefore not be done on a loop.
public enum DetachedThread {
    /// Runs `body` on a new thread, which ends with it. No signal of the process is delivered there.
    ///
    /// Nobody waits for it, and it cannot be stopped. What it finds out goes to a loop through the loop's ``Mailbox``.
    /// Throws `EAGAIN` when the process can have no more threads. `pthread_create(3)`
    public static func start(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        pthread_detach(try Threads.start(blocksSignals: true, body))
    }
}
