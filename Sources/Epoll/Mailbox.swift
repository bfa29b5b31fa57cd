import CLinux
import Glibc
import Synchronization
import SystemPackage

/// The way from other threads into a loop.
///
/// May be kept longer than the loop: what is sent to a loop that has ended is dropped.
public final class Mailbox: Sendable {
    /// What the loop has not taken yet. It has been woken for it as soon as there is something.
    private let work = Mutex<[@Sendable (EpollLoop) -> Void]>([])
    /// An `eventfd(2)` that wakes the loop.
    let descriptor: Int32

    init() throws(Errno) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    }

    deinit { close(descriptor) }

    /// Has `work` done on the loop, in the order of the calls. May be called on any thread.
    public func send(_ work: @escaping @Sendable (EpollLoop) -> Void) {
        let isFirst = self.work.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
        if isFirst { eventfd_write(descriptor, 1) }
    }

    /// Takes out all that has been sent.
    func drain() -> [@Sendable (EpollLoop) -> Void] {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        return work.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
