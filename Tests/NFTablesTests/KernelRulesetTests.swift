import Addressing
import Glibc
import KernelTestKit
import Netlink
import SystemPackage
import Testing

@testable import NFTables

/// The real kernel and the `nft` command, each test in a network namespace of its own.
@Suite(.nftables) struct KernelRulesetTests {
    private let namespace: NetworkNamespace
    private let client: NFTablesClient

    init() throws {
        namespace = try NetworkNamespace()
        client = try namespace.client()
    }

    private let foreign = """
        table ip foreign {
            set s { type ipv4_addr; elements = { 10.0.0.1 } }
            chain c {
                type filter hook input priority 5;
                ip saddr @s drop
            }
        }
        table inet lvscare2 {
            chain tag {
                accept
            }
        }
        table ip6 lvscare {
            set vips4 { type ipv4_addr; elements = { 10.0.0.1 } }
            chain tag {
                accept
            }
        }
        """

    // MARK: The same as nft

    @Test func `a table is what the nft command makes of its text`() throws {
        let other = try NetworkNamespace()
        try other.nft("-f -", input: Captured.text)
        try client.replace(.captured())
        let expected = try other.listing()
        #expect(try namespace.listing() == expected)
        #expect(expected.contains("lvscare masquerade"))
        // JSON leaves out some of what the text says, such as comments of tables; there, elements come in any order.
        let text = try other.nft("list ruleset")
        func words(_ text: String) -> [Substring] { text.split { $0.isWhitespace || $0 == "," }.sorted() }
        #expect(try words(namespace.nft("list ruleset")) == words(text))
        #expect(text.contains("made by lvscare"))
    }

    @Test func `a table of the nft command is read as the same value`() throws {
        try namespace.nft("-f -", input: Captured.text)
        #expect(try client.table(.tested) == .captured())
    }

    @Test(arguments: CapturedConntrack.all)
    func `rules about original destinations are the same`(captured: CapturedConntrack) throws {
        let table = try captured.table()
        let other = try NetworkNamespace()
        try other.nft("-f -", input: captured.text)
        #expect(try other.client().table(table.identity) == table)
        try client.replace(table)
        #expect(try client.table(table.identity) == table)
        #expect(try namespace.listing() == other.listing())
        let words = captured.family == .ip ? "ct original ip daddr 10.103.97.2" : "ct original ip6 daddr fd00::1"
        #expect(try namespace.nft("list ruleset").contains("\(words) ct original proto-dst 6443 masquerade"))
    }

    @Test(arguments: CapturedRequests.all)
    func `tables about link address requests are the same`(captured: CapturedRequests) throws {
        let table = try captured.table()
        let other = try NetworkNamespace()
        try other.nft("-f -", input: captured.text)
        #expect(try other.client().table(table.identity) == table)
        try client.replace(table)
        #expect(try client.table(table.identity) == table)
        #expect(try namespace.listing() == other.listing())
        #expect(try namespace.nft("list ruleset").contains(captured.words + " drop"))
        #expect(try client.chainNames(of: table.identity) == ["input", "output"])
        #expect(try client.delete(table.identity))
    }

    /// The node keeps an address to itself, which others on the link may have as well.
    @Test(arguments: IPAddress.Family.allCases)
    func `requests for an address go unanswered once they are dropped`(family: IPAddress.Family) throws {
        let (node, host, vip) =
            family == .ipv4 ? ("10.9.0.1", "10.9.0.2", "10.9.0.9") : ("fd09::1", "fd09::2", "fd09::9")
        let length = family == .ipv4 ? 24 : 64
        let peer = try NetworkNamespace()
        try namespace.connect(to: peer)
        try namespace.ip("address add \(node)/\(length) dev veth0 nodad")
        try namespace.ip("address add \(vip)/\(length) dev veth0 nodad")
        try peer.ip("address add \(host)/\(length) dev veth0 nodad")
        #expect(try peer.resolves(vip))
        #expect(try peer.resolves(node))

        let identity = Table.Identity(family == .ipv4 ? .arp : .ip6, "lvscare")
        let rule = Rule(.linkAddressRequest(for: try address(vip)), .verdict(.drop))
        let input = Chain("input", hook: Hook(.filter, .input, priority: .filter), rules: [rule])
        try client.replace(Table(identity, chains: [input]))
        #expect(try !peer.resolves(vip))
        #expect(try peer.resolves(node))
        // The answer to what the node asks with the address as its own is for it as well.
        try namespace.ip("route replace \(host) dev veth0 src \(vip)")
        #expect(try namespace.resolves(host))
        try client.delete(identity)
        #expect(try peer.resolves(vip))
    }

