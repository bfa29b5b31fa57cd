import Addressing
import Netlink

/// What tells a socket from all others, `struct inet_diag_sockid` (`linux/inet_diag.h`): 48 bytes.
///
///      0             2             4        20       36            40                    48
///     | sport (net) | dport (net) | source | target | link (host) | cookie (2 × u32 host) |
///
/// An address has 16 bytes, of which IPv4 uses the first four.
struct SocketIdentity: Hashable {
    static let size = 48

    var family: IPAddress.Family
    var local: Endpoint
    var remote: Endpoint
    var link: UInt32
    var cookie: UInt64

    init(_ socket: TCPSocket) {
        family = socket.family
        local = socket.local
        remote = socket.remote
        link = socket.link
        cookie = socket.cookie
    }

    /// The identity at `offset` in a message about a socket of `family`.
    init(_ bytes: RawSpan, at offset: Int, family: IPAddress.Family) throws(NetlinkDecodingError) {
        self.family = family
        let ports = (try bytes.integer(at: offset, as: UInt16.self), try bytes.integer(at: offset + 2, as: UInt16.self))
        local = Endpoint(address: try bytes.address(family, at: offset + 4), port: UInt16(bigEndian: ports.0))
        remote = Endpoint(address: try bytes.address(family, at: offset + 20), port: UInt16(bigEndian: ports.1))
        link = try bytes.integer(at: offset + 36)
        let low = try bytes.integer(at: offset + 40, as: UInt32.self)
        cookie = UInt64(try bytes.integer(at: offset + 44, as: UInt32.self)) << 32 | UInt64(low)
    }

    /// The 48 bytes.
    var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.size)
        for port in [local.port, remote.port] { octets += [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)] }
        for address in [local.address, remote.address] {
            let written = address.octets(for: family)
            octets += written + [UInt8](repeating: 0, count: 16 - written.count)
        }
        for word in [link, UInt32(truncatingIfNeeded: cookie), UInt32(truncatingIfNeeded: cookie >> 32)] {
            octets += withUnsafeBytes(of: word) { [UInt8]($0) }
        }
        return octets
    }
}

extension RawSpan {
    /// The address of a socket of `family` in the 16 bytes at `offset`; one over IPv4 is an IPv4 address.
    fileprivate func address(
        _ family: IPAddress.Family, at offset: Int
    ) throws(NetlinkDecodingError) -> IPAddress {
        let end = offset + 16
        guard end <= byteCount else { throw NetlinkDecodingError(.truncated(needed: end, found: byteCount)) }
        let octets = extracting(offset..<offset + family.addressLength).octets
        guard let address = IPAddress(family: family, octets: octets) else {
            throw NetlinkDecodingError(.wrongWidth(expected: family.addressLength, found: octets.count))
        }
        guard address.isIPv4Mapped, let inner = IPAddress(octets: octets.suffix(4)) else { return address }
        return inner
    }
}

extension IPAddress {
    /// The octets of this address in a socket of `family`, where one of IPv6 has IPv4 addresses as `::ffff:a.b.c.d` (RFC 4291).
    fileprivate func octets(for family: Family) -> [UInt8] {
        family == .ipv6 && self.family == .ipv4 ? [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + octets : octets
    }
}
