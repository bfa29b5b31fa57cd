import Synchronization
public import SystemPackage

/// A loop on a thread of its own, for programs whose threads have something else to do.
///
/// No signal of the process is delivered to it, and it ends when it is told to.
public final class LoopThread: Sendable {
    private struct State {
        /// `nil` as soon as the end was asked for.
        var mailbox: Mailbox?
        var isTerminated = false
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
        let start = LoopStart(loop)
        try DetachedThread.start {
            start.run()
            self.terminate()
        }
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
    public func shutDown() {
        state.withLock { state in state.mailbox.take()?.send { $0.stop() } }
    }

    /// Whether the thread has ended and everything of it is closed.
    public var isTerminated: Bool { state.withLock(\.isTerminated) }

    /// Waits until the thread has ended and everything of it is closed.
    public func waitUntilTerminated() async {
        await withCheckedContinuation { continuation in
            let isTerminated = state.withLock { state in
                if !state.isTerminated { state.awaiting.append(continuation) }
                return state.isTerminated
            }
            if isTerminated { continuation.resume() }
        }
    }

    private func terminate() {
        let awaiting = state.withLock { state in
            state.isTerminated = true
            defer { state.awaiting = [] }
            return state.awaiting
        }
        for continuation in awaiting { continuation.resume() }
    }
}

/// A loop on its way to its thread.
private final class LoopStart: @unchecked Sendable {
    // Set before the thread begins, and touched by nobody but that thread from then on.
    private var loop: EpollLoop?

    init(_ loop: EpollLoop) { self.loop = loop }

    /// Runs the loop, and lets go of it.
    func run() {
        loop?.run()
        loop = nil
    }
}
