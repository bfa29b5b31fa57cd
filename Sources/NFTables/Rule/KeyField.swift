public import Addressing

/// One field of what a packet is looked up by in a set; several make a concatenation, for a set of as many ``SetField``s.
@nonexhaustive
public enum KeyField: Hashable, Sendable {
    /// `ip daddr`, `ip6 daddr`.
    case destination(IPAddress.Family)
    /// `ip saddr`, `ip6 saddr`.
    case source(IPAddress.Family)
    /// `meta l4proto`.
    case transportProtocol
    /// `th dport`: the destination port in the header of TCP, UDP or SCTP. A packet without one does not match.
    case destinationPort
    /// `ct original ip daddr`, `ct original ip6 daddr`: the address that the client connected to.
    case originalDestination(IPAddress.Family)
    /// `ct original proto-dst`: the port that the client connected to; behind an expression for the protocol, without
    /// which the `nft` command cannot show it.
    case originalDestinationPort
    /// `oif`: the number of the link that it leaves by.
    case outputInterface
    /// `arp daddr ip`: the IPv4 address that an ARP message asks for.
    case arpTarget

    /// Words of four bytes that it takes in a register.
    private var words: Int {
        switch self {
        case .destination(let family), .source(let family), .originalDestination(let family): family.addressLength / 4
        case .transportProtocol, .destinationPort, .originalDestinationPort, .outputInterface, .arpTarget: 1
        }
    }

    /// The step that loads it.
    private func load(into register: Register) -> Expression {
        var target = Payload.arpTarget
        target.register = register
        return switch self {
        case .destination(let family): .payload(.destination(family, into: register))
        case .source(let family): .payload(.source(family, into: register))
        case .transportProtocol: .meta(.load(.transportProtocol, into: register))
        case .destinationPort: .payload(.destinationPort(into: register))
        case .originalDestination(let family): .conntrack(.originalDestination(family, into: register))
        case .originalDestinationPort: .conntrack(.load(.destinationPort, into: register))
        case .outputInterface: .meta(.load(.outputInterfaceIndex, into: register))
        case .arpTarget: .payload(target)
        }
    }

    /// The steps that load all of `fields` one behind the other.
    static func loading(_ fields: [KeyField]) -> [Expression] {
        var word = 0
        return fields.map { field in
            defer { word += field.words }
            return field.load(into: .word(word))
        }
    }
}

extension [Expression] {
    /// `ip daddr . meta l4proto . th dport @SET`: goes on if the set holds what the packet has.
    ///
    /// All fields together take at most 64 bytes.
    public static func lookUp(_ fields: KeyField..., in set: String, isInverted: Bool = false) -> Self {
        KeyField.loading(fields) + [.lookup(Lookup(in: set, isInverted: isInverted))]
    }
}
