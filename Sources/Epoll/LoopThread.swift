import Glibc
import Synchronization
public import SystemPackage

/// A loop on a thread of its own, for programs whose threads have something else to do.
///
/// No signal of the process is delivered to it, and it ends when it is told to.
public final class LoopThread: Sendable {
    private struct State {
        /// `nil` as soon as the end was asked for.
        var mailbox: Mailbox?
        var hasEnded = false
        var awaiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// A thread that has begun.
    ///
    /// Throws `EAGAIN` when the process can have no more threads, and `EMFILE`, `ENFILE` or `ENOMEM`.
    public init() throws(Errno) {
        let loop = try EpollLoop()
        state = Mutex(State(mailbox: loop.mailbox))
        try start(loop)
    }

    private func start(_ loop: EpollLoop) throws(Errno) {
        // The loop goes to the thread, and is the thread's alone from here on.
        let errand = Unmanaged.passRetained(ThreadErrand(loop: loop, thread: self))
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        // A thread begins with the mask of the one that makes it.
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runErrand, errand.toOpaque())
        guard code == 0 else {
            errand.release()
            throw Errno(rawValue: code)
        }
        pthread_detach(thread)
    }

    /// Runs `body` on the thread, after all that was asked for before. Once its end was asked for, nothing is run, and
    /// the answer is `false`.
    @discardableResult
    public func execute(_ body: @escaping @Sendable (EpollLoop) -> Void) -> Bool {
        // Under the lock, so that nothing is handed to a loop that has been told to stop.
        state.withLock { state in
            guard let mailbox = state.mailbox else { return false }
            mailbox.send(body)
            return true
        }
    }

    /// The same, and waits for the result; `nil` once its end was asked for.
    public func run<Value: Sendable>(_ body: @escaping @Sendable (EpollLoop) -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            if !execute({ continuation.resume(returning: body($0)) }) { continuation.resume(returning: nil) }
        }
    }

    /// Lets the thread end after all that was asked for before.
    public func end() {
        state.withLock { state in state.mailbox.take()?.send { $0.stop() } }
    }

    /// Whether the thread has ended and everything of it is closed.
    public var isOver: Bool { state.withLock(\.hasEnded) }

    /// Waits until the thread has ended and everything of it is closed.
    public func hasEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.awaiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    fileprivate func conclude() {
        let awaiting = state.withLock { state in
            state.hasEnded = true
            defer { state.awaiting = [] }
            return state.awaiting
        }
        for continuation in awaiting { continuation.resume() }
    }
}

/// What a new thread is given.
private final class ThreadErrand {
    private var loop: EpollLoop?
    private let thread: LoopThread

    init(loop: EpollLoop, thread: LoopThread) {
        self.loop = loop
        self.thread = thread
    }

    func run() {
        loop?.run()
        loop = nil
        thread.conclude()
    }
}

private func runErrand(_ errand: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let errand { Unmanaged<ThreadErrand>.fromOpaque(errand).takeRetainedValue().run() }
    return nil
}
