import Addressing
import ChaosModel
import Glibc
import IPVS
import KernelTestKit
import RouteNetlink

/// What belongs to others and must stay as it is.
///
/// Some of it lies as close to the daemons' own as can be: services on the VIP's address, local routes beside the VIP's.
final class Foreign {
    private let ipvs: IPVSClient
    private let routes: RouteNetlinkClient
    /// Whether the kernel has nf_tables, and so a table of others.
    let hasRules: Bool
    /// Whether the daemons keep further services.
    private let usesFiles: Bool
    /// The node's firewall.
    let firewall: Firewall

    private static let services = [
        "-A -t 10.200.0.9:80 -s wlc", "-a -t 10.200.0.9:80 -r 127.0.0.1:9090 -m -w 5",
        "-A -t 169.254.7.1:81 -s rr", "-a -t 169.254.7.1:81 -r 127.0.0.1:9091 -m -w 0",
        "-A -t [fd99::7]:81 -s rr", "-a -t [fd99::7]:81 -r [::1]:9091 -m -w 3", "-A -f 7 -s wrr",
    ]

    init(_ ipvs: IPVSClient, _ routes: RouteNetlinkClient, usesFiles: Bool) throws {
        self.usesFiles = usesFiles
        (self.ipvs, self.routes) = (ipvs, routes)
        try IPVSOracle.restore(Self.services)
        try IPCommand.run([
            "link add foreign0 type dummy", "link set foreign0 up", "addr add 10.99.0.1/24 dev foreign0",
            "addr add fd98::1/64 dev foreign0 nodad",
            "route add local 169.254.7.2 dev lo table local src 127.0.0.1", "route add blackhole 169.254.7.3",
            "route add local fd99::8 dev lo table local",
        ])
        hasRules = try Shell.run("nft add table inet foreign").status == 0
        firewall = Firewall(usesNFTables: hasRules)
        try firewall.set()
        if hasRules { try Shell.lines("nft -f -", input: Self.ruleset + firewall.ruleset) }
    }

    private static let ruleset = """
        table inet foreign {
            chain output {
                type filter hook output priority 0
                counter
            }
        }

        """

    /// Replaces all rules of nf_tables by those of others, as `systemctl reload nftables` does.
    func replaceRuleset() throws {
        try Shell.lines("nft -f -", input: "flush ruleset\n" + Self.ruleset + firewall.ruleset)
    }

    /// Makes the services again that a flush of the table took away with ours.
    func restoreServices(_ saved: [TableEntry]) {
        var commands: [IPVSCommand] = []
        for entry in saved {
            let service = entry.service
            commands.append(.addService(service.identity, service.configuration))
            for destination in entry.destinations {
                commands.append(
                    .addDestination(destination.identity, destination.configuration, to: service.identity))
            }
        }
        _ = ipvs.apply(commands)
    }

    /// The services of others, to be made again after a flush.
    func saveServices() throws -> [TableEntry] {
        let ours = VIP.allCases.map { Scene.identity(of: $0) }
        return try ipvs.table { !ours.contains($0) && !(usesFiles && Companions.contains($0)) }
    }

    /// All that is not the daemons', as netlink tells it.
    func snapshot() throws -> [String] {
        let vips = VIP.allCases.map { CIDR(host: Scene.endpoint(of: $0).address) }
        var lines: [String] = []
        for entry in try saveServices() {
            let service = entry.service
            lines.append("service \(service.identity) \(service.configuration)")
            lines += entry.destinations.map { "real server \($0.identity) of \(service.identity) \($0.configuration)" }
        }
        let own = try routes.link(named: Scene.link)?.index
        lines += try routes.routes().filter {
            !vips.contains($0.destination) && ($0.outputInterface != own || own == nil)
        }
        .map { "route \($0)" }
        lines += try routes.links().filter { $0.name != Scene.link }.map { "link \($0.index) \($0.name) \($0.flags)" }
        lines += try routes.addresses().filter { $0.link != own }.map { "address \($0)" }
        return lines.sorted()
    }

    /// All that is not the daemons', as other programs tell it.
    func shown() throws -> [String] {
        let services = VIP.allCases.map { "-t \(Scene.endpoint(of: $0)) " }
        let vips = VIP.allCases.map { "\(Scene.endpoint(of: $0).address) " }
        var lines = try IPVSOracle.saved().filter { line in
            !services.contains { line.contains($0) } && !(usesFiles && Companions.contains(savedLine: line))
        }
        lines += try Shell.lines("ip -4 -o -d route show table all; ip -6 -o -d route show table all")
            .filter { line in !vips.contains { line.contains($0) } && !line.contains(" dev \(Scene.link) ") }
        lines += try Shell.lines("ip -o -d link; ip -o address").filter { !$0.contains(": \(Scene.link)") }
        lines += try firewall.shown()
        // Counters of rules go on.
        if hasRules { lines += try Shell.lines("nft --stateless list table inet foreign") }
        return lines
    }
}
