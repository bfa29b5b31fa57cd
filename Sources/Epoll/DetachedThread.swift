import CLinux
import Glibc
public import SystemPackage

/// Threads for what blocks, and must therefore not be done on a loop.
public enum DetachedThread {
    /// Runs `body` on a new thread, which ends with it. No signal of the process is delivered there.
    ///
    /// Nobody waits for it, and it cannot be stopped. What it finds out goes to a loop through the loop's ``Mailbox``.
    /// Throws `EAGAIN` when the process can have no more threads. `pthread_create(3)`
    public static func start(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        let work = Unmanaged.passRetained(ThreadWork(body))
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        // A thread begins with the mask of the one that makes it.
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, run, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw Errno(rawValue: code)
        }
        pthread_detach(thread)
    }
}

/// What a thread is given to do.
private final class ThreadWork: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let work { Unmanaged<ThreadWork>.fromOpaque(work).takeRetainedValue().body() }
    return nil
}
