import CLinux
import Glibc
import LVSCareSystem
public import SystemPackage

/// The other end of `NOTIFY_SOCKET`: a service manager that only listens.
public final class NotifyListener {
    /// What to set `NOTIFY_SOCKET` to.
    public let name: String
    private let descriptor: Int32

    /// Listens at `name`: an absolute path, or `@` and an abstract name. Throws the errno.
    public init(_ name: String) throws(Errno) {
        self.name = name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        let code = SocketAddress(local: name)?.bind(descriptor) ?? EINVAL
        guard code == 0 else { throw Errno(rawValue: code) }
    }

    deinit {
        close(descriptor)
        if name.hasPrefix("/") { unlink(name) }
    }

    /// The lines of the next message; `nil` when none has come within `limit`.
    public func next(within limit: Duration = .zero) -> [String]? {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(limit / .milliseconds(1))) == 1 else { return nil }
        var octets = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &octets, octets.count, 0)
        guard count >= 0 else { return nil }
        return String(decoding: octets[..<count], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Messages up to the first that holds `line`; `nil` when none of that kind has come within `limit`.
    public func messages(upTo line: String, within limit: Duration = .seconds(10)) -> [[String]]? {
        let deadline = ContinuousClock.now + limit
        var messages: [[String]] = []
        while let message = next(within: max(.zero, deadline - .now)) {
            messages.append(message)
            if message.contains(line) { return messages }
        }
        return nil
    }
}
