public import Addressing

/// An empty table, no route to the VIPs of the tests, and a second host "m1" in a namespace, joined by a veth pair:
/// 10.77.0.1 and fd77::1 here, 10.77.0.2 and fd77::2 there.
public final class Stage {
    /// Where clients reach the service under test.
    public static let vip = endpoint("169.254.7.1:80")
    /// The same in IPv6.
    public static let vip6 = endpoint("[fd99::7]:80")

    /// Makes the table empty and removes what an earlier test may have left.
    public init() throws {
        _ = try freshIPVS()
        Self.clear()
        try Shell.lines("sysctl -w net.ipv4.vs.expire_nodest_conn=0")
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

    private static func clear() {
        for address in [vip.address, vip6.address] {
            let family = address.family == .ipv4 ? "-4" : "-6"
            // As often as there can be routes.
            for table in ["local", "local", "main"] {
                _ = try? Shell.run("ip \(family) route del table \(table) \(address)")
            }
        }
        IPCommand.cleanUp("link del v0", "link del d7", "netns del m1")
    }
}
