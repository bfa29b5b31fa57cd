import CLinux
import Glibc
import Synchronization

/// A network namespace of a test's own, which goes away with this object. No way leads out of it but those that the
/// test makes.
public final class NetworkNamespace: Sendable {
    /// Whether this process may make namespaces.
    public static let canBeMade = getuid() == 0 && (try? Shell.run("unshare -n ip netns list").status) == 0

    private static let count = Atomic<Int>(0)

    /// Its name for the `ip netns` command.
    public let name = "test-\(getpid())-\(count.add(1, ordering: .relaxed).newValue)"

    /// A fresh one. Throws what the `ip` command says where none can be made.
    public init() throws {
        try Shell.lines("ip netns add \(name)")
    }

    deinit { _ = try? Shell.run("ip netns delete \(name)") }

    /// What `body` makes inside this namespace: a socket, which stays in it.
    ///
    /// This thread enters the namespace for as long as it takes. Nothing else may happen meanwhile: a thread or process
    /// that starts would stay there as well.
    public func enter<Socket: ~Copyable>(_ body: () throws -> Socket) throws -> Socket {
        let home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        defer {
            precondition(setns(home, 0) == 0, "cannot return from \(name)")
            close(home)
        }
        enterNamespace(name)
        return try body()
    }

    /// Runs the `ip` command in this namespace, which must succeed.
    @discardableResult
    public func ip(_ arguments: String) throws -> String {
        try Shell.lines("ip -netns \(name) \(arguments)").joined(separator: "\n")
    }
}
