import Glibc
import LVSCareModel

/// The socket at which a service manager listens to its daemons: `sd_notify(3)`, spoken without its library.
///
/// A message is one datagram of lines `NAME=value`. Nothing waits for an answer, as there is none.
final class NotificationSocket {
    private let descriptor: Int32
    private let name: String

    /// A way to the socket `name`: an absolute path, or `@` and a name of the kind `unix(7)` calls abstract.
    ///
    /// Throws when it can be no such name, and when the process has no descriptor left. Whether anybody listens there is
    /// found out by sending.
    init(_ name: String) throws(KernelFailure) {
        self.name = name
        guard name.hasPrefix("/") || name.hasPrefix("@"), (2...Self.longestName).contains(name.utf8.count) else {
            throw KernelFailure(operation: Self.operation, object: name, code: EINVAL)
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw KernelFailure(operation: Self.operation, object: name, code: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Sends one message, or throws at once: `EAGAIN` when the manager has not read what came before.
    func send(_ lines: [String]) throws(KernelFailure) {
        let octets = Array(lines.joined(separator: "\n").utf8)
        let sent = withAddress { address, length in
            sendto(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), address, length)
        }
        guard sent >= 0 else { throw KernelFailure(operation: Self.operation, object: name, code: errno) }
    }

    private static let operation = "notify"
    /// Leaves room for the NUL that ends a path.
    private static let longestName = MemoryLayout<sockaddr_un>.size - pathOffset - 1
    private static let pathOffset = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 0

    private func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int) -> Int {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with NUL and ends with its length, a path ends with NUL.
        let isAbstract = name.hasPrefix("@")
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name.utf8)
            if isAbstract { path[0] = 0 }
        }
        let length = socklen_t(Self.pathOffset + name.utf8.count + (isAbstract ? 0 : 1))
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
