import Glibc
import Netlink
import SystemPackage

/// A name of a UNIX socket that exists in a network namespace instead of a file system, and as long as its socket:
/// `unix(7)`, "abstract".
struct AbstractName: Hashable, Sendable, CustomStringConvertible {
    private let text: String

    /// The name `text`, of which the kernel takes 107 bytes.
    init(_ text: String) { self.text = text }

    /// `@` and the name, as `ss -xl` shows it.
    var description: String { "@\(text)" }

    /// Who listens at a name.
    struct Listener: Hashable, Sendable {
        /// Its process, in the numbers of this process's namespace; 0 when it is not in there.
        var process: Int32
        /// Its effective user.
        var user: UInt32
    }

    /// Takes the name and listens there. `accept` on the socket never waits, and it is not passed to other programs.
    ///
    /// Throws `EADDRINUSE` when somebody has the name.
    func listen() throws(Errno) -> OwnedDescriptor {
        let socket = try Self.socket()
        try check(withSocketAddress { bind(socket.rawValue, $0, $1) })
        // The kernel makes of it the longest queue that it allows.
        try check(Glibc.listen(socket.rawValue, .max))
        return socket
    }

    /// Asks the kernel who listens there.
    ///
    /// Throws `ECONNREFUSED` when nobody does, `EAGAIN` when too many have asked whom the listener has not let in yet.
    func listener() throws(Errno) -> Listener {
        let socket = try Self.socket()
        try check(withSocketAddress { connect(socket.rawValue, $0, $1) })
        // struct ucred (<sys/socket.h>, but only under _GNU_SOURCE): process, user, group.
        var credentials: [UInt32] = [0, 0, 0]
        var length = socklen_t(credentials.count * MemoryLayout<UInt32>.stride)
        try check(getsockopt(socket.rawValue, SOL_SOCKET, SO_PEERCRED, &credentials, &length))
        return Listener(process: Int32(bitPattern: credentials[0]), user: credentials[1])
    }

    private static func socket() throws(Errno) -> OwnedDescriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = Glibc.socket(AF_UNIX, type, 0)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        return OwnedDescriptor(adopting: number)
    }

    /// Calls `body` with an address whose name begins with NUL and ends with its length.
    func withSocketAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = text.utf8.prefix(MemoryLayout.size(ofValue: address.sun_path) - 1)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.dropFirst().copyBytes(from: name) }
        let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 0) + 1 + socklen_t(name.count)
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    private func check(_ result: Int32) throws(Errno) {
        guard result >= 0 else { throw Errno(rawValue: errno) }
    }
}
