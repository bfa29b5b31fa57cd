import CLinux
import KernelTestKit
import SystemPackage
import Testing

@testable import NFTables
@testable import Netlink

/// A table that was read and is put in the place of itself stays as it was, whatever the `nft` command can say about it.
@Suite(.nftables) struct KernelRulesetKeepingTests {
    private let namespace: NetworkNamespace
    private let client: NFTablesClient

    init() throws {
        namespace = try NetworkNamespace()
        client = try namespace.client()
        try namespace.ip("link set lo up")
        try namespace.ip("link add veth0 type veth peer name veth1")
    }

    static let texts = [
        "comments": """
        table inet lvscare {
            comment "of the table"
            set s { type ipv4_addr; comment "of the set"; elements = { 10.0.0.1 comment "of the element" }; }
            chain regular { comment "of a regular chain"; accept comment "of the rule"; }
            chain base { comment "of a base chain"; type filter hook input priority 0; policy accept; }
        }
        """,
        "timeouts": """
        table inet lvscare {
            set s { type ipv4_addr; timeout 1h; gc-interval 30s; elements = { 10.0.0.1, 10.0.0.2 timeout 2h }; }
            set t { type ipv4_addr . inet_service; flags timeout; elements = { 10.0.0.1 . 80 timeout 3h }; }
        }
        """,
        "properties of sets": """
        table inet lvscare {
            set fixed { type inet_service; flags constant; elements = { 80, 443 }; }
            set small { type ipv4_addr; size 128; policy memory; elements = { 10.0.0.1 }; }
            set grows { type ipv4_addr; size 64; flags dynamic,timeout; timeout 5m; }
            set typed { typeof ip saddr . tcp dport; elements = { 10.0.0.1 . 80 }; }
            chain c { type filter hook input priority 0; update @grows { ip saddr counter }; }
        }
        """,
        "intervals": """
        table inet lvscare {
            set nets {
                type ipv4_addr; flags interval; auto-merge
                elements = { 10.0.0.0/8, 192.0.2.7-192.0.2.9, 11.0.0.0/8 }
            }
            set adjacent { type inet_service; flags interval; elements = { 10-19, 20-29, 65535 }; }
            set pairs {
                type ipv4_addr . inet_service; flags interval
                elements = { 10.0.0.0/8 . 80-90, 10.1.0.1 . 443 }
            }
            set everything { type ipv4_addr; flags interval; elements = { 0.0.0.0/0 }; }
        }
        """,
        "maps": """
        table inet lvscare {
            map ports { type ipv4_addr : inet_service; elements = { 10.0.0.1 comment "x" : 80, 10.0.0.2 : 81 }; }
            map ways { type inet_service : verdict; elements = { 80 : jump other, 443 : accept, * : drop }; }
            map nets { type ipv4_addr : mark; flags interval; elements = { 10.0.0.0/8 : 0x1, 11.0.0.0/8 : 0x2 }; }
            chain other { accept; }
            chain c { type filter hook input priority 0; tcp dport vmap @ways; meta mark set ip saddr map @nets; }
        }
        """,
        "anonymous sets": """
        table inet lvscare {
            chain other { accept; }
            chain c {
                type filter hook input priority -5; policy drop;
                tcp dport { 80, 443 } accept
                ip saddr { 10.0.0.0/8, 192.0.2.1 } accept
                tcp dport vmap { 22 : jump other, 23 : drop } comment "many"
                ct state vmap { established : accept, invalid : drop }
            }
        }
        """,
        "ingress": """
        table inet lvscare {
            chain one { type filter hook ingress device "lo" priority 0; policy accept; counter accept; }
            chain two { type filter hook ingress devices = { veth0, veth1 } priority 5; policy drop; }
        }
        """,
        "counted elements": """
        table inet lvscare {
            set s { type ipv4_addr; counter; elements = { 10.0.0.1 counter packets 5 bytes 500 }; }
        }
        """,
        "other statements": """
        table inet lvscare {
            chain d { ip dscp set cs1 meta priority set 1:2 return; }
            chain c {
                type nat hook prerouting priority dstnat;
                tcp dport 80 dnat ip to 10.0.0.1:8080
                limit rate 5/second burst 10 packets log prefix "x" level info
                ip saddr != 10.0.0.0/8 goto d
            }
            chain raw {
                type filter hook prerouting priority raw;
                tcp dport 81 notrack
            }
        }
        """,
        "dormant": """
        table inet lvscare {
            flags dormant
            chain c { type filter hook input priority 0; }
        }
        """,
    ]

