import Addressing

/// Where a real server of the failover benchmarks is: host H has 10.77.0.(10 + H) in the network namespace "hostH".
///
/// `scripts/bench.d/failover` makes these hosts; each three of them are the real servers of one virtual service.
struct Place {
    static let perService = 3

    let number: Int

    var namespace: String { "host\(number)" }
    var endpoint: Endpoint { Self.endpoint(77, 10 + number) }
    /// As `/proc/net/ip_vs` writes it.
    var tableEntry: [UInt8] {
        let digits = endpoint.address.octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
        return Array((digits.joined() + ":0050").utf8)
    }

    /// The virtual service S: 10.99.0.(1 + S), port 80.
    static func service(_ number: Int) -> Endpoint { endpoint(99, 1 + number) }

    private static func endpoint(_ block: UInt8, _ last: Int) -> Endpoint {
        Endpoint(address: IPAddress(octets: [10, block, 0, UInt8(last)]) ?? .loopback(.ipv4), port: 80)
    }
}