    @Test(arguments: [Family.inet, .ip, .ip6])
    func `every family can masquerade`(family: Family) throws {
        let identity = Table.Identity(family, "lvscare")
        let table = Table(
            identity,
            chains: [
                Chain(
                    "postrouting", hook: Hook(.nat, .postrouting, priority: .sourceNAT),
                    rules: [Rule(.mark(0x4000, mask: 0x4000), .masquerade([.random, .persistent]))])
            ])
        try client.replace(table)
        #expect(try client.table(identity) == table)
        let rule = "meta mark & 0x00004000 == 0x00004000 masquerade random,persistent"
        #expect(try namespace.nft("list table \(identity)").contains(rule))
    }

    // MARK: Reading

    @Test func `an applied table is read back`() throws {
        try client.replace(.captured())
        #expect(try client.table(.tested) == .captured())
    }

    @Test func `only the asked table is read`() throws {
        try namespace.nft("-f -", input: foreign)
        #expect(try client.table(.tested) == nil)
        #expect(try !client.exists(.tested))
        try client.replace(Table(.tested, chains: [Chain("tag")]))
        #expect(try client.exists(.tested))
        #expect(try client.table(.tested) == Table(.tested, chains: [Chain("tag")]))
    }

    /// What others may do to a table, each of which must be seen.
    @Test(arguments: [
        "add rule inet lvscare tag accept", "insert rule inet lvscare tag accept", "flush chain inet lvscare tag",
        "add chain inet lvscare more", "add chain inet lvscare input { policy accept; }",
        "delete element inet lvscare vips4 { 10.103.97.3 . 443 }",
        "add element inet lvscare vips6 { fd00::2 . 6443 }", "flush set inet lvscare services",
        "add set inet lvscare more { type mark; flags interval; }",
        "add rule inet lvscare tag ct state established accept", "add rule inet lvscare tag goto input2",
        "add rule inet lvscare tag ip ttl set 3", "add rule inet lvscare tag meta mark > 3 drop",
        "add rule inet lvscare tag meta mark set meta mark << 3", "delete table inet lvscare",
        "add table inet lvscare { flags dormant; }",
    ])
    func `every change is seen`(command: String) throws {
        var table = try Table.captured()
        table.chains.append(Chain("input2"))
        try client.replace(table)
        let before = try client.generation()
        try namespace.nft("'\(command)'")
        #expect(try client.table(.tested) != table)
        #expect(try client.generation() != before)
        try client.replace(table)
        #expect(try client.table(.tested) == table)
    }

    @Test func `unknown parts are carried over`() throws {
        let text = """
            table inet lvscare {
                chain tag {
                    ct state established,related accept
                    meta mark set meta mark << 3
                    ip ttl set 3
                    meta mark > 3 drop
                    limit rate 3/second
                }
            }
            """
        try namespace.nft("-f -", input: text)
        let expected = try namespace.listing()
        let table = try #require(try client.table(.tested))
        let others = table.chains.flatMap(\.rules).flatMap(\.expressions).compactMap { expression in
            if case .other(let name, _) = expression { name } else { nil }
        }
        #expect(others == ["ct", "bitwise", "payload", "byteorder", "cmp", "limit"])
        try client.replace(table)
        #expect(try namespace.listing() == expected)
        #expect(try client.table(.tested) == table)
    }

    @Test func `counters make no difference`() throws {
        let text = """
            table inet lvscare {
                chain tag {
                    counter packets 7 bytes 700 accept
                }
            }
            """
        try namespace.nft("-f -", input: text)
        let expected = Table(.tested, chains: [Chain("tag", rules: [Rule(.counter, .verdict(.accept))])])
        #expect(try client.table(.tested) == expected)
    }

    @Test func `thousands of elements and rules are written and read`() throws {
        let elements = try (0..<4000).map { number in
            let address = try address("10.1.\(number / 250).\(number % 250)")
            return NamedSet.Element(.address(address), .port(80))
        }
        let rules = (0..<300).map { number in Rule(.mark(UInt32(number), mask: 0xffff), .verdict(.accept)) }
        let table = Table(
            .tested, sets: [NamedSet("s", of: .ipv4Address, .port, elements: Set(elements))],
            chains: [Chain("tag", rules: rules)])
        try client.replace(table)
        #expect(try client.table(.tested) == table)
    }

    // MARK: Changing

