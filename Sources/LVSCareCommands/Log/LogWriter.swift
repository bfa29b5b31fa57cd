import Epoll
import Glibc
import Logging
import Synchronization

/// Writes the log of a daemon, and never waits for whoever reads it.
///
/// The flags of standard error are not ours to change: they belong to the open file, which others have open, too. So
/// each write is one that cannot block (`LogTarget`). What cannot be written waits, in order and bounded, and is tried again
/// ten times a second; the rest is dropped and counted. See `docs/decisions/0011-log.md`.
final class LogWriter: Sendable {
    private struct State {
        var backlog = LogBacklog()
        /// Whether a thread is writing.
        var hasThread = false
        /// Whether the loop will try again.
        var awaitsRetry = false
        /// The way to the loop that tries again; `nil` where there is none yet.
        var mailbox: Mailbox?
    }

    /// Time from an attempt to the next while nobody reads.
    static let retryInterval: Duration = .milliseconds(100)
    /// Longest time that the end of the program waits for a reader that reads nothing, in milliseconds.
    static let idleLimit = 50
    /// The same for one that reads slowly.
    static let exitLimit = 1000

    private let target: LogTarget
    private let notice: @Sendable (Int) -> String
    private let state = Mutex(State())

    /// A writer to `target`; `notice` is the line that says how many lines were dropped.
    init(to target: LogTarget, notice: @escaping @Sendable (Int) -> String) {
        self.target = target
        self.notice = notice
    }

    /// A writer to standard error for lines of this form, all of which have these `values`.
    static func toStandardError(_ format: LogFormat, _ values: Logger.Metadata) -> LogWriter {
        LogWriter(to: LogTarget(StandardStream.error.rawValue)) { count in
            let all = values.merging(["count": "\(count)"]) { $1 }
            let line = LogLine(time: .now(), level: .warning, message: "log lines dropped", values: all)
            return format.text(of: line, isColoured: false)
        }
    }

    /// Writes one line with its end, now or as soon as somebody reads.
    func write(_ line: String) {
        state.withLock { state in
            state.backlog.append(line, notice: notice)
            advance(&state)
        }
    }

    /// Has `loop` try again while nobody reads.
    func retry(on loop: EpollLoop) {
        state.withLock { state in
            state.mailbox = loop.mailbox
            advance(&state)
        }
    }

    /// Writes what can still be written, in a bounded time, because the program ends.
    func finish() {
        var (idle, all) = (0, 0)
        var left = state.withLock(\.backlog.count)
        while !state.withLock(\.backlog.isEmpty), idle < Self.idleLimit, all < Self.exitLimit {
            target.waitUntilReady(milliseconds: 10)
            let now = state.withLock { state in
                advance(&state)
                return state.backlog.count
            }
            idle = now < left ? 0 : idle + 10
            all += 10
            left = now
        }
    }

    private func advance(_ state: inout State) {
        guard !state.backlog.isEmpty else { return }
        switch target.kind {
        case .mayBlock: startThread(&state)
        case .neverBlocks: flush(&state)
        }
        guard !state.backlog.isEmpty, !state.hasThread, !state.awaitsRetry, let mailbox = state.mailbox else { return }
        state.awaitsRetry = true
        mailbox.send { loop in
            loop.schedule(at: .now + Self.retryInterval) {
                self.state.withLock { state in
                    state.awaitsRetry = false
                    self.advance(&state)
                }
            }
        }
    }

    /// Writes as much as can be written at once.
    private func flush(_ state: inout State) {
        while true {
            let piece = state.backlog.next(notice: notice)
            guard !piece.isEmpty else { return }
            switch target.write(piece) {
            case .written(let count): state.backlog.advance(by: count)
            case .busy: return
            case .failed: state.backlog.removeAll()
            }
        }
    }

    // MARK: A target that may block

    private func startThread(_ state: inout State) {
        guard !state.hasThread else { return }
        // Where the process can have no more threads, the lines wait.
        state.hasThread = (try? DetachedThread.start { [self] in while writePiece() {} }) != nil
    }

    /// Writes a piece on the thread that does so; `false` when there is nothing left, and the thread is to end.
    private func writePiece() -> Bool {
        let piece = state.withLock { state in
            let piece = Array(state.backlog.next(notice: notice))
            state.hasThread = !piece.isEmpty
            return piece
        }
        guard !piece.isEmpty else { return false }
        let result = target.write(piece[...])
        // Somebody who has the file open, too, does not want writes to block.
        if result == .busy { target.waitUntilReady(milliseconds: 100) }
        state.withLock { state in
            switch result {
            case .written(let count): state.backlog.advance(by: count)
            case .busy: break
            case .failed: state.backlog.removeAll()
            }
        }
        return true
    }
}
