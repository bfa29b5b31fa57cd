import Director
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// An event loop on a thread of its own, for whoever has none: the one place that makes either.
///
/// It takes no signal of the process, and ends when it is told to.
final class LoopThread: Sendable {
    private struct State {
        /// `nil` before the thread has begun, and as soon as its end was asked for.
        var eventLoop: (any EventLoop)?
        var hasEnded = false
        var awaiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    private init() {}

    /// A thread that has begun. Throws when the process can have no more of them.
    static func start() async throws(KernelFailure) -> LoopThread {
        let thread = LoopThread()
        let code = await withCheckedContinuation { (hasBegun: CheckedContinuation<Int32, Never>) in
            let code = makeThread {
                MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { eventLoop in
                    thread.state.withLock { $0.eventLoop = eventLoop }
                    hasBegun.resume(returning: 0)
                }
                thread.conclude()
            }
            if code != 0 { hasBegun.resume(returning: code) }
        }
        guard code == 0 else {
            throw KernelFailure(
                operation: "start", object: "a thread", code: code, message: String(cString: strerror(code)))
        }
        return thread
    }

    /// Runs `body` on the thread, after all that was asked for before. Once its end was asked for, nothing is run, and
    /// the answer is `false`.
    @discardableResult
    func execute(_ body: @escaping @Sendable (any EventLoop) -> Void) -> Bool {
        // Under the lock, so that nothing is handed to a loop that is shutting down.
        state.withLock { state in
            guard let eventLoop = state.eventLoop else { return false }
            eventLoop.execute { body(eventLoop) }
            return true
        }
    }

    /// The same, and waits for the result; `nil` once its end was asked for.
    func run<Value: Sendable>(_ body: @escaping @Sendable (any EventLoop) -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            if !execute({ continuation.resume(returning: body($0)) }) { continuation.resume(returning: nil) }
        }
    }

    /// Lets the thread end after all that was asked for before.
    func end() {
        state.withLock { state in
            guard let eventLoop = state.eventLoop.take() else { return }
            eventLoop.execute { eventLoop.shutdownGracefully { _ in } }
        }
    }

    /// Waits until the thread has ended and everything of it is closed.
    func hasEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.awaiting.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func conclude() {
        let awaiting = state.withLock { state in
            state.hasEnded = true
            defer { state.awaiting = [] }
            return state.awaiting
        }
        for continuation in awaiting { continuation.resume() }
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a detached thread for which no signal of the process is meant; returns the errno, 0 for success.
private func makeThread(_ run: @escaping @Sendable () -> Void) -> Int32 {
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    // A thread begins with the mask of the one that makes it.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let body = Unmanaged.passRetained(ThreadBody(run))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
            return nil
        }, body.toOpaque())
    if code == 0 { pthread_detach(thread) } else { body.release() }
    return code
}
