import Addressing
import Glibc
import KernelTestKit
import Netlink
import Testing

@testable import NFTables

/// Several changes as one, on the real kernel, with the `nft` command as the oracle.
@Suite(.nftables) struct KernelRulesetChangeTests {
    private let namespace: NetworkNamespace
    private let client: NFTablesClient

    init() throws {
        namespace = try NetworkNamespace()
        client = try namespace.client()
        try namespace.ip("link set lo up")
    }

    private func ports(_ numbers: UInt16...) -> Set<NamedSet.Element> {
        Set(numbers.map { NamedSet.Element(.port($0)) })
    }

    private func listed(_ set: String = "s") throws -> [String] {
        let text = try namespace.nft("list set inet lvscare \(set)")
        return text.split { !$0.isNumber }.map(String.init).sorted()
    }

    @Test func `elements come and go, and others stay`() throws {
        try namespace.nft("-f -", input: "table inet lvscare { set s { type inet_service; elements = { 1, 2, 3 }; }; }")
        try client.commit([.remove(ports(1, 2), set: "s", .tested), .add(ports(2, 4), set: "s", .tested)])
        #expect(try listed() == ["2", "3", "4"])
        // What is there already is no mistake.
        try client.commit([.add(ports(3, 5), set: "s", .tested)])
        #expect(try listed() == ["2", "3", "4", "5"])
    }

    @Test func `all of it happens or nothing`() throws {
        try namespace.nft("-f -", input: "table inet lvscare { set s { type inet_service; elements = { 1 }; }; }")
        let before = try namespace.listing()
        let other = Table.Identity(.ip, "other")
        let error = #expect(throws: NFTablesError.self) {
            try client.commit([
                .replace(Table(other)), .add(ports(7), set: "s", .tested), .remove(ports(9), set: "s", .tested),
            ])
        }
        #expect(error?.operation == .change)
        #expect(error?.object == "elements of set s of table inet lvscare")
        #expect(try namespace.listing() == before)
    }

    @Test func `an outdated decision changes nothing`() throws {
        try client.replace(Table(.tested, sets: [NamedSet("s", of: .port)]))
        let generation = try client.generation()
        try client.commit([.add(ports(1), set: "s", .tested)], at: generation)
        #expect(try client.generation() == generation + 1)
        for change in [
            RulesetChange.add(ports(2), set: "s", .tested), .delete(.tested), .replace(Table(.tested)),
        ] {
            let error = #expect(throws: NFTablesError.self) { try client.commit([change], at: generation) }
            #expect(error?.reason == .outdated)
        }
        #expect(try listed() == ["1"])
        try client.commit([.delete(.tested)], at: generation + 1)
        #expect(try !client.exists(.tested))
    }

    @Test func `tables are listed with their remarks`() throws {
        try client.replace(Table(.tested, comment: Comment("made by lvscare")))
        try client.replace(Table(Table.Identity(.ip, "plain")))
        #expect(try client.tables(of: .inet).map(\.identity) == [.tested])
        #expect(try client.tables(of: .inet).map { $0.comment?.text } == ["made by lvscare"])
        #expect(try client.tables(of: .ip).map { $0.comment?.text } == [nil])
        #expect(try client.tables(of: .ip6).isEmpty)
    }

    /// Four fields each, as this program keeps its services; every kernel from 4.17 on has them.
    @Test(arguments: IPAddress.Family.allCases)
    func `look-ups of several fields are what the nft command makes of their text`(family: IPAddress.Family) throws {
        let (ip, type, vip, source) =
            family == .ipv4
            ? ("ip", "ipv4_addr", "10.0.0.1", "10.0.0.2") : ("ip6", "ipv6_addr", "fd00::1", "fd00::2")
        let identity = Table.Identity(family == .ipv4 ? .ip : .ip6, "lvscare")
        let text = """
            table \(ip) lvscare {
                set sources {
                    type \(type) . inet_proto . inet_service . \(type)
                    elements = { \(vip) . tcp . 80 . \(source), \(vip) . sctp . 81 . \(source) }
                }
                set links {
                    type \(type) . inet_proto . inet_service . iface_index
                    elements = { \(vip) . udp . 53 . "lo" }
                }
                chain output {
                    type filter hook output priority mangle; policy accept;
                    \(ip) daddr . meta l4proto . th dport . \(ip) saddr @sources accept
                    \(ip) daddr . meta l4proto . th dport . \(ip) saddr != @sources accept
                }
                chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    meta l4proto udp ct original \(ip) daddr . meta l4proto . ct original proto-dst . oif @links masquerade
                }
            }
            """
        let other = try NetworkNamespace()
        try other.ip("link set lo up")
        try other.nft("-f -", input: text)
        let address = try address(vip)
        let from = SetValue.address(try NFTablesTests.address(source))
        let field: SetField = family == .ipv4 ? .ipv4Address : .ipv6Address
        let sources = NamedSet(
            "sources", of: field, .transportProtocol, .port, field,
            elements: [
                NamedSet.Element(.address(address), .transportProtocol(.tcp), .port(80), from),
                NamedSet.Element(.address(address), .transportProtocol(.sctp), .port(81), from),
            ])
        let links = NamedSet(
            "links", of: field, .transportProtocol, .port, .interfaceIndex,
            elements: [
                NamedSet.Element(.address(address), .transportProtocol(.udp), .port(53), .interfaceIndex(1))
            ])
        let key: [KeyField] = [.destination(family), .transportProtocol, .destinationPort, .source(family)]
        func rule(isInverted: Bool) -> Rule {
            Rule(
                .lookUp(key[0], key[1], key[2], key[3], in: "sources", isInverted: isInverted), .verdict(.accept))
        }
        let table = Table(
            identity, sets: [sources, links],
            chains: [
                Chain(
                    "output", hook: Hook(.filter, .output, priority: .mangle),
                    rules: [rule(isInverted: false), rule(isInverted: true)]),
                Chain(
                    "postrouting", hook: Hook(.nat, .postrouting, priority: .sourceNAT),
                    rules: [
                        Rule(
                            .transportProtocol(.udp),
                            .lookUp(
                                .originalDestination(family), .transportProtocol, .originalDestinationPort,
                                .outputInterface, in: "links"),
                            .masquerade())
                    ]),
            ])
        try client.replace(table)
        #expect(try namespace.listing() == other.listing())
        #expect(try client.table(identity) == table)
        #expect(try other.client().table(identity) == table)
        #expect(try namespace.nft("list ruleset").contains("\(vip) . udp . 53 . \"lo\""))
    }

    @Test func `a notice tells the elements that it is about`() throws {
        try client.replace(Table(.tested, sets: [NamedSet("s", of: .port)]))
        var heard: [Set<NamedSet.Element>] = []
        var others = 0
        let subscription = try namespace.enter { try NetlinkSubscription.toRuleset() }
        try client.commit([.add(ports(1, 2), set: "s", .tested)])
        try client.commit([.remove(ports(1), set: "s", .tested)])
        try client.delete(.tested)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(subscription.rawValue, &buffer, buffer.count)
            guard count > 0 else { break }
            let datagram = Array(buffer[..<count])
            try datagram.span.bytes.forEachMessage { (header, payload) throws(NetlinkDecodingError) in
                if let elements = try Table.Identity.elements(ofNotice: header, payload: payload) {
                    heard.append(Set(elements))
                } else {
                    others += 1
                }
            }
        }
        #expect(heard.prefix(2).reduce(into: []) { $0.formUnion($1) } == ports(1, 2))
        #expect(heard.contains(ports(1)))
        #expect(others > 0)
    }
}
