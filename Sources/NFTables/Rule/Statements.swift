public import Addressing

/// Statements for ``Rule/init(_:comment:)``: the steps that a phrase of the `nft` command stands for.
///
/// The command adds `meta nfproto` and `meta l4proto` by itself where a phrase needs them; here they are written.
extension [Expression] {
    // MARK: Conditions

    /// `meta nfproto ipv4`
    public static func family(_ family: IPAddress.Family) -> Self {
        [.meta(.load(.family)), .comparison(Comparison(.equal, [family.rawValue]))]
    }

    /// `meta l4proto tcp`
    public static func transportProtocol(_ protocol: TransportProtocol) -> Self {
        [.meta(.load(.transportProtocol)), .comparison(Comparison(.equal, [`protocol`.rawValue]))]
    }

    /// `oifname "eth0"`; only the first 15 bytes of a name count, as the kernel has no longer ones.
    public static func outputInterface(_ name: String, is operator: Comparison.Operator = .equal) -> Self {
        let octets = name.utf8.prefix(15)
        let padded = octets + [UInt8](repeating: 0, count: 16 - octets.count)
        return [.meta(.load(.outputInterface)), .comparison(Comparison(`operator`, padded))]
    }

    /// `oif eth0`, by the number of the link, which stays when the link is given another name.
    public static func outputInterface(
        index: UInt32, is operator: Comparison.Operator = .equal
    ) -> Self {
        [.meta(.load(.outputInterfaceIndex)), .comparison(Comparison(`operator`, index.hostOctets))]
    }

    /// `ip daddr 10.0.0.1`, `ip6 daddr != fd00::1`; behind ``family(_:)``.
    public static func destination(_ address: IPAddress, is operator: Comparison.Operator = .equal) -> Self {
        [.payload(.destination(address.family)), .comparison(Comparison(`operator`, address.octets))]
    }

    /// `ip saddr 10.0.0.1`, `ip6 saddr != fd00::1`; behind ``family(_:)``.
    public static func source(_ address: IPAddress, is operator: Comparison.Operator = .equal) -> Self {
        [.payload(.source(address.family)), .comparison(Comparison(`operator`, address.octets))]
    }

    /// `tcp dport 80`, `udp dport != 53`; behind ``transportProtocol(_:)``.
    public static func destinationPort(_ port: UInt16, is operator: Comparison.Operator = .equal) -> Self {
        [.payload(.destinationPort()), .comparison(Comparison(`operator`, SetValue.port(port).octets))]
    }

    /// `ip daddr . tcp dport @SET`; behind ``family(_:)`` and ``transportProtocol(_:)``.
    ///
    /// The set is of ``SetField/ipv4Address`` or ``SetField/ipv6Address``, and ``SetField/port``.
    public static func destinationAndPort(_ family: IPAddress.Family, in set: String) -> Self {
        lookUp(.destination(family), .destinationPort, in: set)
    }

    /// `ct original ip daddr 10.0.0.1`, `ct original ip6 daddr != fd00::1`: what the client connected to.
    ///
    /// Packets of connections of the other family do not match, whichever way round.
    public static func originalDestination(_ address: IPAddress, is operator: Comparison.Operator = .equal) -> Self {
        [.conntrack(.originalDestination(address.family)), .comparison(Comparison(`operator`, address.octets))]
    }

    /// `ct original proto-dst 80`; behind ``transportProtocol(_:)``.
    public static func originalDestinationPort(_ port: UInt16, is operator: Comparison.Operator = .equal) -> Self {
        [.conntrack(.load(.destinationPort)), .comparison(Comparison(`operator`, SetValue.port(port).octets))]
    }

    /// `ct original ip daddr . ct original proto-dst @SET`; behind ``transportProtocol(_:)``.
    ///
    /// The set is of ``SetField/ipv4Address`` or ``SetField/ipv6Address``, and ``SetField/port``.
    public static func originalDestinationAndPort(_ family: IPAddress.Family, in set: String) -> Self {
        lookUp(.originalDestination(family), .originalDestinationPort, in: set)
    }

