import CLinux
import Foundation
import KernelTestKit
import Synchronization
import Testing

@testable import NFTables

extension Trait where Self == ConditionTrait {
    /// Runs where a fresh network namespace can be made whose nf_tables knows the family `inet`, and the `nft` command.
    ///
    /// Where `LVSCARE_NFT_TESTS=1` promises that, what is missing is a failure of the tests, not a reason to skip them.
    static var nftables: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["LVSCARE_NFT_TESTS"] == "1" || NetworkNamespace.isCapable,
            "needs root, nf_tables and the commands ip and nft; LVSCARE_NFT_TESTS=1 makes it a failure")
    }
}

/// A network namespace of a test's own, which goes away with this object.
final class NetworkNamespace: Sendable {
    static let isCapable: Bool = {
        let script = "unshare -n nft add table inet capability && ip netns list"
        return getuid() == 0 && (try? Shell.run(script).status) == 0
    }()

    private static let count = Atomic<Int>(0)

    /// Its name for the `ip netns` command.
    let name = "nft-\(getpid())-\(count.add(1, ordering: .relaxed).newValue)"

    init() throws {
        try Shell.lines("ip netns add \(name)")
    }

    deinit { _ = try? Shell.run("ip netns delete \(name)") }

    /// A client of this namespace.
    func client() throws -> NFTablesClient { try enter { try NFTablesClient() } }

    /// What `body` makes inside this namespace: a socket, which stays in it.
    ///
    /// This thread enters the namespace for as long as it takes. Nothing else may happen meanwhile: a thread or process
    /// that starts would stay there as well.
    func enter<Socket: ~Copyable>(_ body: () throws -> Socket) throws -> Socket {
        let home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        let away = open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC)
        defer {
            close(home)
            close(away)
        }
        try #require(home >= 0 && away >= 0 && setns(away, 0) == 0, "cannot enter \(name)")
        defer { precondition(setns(home, 0) == 0, "cannot return from \(name)") }
        return try body()
    }

    /// Runs the `nft` command in this namespace, which must succeed.
    @discardableResult
    func nft(_ arguments: String, input: String = "") throws -> String {
        let result = try Shell.run("ip netns exec \(name) nft \(arguments)", input: input)
        try #require(result.status == 0, "nft \(arguments): \(result.error)")
        return result.output
    }

    /// What `nft -j list ruleset` says, without what differs from run to run: handles and the order of elements.
    func listing() throws -> String {
        let output = try nft("-j list ruleset")
        let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
        let data = try JSONSerialization.data(
            withJSONObject: Self.normalized(value), options: [.sortedKeys, .prettyPrinted])
        return String(decoding: data, as: UTF8.self)
    }

    private static func normalized(_ value: Any) throws -> Any {
        switch value {
        case let object as [String: Any]:
            var result = try object.filter { $0.key != "handle" }.mapValues(normalized)
            if let elements = result["elem"] as? [Any] {
                result["elem"] = try elements.sorted {
                    let (left, right) = try (
                        JSONSerialization.data(withJSONObject: $0), JSONSerialization.data(withJSONObject: $1)
                    )
                    return left.lexicographicallyPrecedes(right)
                }
            }
            return result
        case let array as [Any]: return try array.map(normalized)
        default: return value
        }
    }
}
