import Addressing
import Director
import Glibc
import KernelTestKit
import LVSCareModel
import NFTables
import Netlink
import NetlinkTestKit
import RouteNetlink
import SystemPackage
import Testing

@testable import LVSCare

/// Tables that several processes share, on the real kernel; the `nft` command says what came of it.
@Suite(.sharedTables) struct SharedTablesTests {
    private let namespace: NetworkNamespace

    init() throws {
        namespace = try NetworkNamespace()
        try namespace.ip("link set lo up")
    }

    private func ruleset() throws -> [String] { try namespace.nft("list ruleset") }

    private func generation() throws -> UInt32 { try namespace.enter { try NFTablesClient() }.generation() }

    // MARK: One process

    @Test func `two hundred services are one table with three hooked chains, and a quiet pass reads a number`() throws {
        let process = try TableProcess(in: namespace)
        let shares = try (0..<200).map { try share($0) }
        #expect(process.pass(shares).allSatisfy { $0.verb == .added })
        let text = try ruleset()
        #expect(text.filter { $0.hasPrefix("table ") } == ["table ip lvscare-bit-0 {"])
        #expect(text.filter { $0.contains(" hook ") }.count == 3)
        let generation = try generation()
        process.transport.sent = 0
        #expect(process.pass(shares).allSatisfy { $0 == .done(nil) })
        let requests = process.transport.sent
        process.now += SharedTables.settlingTime
        #expect(process.pass(shares).allSatisfy { $0 == .done(nil) })
        // The table was read as often as there were passes: a few requests, however many services there are.
        #expect(requests < 30, "\(requests)")
        process.transport.sent = 0
        #expect(process.pass(shares).allSatisfy { $0 == .done(nil) })
        #expect(process.transport.sent == 1)
        #expect(try self.generation() == generation)
    }

    @Test func `another service is one transaction, and so is its end`() throws {
        let process = try TableProcess(in: namespace)
        let shares = try (0..<20).map { try share($0) }
        process.pass(shares)
        let generation = try generation()
        let more = try share(100, links: [1])
        let outcomes = process.pass(shares + [more])
        #expect(outcomes.last?.verb == .added)
        #expect(outcomes.dropLast().allSatisfy { $0 == .done(nil) })
        #expect(try self.generation() == generation + 1)
        #expect(try ruleset().contains { $0.contains("10.0.0.100 . tcp . 80 . \"lo\"") })
        #expect(process.remove([more.owner]).map(\.verb) == [.removed])
        #expect(try self.generation() == generation + 2)
        #expect(try !ruleset().contains { $0.contains("10.0.0.100") })
        process.pass(shares)
        #expect(try self.generation() == generation + 2)
    }

    @Test(arguments: [IPAddress.Family.ipv4, .ipv6])
    func `the table is the one of the text form`(family: IPAddress.Family) throws {
        let (vip, source) = family == .ipv4 ? ("10.0.0.1", "10.9.9.9") : ("[fd00::1]", "fd00::9")
        let process = try TableProcess(in: namespace, .masquerade(family))
        let from = try #require(IPAddress(source))
        process.pass(
            try [("tcp", 80), ("udp", 0)].map { word, port in
                MasqueradeTable.share(
                    Masquerading(
                        of: Endpoint(address: try Endpoint("\(vip):80").address, port: port),
                        word == "tcp" ? .tcp : .udp, bit: 14, source: from,
                        links: [.loopback]))
            })
        let address = vip.filter { !"[]".contains($0) }
        let (table, ip, type) = family == .ipv4 ? ("ip", "ip", "ipv4_addr") : ("ip6", "ip6", "ipv6_addr")
        let marked = "oifname != \"lo\" meta mark & 0x00004000 == 0x00004000"
        let original = "ct original \(ip) daddr . meta l4proto"
        let tags = """
            \(ip) daddr . meta l4proto . th dport @services meta mark set meta mark | 0x00004000
            \(ip) daddr . meta l4proto @all-ports meta mark set meta mark | 0x00004000
            """
        func each(_ text: (String) -> String) -> String { ["tcp", "udp", "sctp"].map(text).joined(separator: "\n") }
        let text = """
            table \(table) lvscare-bit-14 {
                comment "made by lvscare"
                set services { type \(type) . inet_proto . inet_service; elements = { \(address) . tcp . 80 }; }
                set sources {
                    type \(type) . inet_proto . inet_service . \(type); elements = { \(address) . tcp . 80 . \(source) };
                }
                set links {
                    type \(type) . inet_proto . inet_service . iface_index; elements = { \(address) . tcp . 80 . "lo" };
                }
                set all-ports { type \(type) . inet_proto; elements = { \(address) . udp }; }
                set all-ports-sources { type \(type) . inet_proto . \(type); elements = { \(address) . udp . \(source) }; }
                set all-ports-links { type \(type) . inet_proto . iface_index; elements = { \(address) . udp . "lo" }; }
                chain input {
                    type filter hook input priority filter; policy accept;
                    \(tags)
                }
                chain output {
                    type filter hook output priority mangle; policy accept;
                    \(ip) daddr . meta l4proto . th dport . \(ip) saddr @sources accept
                    \(ip) daddr . meta l4proto . \(ip) saddr @all-ports-sources accept
                    \(tags)
                }
                chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    \(each { "\(marked) meta l4proto \($0) \(original) . ct original proto-dst @services masquerade fully-random" })
                    \(marked) \(original) @all-ports masquerade fully-random
                    \(each { "meta l4proto \($0) \(original) . ct original proto-dst . oif @links masquerade fully-random" })
                    \(original) . oif @all-ports-links masquerade fully-random
                }
            }
            """
        let made = try ruleset()
        _ = try namespace.nft("flush ruleset")
        _ = try namespace.nft("-f -", input: text)
        #expect(made == (try ruleset()))
    }

