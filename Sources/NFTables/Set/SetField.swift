public import Addressing

/// One part of the key of a set; several make a concatenation. `ipv4_addr . inet_service`
public struct SetField: Hashable, Sendable {
    /// The number by which the `nft` command knows the type, below 64; the kernel stores it and gives it no meaning.
    let number: UInt32
    /// Bytes that a value has; in a key of several it is padded to a multiple of four.
    let length: Int

    /// `ipv4_addr`.
    public static let ipv4Address = SetField(number: 7, length: 4)
    /// `ipv6_addr`.
    public static let ipv6Address = SetField(number: 8, length: 16)
    /// `inet_proto`: a transport protocol.
    public static let transportProtocol = SetField(number: 12, length: 1)
    /// `inet_service`: a port.
    public static let port = SetField(number: 13, length: 2)

    /// `iface_index`: a link by its number, in host order.
    public static let interfaceIndex = SetField(number: 20, length: 4)

    private static let all = [ipv4Address, ipv6Address, transportProtocol, port, interfaceIndex]

    /// Bits that a field takes in the number of a concatenation.
    private static let bits = 6

    /// The fields of the type `keyType`; `nil` when one of them is not known here.
    static func fields(of keyType: UInt32) -> [SetField]? {
        var fields: [SetField] = []
        var rest = keyType
        while rest != 0 {
            guard let field = all.first(where: { $0.number == rest & (1 << bits - 1) }) else { return nil }
            fields.insert(field, at: 0)
            rest >>= bits
        }
        return fields.isEmpty ? nil : fields
    }

    /// The number of the type that these fields make, the first one uppermost.
    static func keyType(of fields: [SetField]) -> UInt32 { fields.reduce(0) { $0 << bits | $1.number } }

    /// Bytes that a key of these fields has; those of a concatenation are padded.
    static func keyLength(of fields: [SetField]) -> Int {
        fields.count == 1 ? fields[0].length : fields.reduce(0) { $0 + ($1.length + 3) & ~3 }
    }
}

/// A value of one ``SetField``.
@nonexhaustive
public enum SetValue: Hashable, Sendable {
    /// An address of ``SetField/ipv4Address`` or ``SetField/ipv6Address``.
    case address(IPAddress)
    /// A transport protocol.
    case transportProtocol(TransportProtocol)
    /// A port.
    case port(UInt16)
    /// The number of a link, which stays when the link is given another name.
    case interfaceIndex(UInt32)

    /// The bytes as they stand in a packet or, of a link, in a register.
    var octets: [UInt8] {
        switch self {
        case .address(let address): address.octets
        case .transportProtocol(let number): [number.rawValue]
        case .port(let port): [UInt8(port >> 8), UInt8(port & 0xff)]
        case .interfaceIndex(let index): index.hostOctets
        }
    }
}
