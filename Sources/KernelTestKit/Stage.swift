public import Addressing

/// An empty table, no route to the VIPs of the tests, and a second host "m1" in a namespace, joined by a veth pair:
/// 10.77.0.1 and fd77::1 here, 10.77.0.2 and fd77::2 there.
public final class Stage {
    /// Where clients reach the service under test.
    public static let vip = endpoint("169.254.7.1:80")
    /// The same in IPv6.
    public static let vip6 = endpoint("[fd99::7]:80")

    /// The settings of the balancer that the daemon cares for; 0 at the start of each test.
    public static let settings = ["expire_nodest_conn", "expire_quiescent_template", "conntrack"]

    /// Makes the table empty and removes what an earlier test may have left.
    public init() throws {
        _ = try freshIPVS()
        Self.clear()
        // New links look for duplicates of their addresses for a second or two, in which first packets get lost.
        let addresses = "net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0"
        try Shell.lines(
            "sysctl -q -w \(addresses) " + Self.settings.map { "net.ipv4.vs.\($0)=0" }.joined(separator: " "))
    }

    deinit { Self.clear() }

    /// Adds the second host.
    public func addHost() throws {
        try IPCommand.run([
            "netns add m1", "link add v0 type veth peer name v1", "link set v1 netns m1",
            "addr add 10.77.0.1/24 dev v0", "addr add fd77::1/64 dev v0 nodad", "link set v0 up",
        ])
        try IPCommand.run("-n m1 addr add 10.77.0.2/24 dev v1")
        try IPCommand.run("-n m1 addr add fd77::2/64 dev v1 nodad")
        try IPCommand.run("-n m1 link set lo up")
        try IPCommand.run("-n m1 link set v1 up")
    }

    /// Adds another host "m2" in a network of its own: 10.76.0.1 and fd76::1 here, 10.76.0.2 and fd76::2 there. Neither it nor
    /// "m1" knows a way to the other's network.
    public func addHostElsewhere() throws {
        try IPCommand.run([
            "netns add m2", "link add v4 type veth peer name v5", "link set v5 netns m2",
            "addr add 10.76.0.1/24 dev v4", "addr add fd76::1/64 dev v4 nodad", "link set v4 up",
        ])
        for command in [
            "addr add 10.76.0.2/24 dev v5", "addr add fd76::2/64 dev v5 nodad", "link set lo up", "link set v5 up",
        ] { try IPCommand.run("-n m2 \(command)") }
    }

    /// Adds a third host "c1", whose packets for the VIPs and for "m1" are routed through this node: 10.78.0.1 and fd78::1
    /// here, 10.78.0.2 and fd78::2 there. "m1" knows no way back to it.
    public func addRoutedClient() throws {
        try IPCommand.run([
            "netns add c1", "link add v2 type veth peer name v3", "link set v3 netns c1",
            "addr add 10.78.0.1/24 dev v2", "addr add fd78::1/64 dev v2 nodad", "link set v2 up",
        ])
        for command in [
            "addr add 10.78.0.2/24 dev v3", "addr add fd78::2/64 dev v3 nodad", "link set lo up", "link set v3 up",
            "route add default via 10.78.0.1", "-6 route add default via fd78::1",
        ] { try IPCommand.run("-n c1 \(command)") }
        try Shell.lines("sysctl -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
    }

    /// The real servers of the VIPs in the table as `address:port weight`, sorted.
    public func table() throws -> [String] {
        let services = [Self.vip, Self.vip6].map { "-a -t \($0) " }
        return try IPVSOracle.saved().filter { line in services.contains(where: line.hasPrefix) }.map { line in
            let words = line.split(separator: " ").map(String.init)
            return "\(words[4]) \(words[7])"
        }.sorted()
    }

    /// The routes to `address` in all tables, in the words of the `ip` command.
    public func routes(to address: IPAddress) throws -> [String] {
        try Shell.lines("ip \(address.family == .ipv4 ? "-4" : "-6") route show table all \(address)").map {
            $0.split(separator: " ").joined(separator: " ")
        }
    }

    /// The addresses of a link except those that IPv6 makes by itself, sorted.
    public func addresses(on link: String) throws -> [String] {
        try Shell.run("ip -o addr show dev \(link)").lines.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            return words.count > 3 && !words[3].hasPrefix("fe80:") ? words[3] : nil
        }.sorted()
    }

    /// All in one process, as starting one takes longest.
    private static func clear() {
        // As often as there can be routes.
        let routes = [vip, vip6].flatMap { endpoint in
            ["local", "local", "main", "main"].map { "route del table \($0) \(endpoint.address)" }
        }
        IPCommand.cleanUp(
            routes + [
                "link del v0", "link del v2", "link del v4", "link del d7", "link del lvscare", "link del other",
                "link del other2", "route flush table 77", "netns del m1", "netns del m2", "netns del c1",
            ])
    }
}
