public import Addressing

/// One balanced connection of the kernel's connection table. `ipvsadm -Lnc`
///
/// Wire: a line of `/proc/net/ip_vs_conn` (`ip_vs_conn_seq_show` of `net/netfilter/ipvs/ip_vs_conn.c`); addresses and ports
/// are hexadecimal and in host order, IPv6 addresses have all their digits:
///
///     Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
///     TCP 0A4D0001 B320 A9FE0701 0050 7F000001 1F91 ESTABLISHED     899
///
/// The forwarding method is not told. The template of a persistent client is an entry like any other, with the port 0 of
/// the client.
public struct ConnectionEntry: Hashable, Sendable {
    /// The transport protocol in the kernel's word: `TCP`, `UDP`, `SCTP`.
    public var transport: String
    /// Where the client is.
    public var client: Endpoint
    /// The virtual service.
    public var service: Endpoint
    /// The real server that it got.
    public var destination: Endpoint
    /// The state in the kernel's word: `ESTABLISHED`, `SYN_RECV` …
    public var state: String
    /// Seconds until the kernel forgets the connection if no packet comes.
    public var expires: UInt64

    /// Whether this is no connection, but binds the coming ones of a persistent client.
    public var isTemplate: Bool { client.port == 0 }

    /// Creates an entry; `expires` is in seconds from now.
    public init(
        transport: String, client: Endpoint, service: Endpoint, destination: Endpoint, state: String, expires: UInt64
    ) {
        self.transport = transport
        self.client = client
        self.service = service
        self.destination = destination
        self.state = state
        self.expires = expires
    }

    /// The entry in a line; `nil` for the line with the titles, and for anything else that is none.
    public init?(_ line: some Sequence<UInt8>) {
        let words = Array(line).split { $0 == UInt8(ascii: " ") }
        guard words.count >= 9, let client = Self.endpoint(words[1], words[2]),
            let service = Self.endpoint(words[3], words[4]), let destination = Self.endpoint(words[5], words[6]),
            let expires = UInt64(String(decoding: words[8], as: UTF8.self))
        else { return nil }
        self.init(
            transport: String(decoding: words[0], as: UTF8.self), client: client, service: service,
            destination: destination, state: String(decoding: words[7], as: UTF8.self), expires: expires)
    }

    /// The beginning of the line of a TCP connection of `client` to `service`, up to its real server.
    static func prefix(client: Endpoint, service: Endpoint) -> [UInt8] {
        Array("TCP \(text(client)) \(text(service)) ".utf8)
    }

    private static func endpoint(_ address: ArraySlice<UInt8>, _ port: ArraySlice<UInt8>) -> Endpoint? {
        guard let port = UInt16(String(decoding: port, as: UTF8.self), radix: 16) else { return nil }
        let text = String(decoding: address, as: UTF8.self)
        if text.contains(":") { return IPAddress(text).map { Endpoint(address: $0, port: port) } }
        guard text.utf8.count == 8, let number = UInt32(text, radix: 16) else { return nil }
        let octets = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        return IPAddress(octets: octets).map { Endpoint(address: $0, port: port) }
    }

    private static func text(_ endpoint: Endpoint) -> String {
        let port = hexadecimal(Int(endpoint.port), digits: 4).uppercased()
        let octets = endpoint.address.octets.map { hexadecimal(Int($0), digits: 2) }
        guard endpoint.address.family == .ipv6 else { return "\(octets.joined().uppercased()) \(port)" }
        let groups = stride(from: 0, to: octets.count, by: 2).map { octets[$0] + octets[$0 + 1] }
        return "\(groups.joined(separator: ":")) \(port)"
    }

    private static func hexadecimal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
