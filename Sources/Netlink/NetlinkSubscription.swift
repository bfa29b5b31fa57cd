import CLinux
import Glibc
import SystemPackage

/// A socket that hears what changes in this network namespace: the messages of multicast groups.
///
/// It is for an event loop: `read(2)` gives one datagram, or `EAGAIN`, and cuts off what does not fit.
/// `RawSpan.forEachMessage(_:)` takes the datagram apart.
///
/// What it hears is a hint and no record. What comes while the receive buffer is full is lost without a word
/// (`NETLINK_NO_ENOBUFS`), because the listener has to look for itself from time to time anyway, which finds what
/// was missed, while an error would only end the event loop's interest in the socket.
///
/// `read(2)` does not say who the sender was. Apart from the kernel only processes with `CAP_NET_ADMIN` over this
/// network namespace can send to this socket, and these could bring about the change as well as the message.
public struct NetlinkSubscription: ~Copyable {
    /// Receive buffer that is asked for, in bytes, filled only while nobody reads. The kernel takes the double, of which
    /// a small message needs about a kilobyte; it grants less where `net.core.rmem_max` is less.
    private static let bufferSize: Int32 = 256 * 1024

    private let descriptor: OwnedDescriptor

    /// Opens a socket of `family` and joins `groups`, by their numbers.
    ///
    /// The groups of `NETLINK_ROUTE` are open to everybody; those of `NETLINK_NETFILTER` throw `EPERM` without
    /// `CAP_NET_ADMIN`. Throws `EPROTONOSUPPORT` when the kernel has no such family, `EINVAL` or `ENOENT` for a group
    /// that it does not have, `EMFILE`, `ENFILE`, `ENOMEM`.
    public init(_ family: NetlinkProtocol, groups: some Sequence<UInt32>) throws(NetlinkError) {
        // Without an address of its own the socket would count as the kernel, to which no message is delivered.
        let socket = try OwnedDescriptor.netlink(family, options: SOCK_NONBLOCK)
        try socket.set(NETLINK_NO_ENOBUFS, 1, level: SOL_NETLINK, "NETLINK_NO_ENOBUFS")
        try socket.set(SO_RCVBUF, Self.bufferSize, level: SOL_SOCKET, "SO_RCVBUF")
        for group in groups {
            try socket.set(
                NETLINK_ADD_MEMBERSHIP, Int32(bitPattern: group), level: SOL_NETLINK, "NETLINK_ADD_MEMBERSHIP")
        }
        descriptor = socket
    }

    /// The socket's number; valid as long as this value lives.
    public var rawValue: Int32 { descriptor.rawValue }

    /// Gives the open socket away; the caller closes it.
    public consuming func release() -> Int32 { descriptor.release() }
}

extension OwnedDescriptor {
    /// A socket of `family` that has an address of its own, which the kernel chose.
    static func netlink(
        _ family: NetlinkProtocol, options: __socket_type? = nil
    ) throws(NetlinkError) -> OwnedDescriptor {
        let type = SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | (options?.rawValue ?? 0)
        let number = Glibc.socket(AF_NETLINK, Int32(type), family.rawValue)
        guard number >= 0 else { throw .system("socket", Errno(rawValue: errno)) }
        let socket = OwnedDescriptor(adopting: number)

        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size)) == 0
            }
        }
        guard bound else { throw .system("bind", Errno(rawValue: errno)) }
        return socket
    }

    func set(_ option: Int32, _ value: Int32, level: Int32, _ name: String) throws(NetlinkError) {
        var value = value
        guard setsockopt(rawValue, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw .system("setsockopt \(name)", Errno(rawValue: errno))
        }
    }
}
