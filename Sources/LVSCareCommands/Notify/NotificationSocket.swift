import Glibc
import LVSCareModel
import LVSCareSystem

/// The socket at which a service manager listens to its daemons: `sd_notify(3)`, spoken without its library.
///
/// A message is one datagram of lines `NAME=value`. Nothing waits for an answer, as there is none.
final class NotificationSocket {
    private let descriptor: Int32
    private let name: String
    private let address: SocketAddress

    /// A way to the socket `name`: an absolute path, or `@` and a name of the kind `unix(7)` calls abstract.
    ///
    /// Throws when it can be no such name, and when the process has no descriptor left. Whether anybody listens there is
    /// found out by sending.
    init(_ name: String) throws(KernelFailure) {
        self.name = name
        guard let address = SocketAddress(local: name) else {
            throw KernelFailure(operation: Self.operation, object: name, code: EINVAL)
        }
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw KernelFailure(operation: Self.operation, object: name, code: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Sends one message, or throws at once: `EAGAIN` when the manager has not read what came before.
    func send(_ lines: [String]) throws(KernelFailure) {
        let octets = Array(lines.joined(separator: "\n").utf8)
        let code = address.send(octets, from: descriptor, flags: Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        guard code == 0 else { throw KernelFailure(operation: Self.operation, object: name, code: code) }
    }

    private static let operation = "notify"
}