    @Test(arguments: [
        "flush ruleset", "delete table ip lvscare-bit-0", "flush chain ip lvscare-bit-0 postrouting",
        "insert rule ip lvscare-bit-0 output drop", "flush set ip lvscare-bit-0 services",
        "add table ip lvscare-bit-0 '{ flags dormant; }'", "add chain ip lvscare-bit-0 more",
        "add set ip lvscare-bit-0 more '{ type ipv4_addr; }'",
        "delete element ip lvscare-bit-0 sources '{ 10.0.0.7 . tcp . 80 . 10.9.9.9 }'",
        "add element ip lvscare-bit-0 sources '{ 10.0.0.7 . tcp . 80 . 10.9.9.8 }'",
    ])
    func `what another program changed is put right for all services at once`(command: String) throws {
        let process = try TableProcess(in: namespace)
        let other = try TableProcess(in: namespace)
        let shares = try (0..<20).map { try share($0) }
        other.pass([try share(100)])
        process.pass(shares)
        let hasOthers = !["flush ruleset", "delete table ip lvscare-bit-0", "flush set ip lvscare-bit-0 services"]
            .contains(command)
        let right = try ruleset().sorted()
        process.now += SharedTables.settlingTime
        process.pass(shares)
        _ = try namespace.nft(command)
        let generation = try generation()
        // It is one service whose turn it is.
        let outcome = process.pass([shares[7]])
        #expect(outcome.first?.verb != nil, "\(outcome)")
        // Where no table had connections tracked any more, those of clients have to be spared.
        #expect(try self.generation() - generation <= 3)
        if hasOthers { #expect(try ruleset().sorted() == right) }
        // The others tell later what was done for them, and do nothing.
        let after = try self.generation()
        let rest = process.pass(shares)
        if hasOthers, command.contains("10.0.0.7") {
            #expect(rest.allSatisfy { $0 == .done(nil) })
        } else {
            #expect(rest.enumerated().allSatisfy { ($0.offset == 7) == ($0.element == .done(nil)) }, "\(rest)")
        }
        #expect(try self.generation() == after)
        other.pass([try share(100)])
        #expect(try ruleset().sorted() == right)
    }

    /// Readings may fall into a transaction that is half done.
    @Test func `what was read once is not believed to stay`() throws {
        let process = try TableProcess(in: namespace)
        let shares = [try share(1)]
        process.pass(shares)
        for _ in 0..<3 {
            process.now += SharedTables.settlingTime / 4
            process.transport.sent = 0
            process.pass(shares)
            #expect(process.transport.sent > 1)
        }
        // Something changes elsewhere, and it begins anew.
        _ = try namespace.nft("add table ip foreign")
        process.now += SharedTables.settlingTime
        process.pass(shares)
        process.transport.sent = 0
        process.pass(shares)
        #expect(process.transport.sent > 1)
        process.now += SharedTables.settlingTime
        process.pass(shares)
        process.transport.sent = 0
        process.pass(shares)
        #expect(process.transport.sent == 1)
    }

    @Test func `a dry one says what it would do, and writes nothing`() throws {
        let process = try TableProcess(in: namespace, isDry: true)
        let generation = try generation()
        #expect(process.pass([try share(1)]).map(\.verb) == [.added])
        #expect(process.pass([try share(1)]).map(\.verb) == [.added])
        #expect(try self.generation() == generation)
        try TableProcess(in: namespace).pass([try share(1)])
        #expect(process.pass([try share(1)]) == [.done(nil)])
        #expect(process.remove([try share(1).owner]).map(\.verb) == [.removed])
        #expect(try ruleset().contains("table ip lvscare-bit-0 {"))
    }

    // MARK: Several processes

    @Test func `processes share a table, and the last one out takes it along`() throws {
        let (one, two) = (try TableProcess(in: namespace), try TableProcess(in: namespace))
        one.pass([try share(1)])
        let alone = try ruleset()
        #expect(two.pass([try share(2)]).map(\.verb) == [.added])
        #expect(one.pass([try share(1)]) == [.done(nil)])
        #expect(try ruleset().filter { $0.hasPrefix("table ") }.count == 1)
        #expect(two.remove([try share(2).owner]).map(\.verb) == [.removed])
        #expect(try ruleset() == alone)
        #expect(one.remove([try share(1).owner]).map(\.verb) == [.removed])
        #expect(try ruleset() == [])
        #expect(one.remove([try share(1).owner]) == [.done(nil)])
    }

    @Test func `whoever decided by what is outdated decides again`() throws {
        let one = try TableProcess(in: namespace)
        var interferes = true
        // Another process writes between what this one has read and what it writes.
        let transport = try namespace.enter { try InterferingTransport() }
        transport.beforeWriting = {
            guard interferes else { return }
            interferes = false
            one.pass([try share(1)])
        }
        let interfered = SharedTables(.masquerade(.ipv4)) { NFTablesClient(over: NetlinkConnection(over: transport)) }
        interfered.want(try share(2), for: ObjectIdentifier(one))
        #expect(interfered.outcome(of: try share(2).owner).verb == .added)
        #expect(!interferes)
        let text = try ruleset().joined()
        #expect(text.contains("10.0.0.1 . tcp") && text.contains("10.0.0.2 . tcp"))
        // The last one goes, and at that moment somebody comes.
        interfered.remove(try share(1).owner)
        _ = interfered.outcome(of: try share(1).owner)
        interferes = true
        interfered.remove(try share(2).owner)
        #expect(interfered.outcome(of: try share(2).owner).verb == .removed)
        #expect(!interferes)
        let left = try ruleset().joined()
        #expect(left.contains("10.0.0.1 . tcp") && !left.contains("10.0.0.2 . tcp"))
    }

    /// A test that never fails for want of luck: what each process wants in the end is there, however they meet.
    @Test func `many processes come and go at once`() async throws {
        let namespace = namespace
        try await withThrowingTaskGroup { group in
            for number in 0..<4 {
                group.addTask {
                    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                        startThread {
                            done.resume(
                                with: Result {
                                    let process = try TableProcess(in: namespace)
                                    for round in 0..<25 {
                                        let (stays, goes) = (try share(number), try share(100 + number))
                                        for outcome in process.pass(round.isMultiple(of: 2) ? [goes] : [stays, goes]) {
                                            if case .failed(let failure) = outcome { throw failure }
                                        }
                                        process.remove(round == 24 ? [goes.owner] : [goes.owner, stays.owner])
                                    }
                                    // Somebody may have looked while a transaction was half done, and looks again.
                                    process.pass([try share(number)])
                                })
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let text = try ruleset().joined()
        for number in 0..<4 {
            #expect(text.contains("10.0.0.\(number) . tcp . 80"))
            #expect(!text.contains("10.0.0.\(100 + number) . tcp"))
        }
    }

    // MARK: Earlier versions

    private static let formerText = """
        table ip lvscare-10.0.0.1-80 {
            comment "made by lvscare"
            chain input {
                type filter hook input priority filter; policy accept;
                ip daddr 10.0.0.1 tcp dport 80 meta mark set meta mark | 0x00000001
            }
            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                oifname != "lo" meta mark & 0x00000001 == 0x00000001 ct original ip daddr 10.0.0.1 \
        meta l4proto tcp ct original proto-dst 80 masquerade fully-random
            }
        }
        table ip lvscare-10.0.0.2-80 { chain input { }; }
        """

    @Test func `the table of an earlier version goes in the transaction that takes its place`() throws {
        _ = try namespace.nft("-f -", input: Self.formerText)
        let generation = try generation()
        let process = try TableProcess(in: namespace)
        #expect(process.pass([try share(1)]).map(\.verb) == [.replaced])
        // No moment without: not even one in which packets are dropped, as connections are tracked already.
        #expect(try self.generation() == generation + 1)
        let names = try ruleset().filter { $0.hasPrefix("table ") }
        #expect(names == ["table ip lvscare-10.0.0.2-80 {", "table ip lvscare-bit-0 {"])
        #expect(process.pass([try share(1)]) == [.done(nil)])
        // One that was left behind is found by whoever cleans up.
        #expect(process.remove([try share(2).owner]).map(\.verb) == [.removed])
        #expect(process.remove([try share(1).owner]).map(\.verb) == [.removed])
        #expect(try ruleset() == [])
    }

    @Test func `an earlier version that puts its table back is no reason to change more than that`() throws {
        let process = try TableProcess(in: namespace)
        process.pass([try share(1), try share(3)])
        let right = try ruleset()
        _ = try namespace.nft("-f -", input: Self.formerText)
        let outcomes = process.pass([try share(1), try share(3)])
        #expect(outcomes.map(\.verb) == [.replaced, nil])
        _ = try namespace.nft("delete table ip lvscare-10.0.0.2-80")
        #expect(try ruleset() == right)
    }

    @Test func `a service that changes its bit changes tables`() throws {
        let process = try TableProcess(in: namespace)
        process.pass([try share(1), try share(2)])
        let generation = try generation()
        #expect(process.pass([try share(1, bit: 7), try share(2)]).map(\.verb) == [.replaced, nil])
        #expect(try self.generation() == generation + 1)
        #expect(try ruleset().filter { $0.hasPrefix("table ") }.count == 2)
        #expect(process.remove([try share(1).owner, try share(2).owner]).map(\.verb) == [.removed, .removed])
        #expect(try ruleset() == [])
    }

    // MARK: Whatever there is

    @Test func `all of it is removed, but what is kept and what others made`() throws {
        _ = try namespace.nft("-f -", input: Self.formerText)
        _ = try namespace.nft("add table ip lvscare-10.0.0.9-80 '{ comment \"made by somebody\"; }'")
        _ = try namespace.nft("add table ip foreign")
        let process = try TableProcess(in: namespace)
        process.pass([try share(3), try share(4, links: [1]), try share(5, bit: 9)])
        #expect(
            try process.tables.owners() == Set([share(3).owner, share(4).owner, share(5).owner]))
        let kept: Set = [try share(3).owner, try share(2).owner]
        #expect(
            try process.tables.removeAll(keeping: kept).map(\.description) == [
                "removed table ip lvscare-10.0.0.1-80", "removed 1 elements of set links of table ip lvscare-bit-0",
                "removed 1 elements of set services of table ip lvscare-bit-0",
                "removed 1 elements of set sources of table ip lvscare-bit-0", "removed table ip lvscare-bit-9",
            ])
        #expect(
            try ruleset().filter { $0.hasPrefix("table ") }.sorted() == [
                "table ip foreign {", "table ip lvscare-10.0.0.2-80 {", "table ip lvscare-10.0.0.9-80 {",
                "table ip lvscare-bit-0 {",
            ])
        #expect(try process.tables.removeAll(keeping: []).count == 2)
        #expect(
            try ruleset().filter { $0.hasPrefix("table ") }.sorted() == [
                "table ip foreign {", "table ip lvscare-10.0.0.9-80 {",
            ])
        #expect(try process.tables.removeAll(keeping: []).isEmpty)
    }

    // MARK: Address resolution

    @Test func `VIPs are silenced in one table`() throws {
        _ = try namespace.nft("-f -", input: "table arp lvscare-10.0.0.1 { chain input { }; }")
        let process = try TableProcess(in: namespace, .resolution)
        let shares = try ["10.0.0.1", "10.0.0.2"].map { ResolutionTable.share(try #require(IPAddress($0))) }
        #expect(process.pass(shares).map(\.verb) == [.replaced, .added])
        let made = try ruleset()
        _ = try namespace.nft("flush ruleset")
        _ = try namespace.nft(
            "-f -",
            input: """
                table arp lvscare {
                    comment "made by lvscare"
                    set vips { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }; }
                    chain input {
                        type filter hook input priority filter; policy accept;
                        arp operation request arp daddr ip @vips drop
                    }
                }
                """)
        #expect(made.sorted() == (try ruleset().sorted()))
        process.remove([shares[0].owner])
        #expect(try ruleset().contains { $0.contains("elements = { 10.0.0.2 }") })
        process.remove([shares[1].owner])
        #expect(try ruleset() == [])
    }
}