    /// Somebody asks the link for the host that has `address`: `arp operation request arp daddr ip 10.0.0.1` in the family
    /// ``Family/arp``, `icmpv6 type nd-neighbor-solicit icmpv6 taddr fd00::1` in ``Family/ip6``.
    ///
    /// Answers to what this node asks do not match. RFC 826, of IPv4 over Ethernet; RFC 4861, section 4.3.
    public static func linkAddressRequest(for address: IPAddress) -> Self {
        switch address.family {
        case .ipv4:
            arpRequest + [.payload(.arpTarget), .comparison(Comparison(.equal, address.octets))]
        case .ipv6:
            // `NDISC_NEIGHBOUR_SOLICITATION` (`net/ndisc.h`).
            transportProtocol(.icmpv6)
                + [.payload(Payload(.transport, offset: 0, length: 1)), .comparison(Comparison(.equal, [135]))]
                + [.payload(.solicitationTarget), .comparison(Comparison(.equal, address.octets))]
        }
    }

    /// `arp operation request`, in the family ``Family/arp``.
    public static var arpRequest: Self {
        // Big-endian: `ARPOP_REQUEST` (`linux/if_arp.h`).
        [.payload(Payload(.network, offset: 6, length: 2)), .comparison(Comparison(.equal, [0, 1]))]
    }

    /// `meta mark & MASK == VALUE`
    public static func mark(_ value: UInt32, mask: UInt32, is operator: Comparison.Operator = .equal) -> Self {
        [
            .meta(.load(.mark)), .bitwise(Bitwise(mask: mask, xor: 0)),
            .comparison(Comparison(`operator`, value.hostOctets)),
        ]
    }

    // MARK: Actions

    /// `meta mark set meta mark | 0x1` where value and mask are 0x1: gives the bits of `mask` those of `value`.
    ///
    /// The other bits of the mark, which belong to others, stay.
    public static func setMark(_ value: UInt32, mask: UInt32) -> Self {
        [.meta(.load(.mark)), .bitwise(Bitwise(mask: ~mask, xor: value & mask)), .meta(.set(.mark))]
    }

    /// `counter`
    public static var counter: Self { [.counter(Counter())] }

    /// `masquerade`
    public static func masquerade(_ flags: Masquerade.Flags = []) -> Self { [.masquerade(Masquerade(flags))] }

    /// `accept`, `drop`, `jump CHAIN` …
    public static func verdict(_ verdict: Verdict) -> Self { [.immediate(.verdict(verdict))] }
}

extension Payload {
    /// The destination address in the IP header.
    public static func destination(_ family: IPAddress.Family, into register: Register = .first) -> Payload {
        Payload(
            .network, offset: family == .ipv4 ? 16 : 24, length: UInt32(family.addressLength), into: register)
    }

    /// The source address in the IP header.
    public static func source(_ family: IPAddress.Family, into register: Register = .first) -> Payload {
        Payload(.network, offset: family == .ipv4 ? 12 : 8, length: UInt32(family.addressLength), into: register)
    }

    /// The destination port in a TCP or UDP header.
    public static func destinationPort(into register: Register = .first) -> Payload {
        Payload(.transport, offset: 2, length: 2, into: register)
    }
}

extension Payload {
    /// `arp daddr ip`: the IPv4 address that is asked for, or that an answer is for, in an ARP message over Ethernet.
    public static var arpTarget: Payload { Payload(.network, offset: 24, length: 4) }

    /// `icmpv6 taddr`: the IPv6 address that a neighbour solicitation asks for.
    public static var solicitationTarget: Payload { Payload(.transport, offset: 8, length: 16) }
}

extension Conntrack {
    /// The address that the client connected to.
    public static func originalDestination(_ family: IPAddress.Family, into register: Register = .first) -> Conntrack {
        .load(family == .ipv4 ? .ipv4Destination : .ipv6Destination, into: register)
    }
}
