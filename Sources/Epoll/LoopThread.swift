import Glibc
public import SystemPackage

/// A thread that does nothing but run a loop, for programs whose main thread has something else to do.
///
/// It ends when it is told to, not by itself.
public final class LoopThread: Sendable {
    /// The way into the loop.
    public let mailbox: Mailbox

    /// Starts the thread. Throws `EAGAIN` where there may be no more threads, and what keeps a loop from being made.
    public init() throws(Errno) {
        mailbox = try Self.start(EpollLoop())
    }

    private static func start(_ loop: EpollLoop) throws(Errno) -> Mailbox {
        let mailbox = loop.mailbox
        // The reference goes to the thread, and the loop belongs to that from here on.
        let reference = Unmanaged.passRetained(loop)
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runLoop, reference.toOpaque())
        guard code == 0 else {
            reference.release()
            throw Errno(rawValue: code)
        }
        pthread_detach(thread)
        return mailbox
    }

    /// Ends the thread when it has handled what was sent before.
    public func stop() { mailbox.send { $0.stop() } }
}

/// What the thread does with the loop that it is given.
private func runLoop(_ loop: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let loop else { return nil }
    var signals = sigset_t()
    sigfillset(&signals)
    // Signals are the business of whoever wrote the program.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Unmanaged<EpollLoop>.fromOpaque(loop).takeRetainedValue().run()
    return nil
}