    @Test(arguments: texts.keys.sorted())
    func `what was read is replaced by the same`(text: String) throws {
        try namespace.nft("-f -", input: try #require(Self.texts[text]))
        let table = try #require(try client.table(.tested))
        let before = try listing()
        try client.replace(table)
        #expect(try listing() == before)
        #expect(try client.table(.tested) == table)
    }

    @Test func `elements expire when they would have`() throws {
        try namespace.nft(
            "-f -",
            input: """
                table inet lvscare {
                    set s {
                        type ipv4_addr; timeout 1h
                        elements = { 10.0.0.1 expires 30m, 10.0.0.2 timeout 2h expires 1h30m }
                    }
                }
                """)
        let table = try #require(try client.table(.tested))
        try client.replace(table)
        let shown = try namespace.nft("list ruleset")
        #expect(shown.contains(/10\.0\.0\.1 expires 29m5/))
        #expect(shown.contains(/10\.0\.0\.2 timeout 2h expires 1h29m5/))
    }

    @Test func `what cannot be written is not lost`() throws {
        try namespace.nft(
            "-f -",
            input: """
                table inet lvscare {
                    counter hits { packets 5 bytes 500; }
                    set s { type ipv4_addr; elements = { 10.0.0.1 }; }
                    chain c { type filter hook input priority 0; tcp dport { 80, 443 } accept; }
                }
                """)
        let before = try listing()
        var table = try #require(try client.table(.tested))
        #expect(table.otherParts == ["object hits"])
        let error = #expect(throws: NFTablesError.self) { try client.replace(table) }
        #expect(error?.reason == .invalid)
        #expect(error?.underlying.hadNoEffect == true)
        #expect(error?.description.contains("object hits would be lost") == true)
        #expect(try listing() == before)

        try namespace.nft("delete counter inet lvscare hits")
        table = try #require(try client.table(.tested))
        #expect(table.otherParts.isEmpty)
        try client.replace(table)
    }

    /// Bytes that one datagram may have: as usual, and as `net.core.wmem_default=16384` makes them (the kernel doubles the number).
    @Test(arguments: [nil, Int32(8192)])
    func `a set may have many elements`(sendBuffer: Int32?) throws {
        var set = NamedSet("s", of: .ipv4Address, .port)
        for number in UInt32(0)..<30_000 {
            let octets = [10, UInt8(number >> 16), UInt8(number >> 8 & 0xff), UInt8(number & 0xff)] as [UInt8]
            set.elements.insert(NamedSet.Element(octets: octets + [0, 80, 0, 0]))
        }
        let table = Table(.tested, sets: [set])
        let client = try namespace.enter {
            let socket = try NetlinkSocket(.netfilter)
            if let sendBuffer {
                try socket.descriptor.set(SO_SNDBUF, sendBuffer, level: SOL_SOCKET, "SO_SNDBUF")
            }
            return NFTablesClient(over: NetlinkConnection(over: socket))
        }
        try client.replace(table)
        // Old kernels leave out some for a moment.
        let deadline = ContinuousClock.now + .seconds(10)
        while try client.table(.tested) != table { try #require(.now < deadline) }
    }

    @Test func `an ingress chain hears of its links`() throws {
        let hook = Hook(.filter, .ingress, priority: .filter, devices: ["veth0", "lo"])
        let table = Table(.tested, chains: [Chain("in", hook: hook, comment: Comment("from outside"))])
        try client.replace(table)
        #expect(try namespace.nft("list ruleset").contains(/devices = { "?lo"?, "?veth0"? }/))
        #expect(try client.table(.tested) == table)

        let elsewhere = Table(Table.Identity(.ip, "lvscare"), chains: table.chains)
        let error = #expect(throws: NFTablesError.self) { try client.replace(elsewhere) }
        #expect(
            error?.description == """
                cannot replace chain in of table ip lvscare: Invalid argument: the family ip has no hook ingress
                """)
    }

    /// The ruleset without what passes: how long elements still have.
    private func listing() throws -> String {
        try namespace.listing().split(separator: "\n").filter { !$0.contains(#""expires""#) }.joined(separator: "\n")
    }
}
