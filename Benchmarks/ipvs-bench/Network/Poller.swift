import CLinux
import Glibc

/// Tells which of many descriptors are ready. `epoll(7)`
struct Poller: ~Copyable {
    /// What is waited for, and what has happened: the bits of `epoll_ctl`.
    struct Events: OptionSet {
        let rawValue: UInt32

        static let readable = Events(rawValue: 0x001)  // EPOLLIN
        static let writable = Events(rawValue: 0x004)  // EPOLLOUT
        static let failed = Events(rawValue: 0x008)  // EPOLLERR, always told
        static let hungUp = Events(rawValue: 0x010)  // EPOLLHUP, always told
        /// Tells each change once, not what lasts.
        static let edges = Events(rawValue: 1 << 31)  // EPOLLET
    }

    private let descriptor: Int32
    private var buffer = [epoll_event](repeating: epoll_event(), count: 512)

    init() throws(Failure) {
        descriptor = epoll_create1(Int32(O_CLOEXEC))
        guard descriptor >= 0 else { throw Failure(call: "epoll_create1") }
    }

    deinit { close(descriptor) }

    /// Waits for `events` of `socket` from now on, until that is closed.
    func add(_ socket: Int32, _ events: Events) {
        var event = epoll_event()
        event.events = events.rawValue
        event.data.fd = socket
        epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event)
    }

    /// What is ready now, or within this time.
    mutating func wait(milliseconds: Int32) -> [(socket: Int32, events: Events)] {
        let count = epoll_wait(descriptor, &buffer, Int32(buffer.count), milliseconds)
        return buffer.prefix(max(0, Int(count))).map { ($0.data.fd, Events(rawValue: $0.events)) }
    }
}
