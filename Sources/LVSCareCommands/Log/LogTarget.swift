import Glibc

/// Where the log of a daemon goes, and the way to write there without being held up.
///
/// | standard error is | written by |
/// |---|---|
/// | a pipe, a FIFO, a terminal, a device | `write(2)` to an open file of our own with `O_NONBLOCK`, got from `/proc/self/fd` |
/// | a socket, such as that of the journal | `send(2)` with `MSG_DONTWAIT` |
/// | anything else: a file, on whatever file system | `write(2)`, which may block, on a thread that lives as long as lines wait |
final class LogTarget: Sendable {
    /// Whether a write may be held up.
    enum Kind: Sendable {
        case neverBlocks
        case mayBlock
    }

    /// How a write ended.
    enum Outcome: Hashable, Sendable {
        /// So many octets were written.
        case written(Int)
        /// Nobody reads for now.
        case busy
        /// Nobody will ever read it.
        case failed
    }

    let kind: Kind
    private let descriptor: Int32
    private let isSocket: Bool
    /// Whether `descriptor` is of our own making.
    private let isOurs: Bool

    /// The way to what is open as `descriptor`, which stays the caller's.
    init(_ descriptor: Int32) {
        var status = stat()
        let type = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        isSocket = type == S_IFSOCK
        let own: Int32 =
            type == S_IFIFO || type == S_IFCHR
            // A new open file of the same pipe or device, so that its flags are ours.
            ? open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1
        isOurs = own >= 0
        self.descriptor = isOurs ? own : descriptor
        kind = isSocket || isOurs ? .neverBlocks : .mayBlock
    }

    deinit { if isOurs { close(descriptor) } }

    /// Writes as much of `octets` as it can.
    func write(_ octets: ArraySlice<UInt8>) -> Outcome {
        octets.withUnsafeBytes { octets in
            while true {
                let count =
                    isSocket
                    ? send(descriptor, octets.baseAddress, octets.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
                    : Glibc.write(descriptor, octets.baseAddress, octets.count)
                if count >= 0 { return .written(count) }
                switch errno {
                case EINTR: continue
                case EAGAIN, ENOBUFS: return .busy
                default: return .failed
                }
            }
        }
    }

    /// Waits until something can be written, or at most so long.
    func waitUntilReady(milliseconds: Int32) {
        var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // A file is always ready; what is waited for there is the thread.
        switch kind {
        case .neverBlocks: poll(&wish, 1, milliseconds)
        case .mayBlock: usleep(UInt32(milliseconds) * 1000)
        }
    }
}
