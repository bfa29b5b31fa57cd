import CLinux
import Glibc
import Synchronization
import SystemPackage

/// The way from other threads into a loop.
///
/// May be kept longer than the loop: what is sent to a loop that has ended is dropped.
public final class Mailbox: Sendable {
    private struct State {
        var work: [@Sendable (EpollLoop) -> Void] = []
        /// Whether the loop has been woken for what lies in the box.
        var isRung = false
    }

    private let state = Mutex(State())
    /// An `eventfd(2)` that wakes the loop.
    let descriptor: Int32

    init() throws(Errno) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    }

    deinit { close(descriptor) }

    /// Has `work` done on the loop, in the order of the calls. May be called on any thread.
    public func send(_ work: @escaping @Sendable (EpollLoop) -> Void) {
        let isFirst = state.withLock { state in
            state.work.append(work)
            defer { state.isRung = true }
            return !state.isRung
        }
        if isFirst { eventfd_write(descriptor, 1) }
    }

    /// Takes out all that has been sent.
    func empty() -> [@Sendable (EpollLoop) -> Void] {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        return state.withLock { state in
            defer { state = State() }
            return state.work
        }
    }
}
