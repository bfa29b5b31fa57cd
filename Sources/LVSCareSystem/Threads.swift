package import Glibc
package import SystemPackage

/// Starts threads.
package enum Threads {
    /// Runs `body` on a new thread, which ends with it and has to be joined or detached.
    ///
    /// It has the signal mask of its maker; no signal of the process is delivered there if `blocksSignals`. Throws `EAGAIN`
    /// when the process can have no more threads. pthread_create(3)
    package static func start(
        blocksSignals: Bool, _ body: @escaping @Sendable () -> Void
    ) throws(Errno) -> pthread_t {
        let work = Unmanaged.passRetained(Work(body))
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        // A thread begins with the mask of the one that makes it.
        if blocksSignals { pthread_sigmask(SIG_SETMASK, &all, &before) }
        defer { if blocksSignals { pthread_sigmask(SIG_SETMASK, &before, nil) } }
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, run, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw Errno(rawValue: code)
        }
        return thread
    }
}

/// What a thread is given to do.
private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
    return nil
}
