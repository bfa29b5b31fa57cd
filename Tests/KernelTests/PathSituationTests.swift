import Addressing
import Director
import DirectorTestKit
import KernelTestKit
import LVSCareModel
import RouteNetlink
import Testing

@testable import LVSCare

extension KernelSuites {
    /// The truth table of `PathPlanner` on a real kernel; the `ip` command says what came of it.
    @Suite struct PathSituationTests {
        let stage: Stage

        init() throws {
            stage = try Stage()
            try Shell.lines("sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
        }

        /// All in one process, as starting one takes longest.
        private func build(_ situation: PathSituation) throws {
            let nodad = situation.family == .ipv6 ? " nodad" : ""
            try IPCommand.run(
                situation.links.flatMap { link in
                    [
                        "link add \(link.name) type dummy", "link set \(link.name) up",
                        "addr add \(link.address) dev \(link.name)\(nodad)",
                    ]
                } + [situation.gateway.map { "route add default via \($0)" }].compactMap(\.self))
            guard situation.family == .ipv6 else { return }
            // The kernel makes the entries for IPv6 addresses a moment later.
            let own = situation.links.map { "ip route get \($0.address.address)" }.joined(separator: "; ")
            try eventually { try Shell.lines(own).filter { $0.hasPrefix("local ") }.count == situation.links.count }
        }

        private func clear(_ situation: PathSituation) {
            IPCommand.cleanUp(
                situation.links.map { "link del \($0.name)" } + ["link del lvscare"]
                    + ["local", "main"].map { "route del table \($0) \(situation.vip) proto 76" })
            if hasNFTables { _ = try? Shell.run("nft flush ruleset") }
        }

        @Test(arguments: PathSituation.all)
        func `comes to what the truth table says`(_ situation: PathSituation) throws {
            defer { clear(situation) }
            try build(situation)
            let network = LinuxNetwork(through: try RouteNetlinkClient())
            let path = PathReconciler(PathPlanner(situation.wanted, on: nil), in: network)
            if let refusal = situation.refusal {
                #expect(path.refusal().map { "\($0)".contains(refusal) } == true)
                return
            }
            #expect(path.refusal() == nil)
            var report = path.reconcile(serving: situation.inService)
            report.add(path.finish())
            #expect(report.failures.isEmpty == (situation.failure == nil), "\(report.failures)")
            if let failure = situation.failure { #expect("\(report.failures)".contains(failure)) }
            try expectRoute(situation)
            if hasNFTables { try expectTables(situation) }
            expectLimitations(situation, report.limitations)

            var quiet = path.reconcile(serving: situation.inService)
            quiet.add(path.finish())
            #expect(quiet.changes.isEmpty, "\(quiet.changes)")
            #expect(quiet.limitations == report.limitations)
            #expect(path.remove().failures.isEmpty)
            #expect(path.finish().failures.isEmpty)
            let left = try Shell.run("ip route show table all \(situation.vip); ip link show dev lvscare")
            #expect(left.lines == [])
            if hasNFTables { #expect(try Shell.lines("nft list ruleset") == []) }
        }

        private func expectRoute(_ situation: PathSituation) throws {
            let words = try Shell.run("ip route get \(situation.vip)").lines.first ?? ""
            if let via = situation.via { #expect(words.contains(" via \(via) "), "\(words)") }
            guard let source = situation.source else { return }
            #expect(words.hasPrefix("local \(situation.vip) "), "\(words)")
            #expect((words + " ").contains(" src \(source) "), "\(words)")
        }

        private func expectTables(_ situation: PathSituation) throws {
            let rules = try Shell.lines("nft list ruleset").joined(separator: "\n")
            for link in situation.links {
                let isMasqueraded = rules.contains(". \"\(link.name)\"")
                #expect(isMasqueraded == situation.masqueradedLinks.contains(link.name), "\(rules)")
            }
            #expect(rules.contains("table arp ") == situation.isSilenced, "\(rules)")
        }

        private func expectLimitations(_ situation: PathSituation, _ found: [Limitation]) {
            var expected = situation.limitations
            if !hasNFTables, situation.isLink {
                // What nf_tables would do is missing then, and said, and nothing about clients whom that would serve.
                expected = expected.filter { !$0.contains("clients from elsewhere") } + [["nf_tables", "routed"]]
                if !situation.masqueradedLinks.isEmpty { expected.append(["one source address"]) }
            }
            if !hasNFTables, situation.isSilenced { expected.append(["ARP", "a1"]) }
            #expect(found.count == expected.count, "\(found)")
            for words in expected {
                #expect(
                    found.contains { limitation in words.allSatisfy { "\(limitation)".contains($0) } }, "\(found)")
            }
        }
    }
}
