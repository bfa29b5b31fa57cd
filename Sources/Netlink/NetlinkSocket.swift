import CLinux
import Glibc
public import SystemPackage

/// A netlink family's number, the third argument of `socket(AF_NETLINK, …)`.
public struct NetlinkProtocol: RawRepresentable, Hashable, Sendable {
    /// The number, `NETLINK_…` in `linux/netlink.h`.
    public var rawValue: Int32

    /// A family of its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `NETLINK_ROUTE`: links, addresses, routes, rules.
    public static let route = NetlinkProtocol(rawValue: 0)
    /// `NETLINK_SOCK_DIAG`: sockets of all processes.
    public static let socketDiagnostics = NetlinkProtocol(rawValue: 4)
    /// `NETLINK_NETFILTER`: nf_tables, conntrack.
    public static let netfilter = NetlinkProtocol(rawValue: 12)
    /// `NETLINK_GENERIC`: families that are found by name, IPVS among them.
    public static let generic = NetlinkProtocol(rawValue: 16)
}

/// A netlink socket: a transport to this network namespace's kernel.
///
/// It belongs to the namespace of the thread that opened it, also when it is used by another thread later.
public final class NetlinkSocket: NetlinkTransport {
    let descriptor: OwnedDescriptor
    /// The address that the kernel gave to the socket.
    public let port: UInt32
    /// How many answers of one message fit into the receive buffer.
    public let answerCapacity: Int

    /// Opens and binds a socket of `family`; `timeout` is the longest wait for an answer, at least a tick of the kernel's
    /// clock.
    ///
    /// The kernel answers most requests before `send` returns, so a timeout means that something is badly wrong.
    /// Throws `EPROTONOSUPPORT` when the kernel has no such family, `EMFILE`, `ENFILE`, `ENOMEM`.
    public init(_ family: NetlinkProtocol, timeout: Duration = .seconds(5)) throws(NetlinkError) {
        descriptor = try OwnedDescriptor.netlink(family)
        let number = descriptor.rawValue

        var address = sockaddr_nl()
        var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) == 0 }
        }
        guard isKnown else { throw .system("getsockname", Errno(rawValue: errno)) }
        port = address.nl_pid

        var limit = timeval(waitingFor: timeout)
        guard setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size)) == 0 else {
            throw .system("setsockopt SO_RCVTIMEO", Errno(rawValue: errno))
        }
        // Extended acknowledgements (Linux 4.12), errors without the request's body (4.3) and dumps that honour
        // their filters (4.20) are improvements where the kernel has them.
        Self.enable(NETLINK_EXT_ACK, on: number)
        Self.enable(NETLINK_CAP_ACK, on: number)
        Self.enable(NETLINK_GET_STRICT_CHK, on: number)
        answerCapacity = Self.growReceiveBuffer(of: number) / Self.answerFootprint
    }

    /// Memory that one answer takes in the receive buffer at most: the message and the kernel's `sk_buff` around it.
    private static let answerFootprint = 2048

    private static func enable(_ option: Int32, on number: Int32) {
        var on: Int32 = 1
        _ = setsockopt(number, SOL_NETLINK, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Asks for a receive buffer of a megabyte, beyond the system's limit where privileged; returns what it is.
    private static func growReceiveBuffer(of number: Int32) -> Int {
        set(SO_RCVBUF, orBeyondLimit: SO_RCVBUFFORCE, 1 << 20, on: number)
        return size(SO_RCVBUF, of: number)
    }

    /// Asks for a send buffer that holds a datagram of `count` bytes, beyond the system's limit where privileged; returns
    /// whether it is larger now.
    private func growSendBuffer(toHold count: Int) -> Bool {
        let before = Self.size(SO_SNDBUF, of: descriptor.rawValue)
        // The kernel doubles the number, and keeps 32 bytes for itself.
        let wanted = Int32(clamping: count / 2 + 32)
        Self.set(SO_SNDBUF, orBeyondLimit: SO_SNDBUFFORCE, wanted, on: descriptor.rawValue)
        return Self.size(SO_SNDBUF, of: descriptor.rawValue) > before
    }

    /// Sets the size of a buffer, without regard to `net.core.rmem_max` and `wmem_max` where that is permitted.
    private static func set(_ option: Int32, orBeyondLimit forced: Int32, _ bytes: Int32, on number: Int32) {
        var bytes = bytes
        let length = socklen_t(MemoryLayout<Int32>.size)
        if setsockopt(number, SOL_SOCKET, forced, &bytes, length) != 0 {
            _ = setsockopt(number, SOL_SOCKET, option, &bytes, length)
        }
    }

    /// Size of a buffer as the kernel counts; 0 where it does not tell.
    private static func size(_ option: Int32, of number: Int32) -> Int {
        var bytes: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(number, SOL_SOCKET, option, &bytes, &length) == 0 else { return 0 }
        return Int(bytes)
    }

    /// Sends one datagram to the kernel; a send buffer that is too small for it is made larger.
    ///
    /// Throws `EMSGSIZE` when it may not be, and nothing was sent.
    public func send(_ datagram: [UInt8]) throws(Errno) {
        var hasGrown = false
        while true {
            if Glibc.send(descriptor.rawValue, datagram, datagram.count, 0) >= 0 { return }
            switch errno {
            case EINTR: continue
            case EMSGSIZE where !hasGrown && growSendBuffer(toHold: datagram.count): hasGrown = true
            case let code: throw Errno(rawValue: code)
            }
        }
    }

    /// Waits for one datagram from the kernel; what other processes send is dropped.
    public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        while true {
            var sender = sockaddr_nl()
            var length = socklen_t(MemoryLayout<sockaddr_nl>.size)
            let count = withUnsafeMutablePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(
                        descriptor.rawValue, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC), $0, &length)
                }
            }
            if count < 0 {
                guard errno == EINTR else { throw Errno(rawValue: errno) }
            } else if sender.nl_pid == 0 {
                // With MSG_TRUNC the kernel tells the datagram's real length.
                guard count <= buffer.count else { throw .messageTooLong }
                return count
            }
        }
    }
}

extension timeval {
    /// The longest wait of a socket (`SO_RCVTIMEO`): microseconds, at least one, because none at all stands for ever.
    fileprivate init(waitingFor duration: Duration) {
        // Centuries are as good as ever, and no more would fit.
        let (seconds, attoseconds) = min(max(duration, .microseconds(1)), .seconds(Int64(Int32.max))).components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
