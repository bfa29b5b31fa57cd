import Foundation
import KernelTestKit
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

extension NetworkNamespace {
    static let isCapable: Bool = {
        let script = "unshare -n nft add table inet capability && ip netns list"
        return getuid() == 0 && (try? Shell.run(script).status) == 0
    }()

    /// A client of this namespace.
    func client() throws -> NFTablesClient { try enter { try NFTablesClient() } }

    /// Runs the `nft` command in this namespace, which must succeed.
    @discardableResult
    func nft(_ arguments: String, input: String = "") throws -> String {
        let result = try Shell.run("ip netns exec \(name) nft \(arguments)", input: input)
        try #require(result.status == 0, "nft \(arguments): \(result.error)")
        return result.output
    }

    /// Makes a link `veth0` in this namespace and one in `other`, with a cable between them.
    func connect(to other: NetworkNamespace) throws {
        try ip("link add veth0 type veth peer name veth0 netns \(other.name)")
        for namespace in [self, other] {
            try namespace.ip("link set veth0 up")
            // Three requests without an answer take a third of a second, not three.
            let settings = ["ipv4", "ipv6"].map { "/proc/sys/net/\($0)/neigh/veth0/retrans_time_ms" }
            try Shell.lines(
                settings.map { "ip netns exec \(namespace.name) sh -c 'echo 100 > \($0)'" }.joined(separator: " && "))
        }
    }

    /// Whether the host at the other end of `veth0` answers when it is asked for the link-layer address of `address`.
    func resolves(_ address: String) throws -> Bool {
        try ip("neighbour flush dev veth0")
        try Shell.lines("ip netns exec \(name) bash -c 'echo > /dev/udp/\(address)/9'")
        let deadline = ContinuousClock.now + .seconds(10)
        while .now < deadline {
            let shown = try ip("neighbour show to \(address) dev veth0")
            if shown.contains("lladdr") { return true }
            if shown.contains("FAILED") { return false }
        }
        Issue.record("\(address) is neither resolved nor given up")
        return false
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
                let options: JSONSerialization.WritingOptions = [.sortedKeys, .fragmentsAllowed]
                result["elem"] = try elements.sorted {
                    let (left, right) = try (
                        JSONSerialization.data(withJSONObject: $0, options: options),
                        JSONSerialization.data(withJSONObject: $1, options: options)
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
