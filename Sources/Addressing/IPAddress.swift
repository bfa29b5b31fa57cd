import Glibc

/// An IPv4 or IPv6 address without a scope.
///
/// Text form: `inet_ntop(3)`'s, that is dotted decimal for IPv4 and RFC 5952 for IPv6.
public struct IPAddress: Hashable, Sendable {
    /// The version of the Internet Protocol that an address belongs to.
    @frozen
    public enum Family: UInt8, Hashable, Sendable, CaseIterable {
        /// `AF_INET`, 32-bit addresses.
        case ipv4 = 2
        /// `AF_INET6`, 128-bit addresses.
        case ipv6 = 10

        /// Length of an address in octets: 4 or 16.
        public var addressLength: Int { self == .ipv4 ? 4 : 16 }

        /// Length of an address in bits, the longest possible prefix: 32 or 128.
        public var bitWidth: Int { addressLength * 8 }
    }

    // The widest first: an endpoint, of which a daemon has many, is then 24 octets wide and not 32.

    /// The first eight octets of an IPv6 address as a number; 0 for IPv4.
    private let high: UInt64
    /// The last eight octets of an IPv6 address, or the four of an IPv4 address, as a number.
    private let low: UInt64
    /// Version of the Internet Protocol.
    public let family: Family

    private init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// An address from its octets in network byte order.
    ///
    /// `nil` unless there are exactly 4 or 16 of them, as the family demands.
    public init?(family: Family, octets: some Collection<UInt8>) {
        guard octets.count == family.addressLength else { return nil }
        // Collections of octets mostly lie in memory as such, where reading them costs a tenth.
        self = octets.withContiguousStorageIfAvailable { Self(family, $0) } ?? Self(family, octets)
    }

    private init(_ family: Family, _ octets: some Collection<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for octet in octets {
            high = high << 8 | low >> 56
            low = low << 8 | UInt64(octet)
        }
        self.init(family: family, high: high, low: low)
    }

    /// An address from its octets as a number, which is one of 32 bits for IPv4.
    package init(family: Family, number: UInt128) {
        self.init(
            family: family, high: family == .ipv4 ? 0 : UInt64(truncatingIfNeeded: number >> 64),
            low: family == .ipv4 ? UInt64(UInt32(truncatingIfNeeded: number)) : UInt64(truncatingIfNeeded: number))
    }

    /// An address of IPv4 from its octets as a number.
    init(ipv4 number: UInt32) { self.init(family: .ipv4, high: 0, low: UInt64(number)) }

    /// An address from four or sixteen octets in network byte order; `nil` for any other number of octets.
    public init?(octets: some Collection<UInt8>) {
        switch octets.count {
        case 4: self.init(family: .ipv4, octets: octets)
        case 16: self.init(family: .ipv6, octets: octets)
        default: return nil
        }
    }

    /// An address from its text form, as `inet_pton(3)` reads it.
    ///
    /// `nil` for host names, shortened IPv4 forms such as `127.1`, zones (`fe80::1%eth0`) and surrounding blanks.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        // Behind a whole IPv4 address, nothing makes an address of either family of it.
        if let (address, isAll) = DecimalReader.read(text, { ($0.address(), $0.isAtEnd) }), let address {
            guard isAll else { return nil }
            self = address
            return
        }
        // A NUL would cut the C string short and hide what follows it.
        guard !text.utf8.contains(0) else { return nil }
        let family: Family = text.utf8.contains(UInt8(ascii: ":")) ? .ipv6 : .ipv4
        let address = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: family.addressLength) { octets -> Self? in
            guard inet_pton(Int32(family.rawValue), text, octets.baseAddress) == 1 else { return nil }
            return Self(family, octets)
        }
        guard let address else { return nil }
        self = address
    }

    /// `0.0.0.0` or `::`.
    public static func unspecified(_ family: Family) -> IPAddress { IPAddress(family: family, high: 0, low: 0) }

    /// `127.0.0.1` or `::1`.
    public static func loopback(_ family: Family) -> IPAddress {
        IPAddress(family: family, high: 0, low: family == .ipv4 ? 0x7f00_0001 : 1)
    }

    /// Its octets as a number, of 32 or 128 bits.
    package var number: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The 4 or 16 octets in network byte order.
    public var octets: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { [UInt8]($0.suffix(family.addressLength)) }
    }

    /// `0.0.0.0` or `::`.
    public var isUnspecified: Bool { high == 0 && low == 0 }

    /// Within `127.0.0.0/8` (RFC 1122), or `::1` (RFC 4291).
    public var isLoopback: Bool {
        switch family {
        case .ipv4: low >> 24 == 127
        case .ipv6: high == 0 && low == 1
        }
    }

    /// Within `224.0.0.0/4` (RFC 5771) or `ff00::/8` (RFC 4291).
    public var isMulticast: Bool {
        switch family {
        case .ipv4: low >> 28 == 0xe
        case .ipv6: high >> 56 == 0xff
        }
    }

    /// Within `169.254.0.0/16` (RFC 3927) or `fe80::/10` (RFC 4291).
    public var isLinkLocal: Bool {
        switch family {
        case .ipv4: low >> 16 == 0xa9fe
        case .ipv6: high >> 54 == 0x3fa
        }
    }

    /// `255.255.255.255` (RFC 919).
    public var isLimitedBroadcast: Bool { family == .ipv4 && low == 0xffff_ffff }

    /// An IPv4 address written as IPv6, within `::ffff:0:0/96` (RFC 4291).
    public var isIPv4Mapped: Bool { family == .ipv6 && high == 0 && low >> 32 == 0xffff }
}

extension IPAddress {
    /// By the numbers alone: hashing whole words costs a third, and hardly anybody has `10.0.0.1` and `::a00:1`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by numeric value.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family.rawValue, left.high, left.low) < (right.family.rawValue, right.high, right.low)
    }
}

extension IPAddress: CustomStringConvertible {
    /// The text form of `inet_ntop(3)`.
    public var description: String {
        // What inet_ntop makes of an IPv4 address, at a fraction of the cost.
        if family == .ipv4 { return "\(low >> 24).\(low >> 16 & 0xff).\(low >> 8 & 0xff).\(low & 0xff)" }
        let octets = octets
        let text = [CChar](unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { buffer, count in
            count = 0
            guard inet_ntop(Int32(family.rawValue), octets, buffer.baseAddress, socklen_t(buffer.count)) != nil,
                let base = buffer.baseAddress
            else { return }
            count = strlen(base)
        }
        return String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
