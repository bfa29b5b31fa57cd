public import Addressing

/// Another host on a link, and what this node knows about the way to it. `ip neighbour show`
public struct Neighbour: Hashable, Sendable {
    /// The link that it is on.
    public var link: LinkIndex
    /// Its IP address.
    public var address: IPAddress
    /// Whether it answers.
    public var state: NeighbourState
    /// Its address on the link, six octets with Ethernet; empty as long as it is not known.
    public var linkLayerAddress: [UInt8]

    /// Creates a neighbour, by default one whose link-layer address is unknown.
    public init(link: LinkIndex, address: IPAddress, state: NeighbourState, linkLayerAddress: [UInt8] = []) {
        self.link = link
        self.address = address
        self.state = state
        self.linkLayerAddress = linkLayerAddress
    }
}

extension Neighbour {
    /// Its address on the link as text: `02:00:00:00:00:01`; empty as long as it is not known.
    public var linkLayerText: String {
        linkLayerAddress.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}

extension Neighbour: CustomStringConvertible {
    /// `10.0.0.1 dev if2 lladdr 02:00:00:00:00:01 REACHABLE`, as the `ip neighbour` command shows it.
    public var description: String {
        var words = ["\(address)", "dev", "\(link)"]
        if !linkLayerAddress.isEmpty { words += ["lladdr", linkLayerText] }
        return (words + ["\(state)"]).joined(separator: " ")
    }
}

/// The kernel's state of a neighbour, `NUD_…` (`linux/neighbour.h`). `ip neighbour show nud STATE`
///
/// One bit at a time; an entry without any is not in use.
///
/// Wire: `ndm_state`, u16, host order.
public struct NeighbourState: OptionSet, Hashable, Sendable {
    /// The bits.
    public var rawValue: UInt16

    /// A state of its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `NUD_INCOMPLETE`: asked for, not answered yet.
    public static let incomplete = NeighbourState(rawValue: 0x01)
    /// `NUD_REACHABLE`: answered a short while ago.
    public static let reachable = NeighbourState(rawValue: 0x02)
    /// `NUD_STALE`: answered some time; nothing was sent to it since.
    public static let stale = NeighbourState(rawValue: 0x04)
    /// `NUD_DELAY`: was ``stale`` until something was sent; will be asked unless a sign of life comes.
    public static let delay = NeighbourState(rawValue: 0x08)
    /// `NUD_PROBE`: is being asked again.
    public static let probe = NeighbourState(rawValue: 0x10)
    /// `NUD_FAILED`: did not answer.
    public static let failed = NeighbourState(rawValue: 0x20)
    /// `NUD_NOARP`: needs no asking, such as a multicast group, or any host behind a link without ARP.
    public static let withoutResolution = NeighbourState(rawValue: 0x40)
    /// `NUD_PERMANENT`: configured.
    public static let permanent = NeighbourState(rawValue: 0x80)

    /// `NUD_VALID`: packets can be sent to it, because its address on the link is known.
    public static let valid: NeighbourState = [.permanent, .withoutResolution, .reachable, .probe, .stale, .delay]
}

extension NeighbourState: CustomStringConvertible {
    private static let names: [(NeighbourState, String)] = [
        (.incomplete, "INCOMPLETE"), (.reachable, "REACHABLE"), (.stale, "STALE"), (.delay, "DELAY"),
        (.probe, "PROBE"), (.failed, "FAILED"), (.withoutResolution, "NOARP"), (.permanent, "PERMANENT"),
    ]

    /// The names that the `ip` command uses; `NONE` without any bit.
    public var description: String {
        let words = Self.names.filter { contains($0.0) }.map(\.1)
        return words.isEmpty ? "NONE" : words.joined(separator: ",")
    }
}
