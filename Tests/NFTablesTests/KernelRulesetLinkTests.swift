import KernelTestKit
import NetlinkTestKit
import Testing

@testable import NFTables
@testable import Netlink

/// Tables for single links and for bridges, as values: what `nft` made is read and put back without loss, and what this
/// library has no words for is either kept or named.
@Suite(.nftables) struct KernelRulesetLinkTests {
    private let namespace: NetworkNamespace
    private let client: NFTablesClient
    private static let ofLinks = Table.Identity(.netdev, "lvscare")
    private static let ofBridge = Table.Identity(.bridge, "lvscare")

    init() throws {
        namespace = try NetworkNamespace()
        client = try namespace.client()
        try namespace.ip("link set lo up")
        try namespace.ip("link add veth0 type veth peer name veth1")
    }

    private static let texts: [Family: String] = [
        .netdev: """
        table netdev lvscare {
            comment "of links"
            set seen { type ether_addr; elements = { 02:00:00:00:00:01 }; }
            chain in {
                type filter hook ingress devices = { lo, veth0 } priority -500; policy drop;
                ether saddr @seen accept
                ip saddr 10.0.0.0/8 counter accept comment "from inside"
                tcp dport { 80, 443 } accept
            }
            chain one { type filter hook ingress device "veth1" priority 7; }
            chain regular { meta pkttype broadcast drop; ip6 daddr fd00::1 meta mark set 0x1; }
        }
        """,
        .bridge: """
        table bridge lvscare {
            set pairs { type ifname . ether_addr; elements = { "veth0" . 02:00:00:00:00:01 }; }
            chain a {
                type filter hook prerouting priority dstnat;
                iifname . ether saddr @pairs accept
                ip daddr 10.0.0.1 meta pkttype set host
            }
            chain b { type filter hook input priority filter; policy drop; iifname "br0" accept; }
            chain c { type filter hook forward priority filter; vlan id 7 drop; arp operation request counter; }
            chain d { type filter hook output priority out; }
            chain e { type filter hook postrouting priority srcnat; }
        }
        """,
    ]

    @Test(arguments: [Family.netdev, .bridge])
    func `what was read is replaced by the same`(family: Family) throws {
        try namespace.nft("-f -", input: try #require(Self.texts[family]))
        let identity = Table.Identity(family, "lvscare")
        let table = try #require(try client.table(identity))
        #expect(table.chains.allSatisfy { $0.name == "regular" || $0.hook != nil })
        #expect(table.chains.allSatisfy { $0.otherAttributes.isEmpty })
        let before = try namespace.listing()
        try client.replace(table)
        #expect(try namespace.listing() == before)
        #expect(try client.table(identity) == table)
        #expect(try client.chainNames(of: identity) == table.chains.map(\.name))
        #expect(try client.delete(identity))
        #expect(try client.table(identity) == nil)
    }

    @Test func `a chain for links is made of a value`() throws {
        let chains = [
            Chain("in", hook: Hook(.filter, .ingress, priority: .filter, policy: .drop, devices: ["lo", "veth0"])),
            Chain("one", hook: Hook(.filter, .ingress, priority: Hook.Priority(rawValue: -5), devices: ["veth1"])),
        ]
        let table = Table(Self.ofLinks, chains: chains)
        try client.replace(table)
        #expect(try client.table(Self.ofLinks) == table)
        let text = try namespace.nft("list ruleset")
        #expect(text.contains(/hook ingress devices = { "?lo"?, "?veth0"? } priority (0|filter); policy drop/))
        #expect(text.contains(/hook ingress device "veth1" priority (-5|filter - 5); policy accept/))
    }

    /// Linux 5.16.
    @Test(.enabled(if: NetworkNamespace.hasEgress, "needs a kernel with netfilter's egress"))
    func `a chain for what leaves by a link`() throws {
        let hook = Hook(.filter, .egress, priority: .filter, devices: ["veth0", "veth1"])
        let table = Table(Self.ofLinks, chains: [Chain("out", hook: hook)])
        try client.replace(table)
        #expect(try client.table(Self.ofLinks) == table)
        #expect(try namespace.nft("list ruleset").contains(/hook egress devices = { "?veth0"?, "?veth1"? }/))
    }

    @Test func `a chain for a bridge is made of a value`() throws {
        let points: [Hook.Point] = [.prerouting, .input, .forward, .output, .postrouting]
        let table = Table(
            Self.ofBridge,
            chains: points.map { Chain("at-\($0)", hook: Hook(.filter, $0, priority: .bridgeFilter, policy: .accept)) })
        try client.replace(table)
        #expect(try client.table(Self.ofBridge) == table)
        let text = try namespace.nft("list ruleset")
        for point in points { #expect(text.contains("hook \(point) priority filter; policy accept;")) }
    }

    /// Linux 6.18 takes the beginning of links' names, `NFTA_DEVICE_PREFIX`, of which Debian's `nft` knows nothing.
    @Test func `links that are told by the beginning of their names are kept`() throws {
        var list = AttributeWriter()
        list.octets(2, Array("veth".utf8))
        var hook = Hook(.filter, .ingress, priority: .filter)
        hook.otherAttributes.keep(HookAttribute.devices.rawValue, list.bytes.span.bytes)
        do {
            try client.replace(Table(Self.ofLinks, chains: [Chain("in", hook: hook)]))
        } catch {
            // An older kernel takes it for a list of nothing.
            #expect(error.reason == .invalid)
            return
        }
        let table = try #require(try client.table(Self.ofLinks))
        guard table.chains.first?.hook?.otherAttributes.isEmpty == false else { return }
        try client.replace(table)
        #expect(try client.table(Self.ofLinks) == table)
    }

    @Test func `a chain that belongs to a rule is not lost`() throws {
        try namespace.nft(
            "-f -", input: "table inet lvscare { chain c { tcp dport 80 jump { ip saddr 10.0.0.1 drop; }; notrack; }; }"
        )
        let before = try namespace.listing()
        let table = try #require(try client.table(.tested))
        let error = #expect(throws: NFTablesError.self) { try client.replace(table) }
        #expect(error?.reason == .invalid)
        #expect(error?.description.contains(/anonymous chain \S+ would be lost/) == true, "\(error as Any)")
        #expect(try namespace.listing() == before)
    }

    /// A table that belongs to a program and goes with it. Linux 5.12.
    @Test func `a table with an owner is read, and replaced by nobody else`() throws {
        let request = NetlinkRequest(.newTable, .bridge, flags: .create) { writer in
            Self.ofBridge.encode(into: &writer)
            writer.bigEndian(TableAttribute.flags.rawValue, UInt32(2))
        }
        let other = try namespace.client()
        try other.connection.transact([request], begin: .transactionBegin(), end: .transactionEnd)
        let table = try #require(try client.table(Self.ofBridge))
        #expect(table.otherParts == ["flags 0x2"])
        let error = #expect(throws: NFTablesError.self) { try client.replace(table) }
        #expect(error?.description.contains("flags 0x2 would be lost") == true)
        #expect(try client.exists(Self.ofBridge))
        withExtendedLifetime(other) {}
    }
}

extension NetworkNamespace {
    fileprivate static let hasEgress: Bool = {
        let chain = #"add chain netdev t c { type filter hook egress device "lo" priority 0; }"#
        return (try? Shell.run("unshare -n nft 'add table netdev t; \(chain)'").status) == 0
    }()
}