    @Test func `replacing takes one generation and leaves other tables`() throws {
        try namespace.nft("-f -", input: foreign)
        let others = try namespace.listing()
        try client.replace(.captured())
        let before = try client.generation()
        try client.replace(Table(.tested, comment: Comment("second")))
        #expect(try client.generation() == before &+ 1)
        #expect(try client.table(.tested) == Table(.tested, comment: Comment("second")))
        #expect(try client.delete(.tested))
        #expect(try namespace.listing() == others)
    }

    @Test func `a dormant table is replaced`() throws {
        var table = try Table.captured()
        table.isDormant = true
        try client.replace(table)
        #expect(try client.table(.tested) == table)
        #expect(try namespace.nft("list table inet lvscare").contains("flags dormant"))
        try client.replace(.captured())
        #expect(try client.table(.tested) == .captured())
    }

    @Test func `deleting an absent table succeeds`() throws {
        try client.replace(.captured())
        #expect(try client.delete(.tested))
        #expect(try !client.exists(.tested))
        #expect(try !client.delete(.tested))
    }

    /// Faults of each part of a table and how the error names it.
    static let faults: [(String, @Sendable (inout Table) -> Void)] = [
        ("rule 2 of chain postrouting", { $0.chains[4].rules[1] = Rule(.verdict(.jump("nowhere"))) }),
        ("rule 1 of chain tag", { $0.chains[0].rules[0] = Rule([.lookup(Lookup(in: "nothing"))]) }),
        ("rule 1 of chain input", { $0.chains[2].rules[0] = Rule(.masquerade()) }),
        ("rule 5 of chain prerouting", { $0.chains[1].rules[4] = Rule([.other(name: "nonsense", attributes: [])]) }),
        ("chain output", { $0.chains[3].hook?.type = ChainType(rawValue: "nonsense") }),
        ("chain input", { $0.chains[2].hook?.type = .route }),
        ("set vips6", { $0.sets[1] = NamedSet("vips6") }),
        ("elements of set vips4", { $0.sets[0].elements = [NamedSet.Element(.port(1))] }),
    ]

    @Test(arguments: faults.indices)
    func `a faulty table changes nothing and the error names the part`(index: Int) throws {
        let (part, damage) = Self.faults[index]
        try client.replace(Table(.tested, comment: Comment("old"), chains: [Chain("tag")]))
        let before = (try client.generation(), try namespace.listing())
        var table = try Table.captured()
        damage(&table)
        let error = #expect(throws: NFTablesError.self) { try client.replace(table) }
        #expect(error?.object == "\(part) of table inet lvscare", "\(String(describing: error))")
        #expect(error?.operation == .replace)
        #expect(try (client.generation(), namespace.listing()) == before)
        // The answers that nobody waited for do not disturb what comes next.
        try client.replace(.captured())
        #expect(try client.table(.tested) == .captured())
    }

    @Test func `changes of a table are announced`() throws {
        let subscription = try namespace.enter { try NetlinkSubscription.toRuleset() }
        /// Messages since the last call, and how many of them are about the table.
        func heard() throws -> (all: Int, ours: Int) {
            var (all, ours) = (0, 0)
            var buffer = [UInt8](repeating: 0, count: 32 * 1024)
            while true {
                let count = read(subscription.rawValue, &buffer, buffer.count)
                if count < 0, errno == EAGAIN { return (all, ours) }
                try #require(count > 0)
                try buffer.span.bytes.extracting(..<count).forEachMessage {
                    (header, payload) throws(NetlinkDecodingError) in
                    all += 1
                    if try Table.Identity.tested.isSubject(ofNotice: header, payload: payload) { ours += 1 }
                }
            }
        }
        #expect(try heard() == (0, 0))
        try client.replace(.captured())
        #expect(try heard().ours > 10)
        try namespace.nft("-f -", input: foreign)
        let others = try heard()
        #expect(others.all > 10 && others.ours == 0)
        try namespace.nft("flush ruleset")
        #expect(try heard().ours > 5)
    }

    @Test func `two programs change tables at the same time`() async throws {
        let namespace = namespace
        // Reading starts anew as long as the other one changes tables.
        let writer = Task.detached {
            let client = try namespace.client()
            for number in 0..<200 {
                try client.replace(Table(Table.Identity(.inet, "other"), chains: [Chain("c\(number)")]))
            }
        }
        for number in 0..<50 {
            let table = Table(.tested, chains: [Chain("c\(number)", rules: [Rule(.counter)])])
            try client.replace(table)
            do throws(NFTablesError) {
                #expect(try client.table(.tested) == table)
            } catch {
                #expect(error.underlying == .interrupted(attempts: NFTablesClient.readAttempts))
            }
        }
        try await writer.value
        #expect(try client.table(.tested)?.chains.map(\.name) == ["c49"])
    }
}
