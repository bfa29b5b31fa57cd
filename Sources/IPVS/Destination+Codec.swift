import Addressing
import Netlink

/// Attributes inside `IPVS_CMD_ATTR_DEST` (`linux/ip_vs.h`).
enum DestinationAttribute: UInt16, CaseIterable {
    /// `IPVS_DEST_ATTR_ADDR`: 16 bytes.
    case address = 1
    /// `IPVS_DEST_ATTR_PORT`: u16, network order.
    case port = 2
    /// `IPVS_DEST_ATTR_FWD_METHOD`: u32.
    case forwardingMethod = 3
    /// `IPVS_DEST_ATTR_WEIGHT`: u32.
    case weight = 4
    /// `IPVS_DEST_ATTR_U_THRESH`: u32.
    case upperThreshold = 5
    /// `IPVS_DEST_ATTR_L_THRESH`: u32.
    case lowerThreshold = 6
    /// `IPVS_DEST_ATTR_ACTIVE_CONNS`: u32.
    case activeConnections = 7
    /// `IPVS_DEST_ATTR_INACT_CONNS`: u32.
    case inactiveConnections = 8
    /// `IPVS_DEST_ATTR_PERSIST_CONNS`: u32.
    case persistentConnections = 9
    /// `IPVS_DEST_ATTR_STATS`: nested, numbers of 32 and 64 bits.
    case statistics32 = 10
    /// `IPVS_DEST_ATTR_ADDR_FAMILY`: u16; the service's family where it is absent.
    case family = 11
    /// `IPVS_DEST_ATTR_STATS64`: nested, numbers of 64 bits.
    case statistics64 = 12
    /// `IPVS_DEST_ATTR_TUN_TYPE`: u8.
    case tunnelKind = 13
    /// `IPVS_DEST_ATTR_TUN_PORT`: u16, network order.
    case tunnelPort = 14
    /// `IPVS_DEST_ATTR_TUN_FLAGS`: u16.
    case tunnelFlags = 15
}

extension Destination {
    /// Writes the attributes that name a real server.
    static func encode(_ identity: Identity, into writer: inout AttributeWriter) {
        writer.integer(DestinationAttribute.family.rawValue, UInt16(identity.address.family.rawValue))
        writer.address(DestinationAttribute.address.rawValue, identity.address)
        writer.bigEndian(DestinationAttribute.port.rawValue, identity.port)
    }
}

extension Destination.Configuration {
    /// Writes all that can be set: the kernel wants method, weight and both thresholds together, else `EINVAL`.
    func encode(into writer: inout AttributeWriter) {
        if case .other(let number) = forwarding, !ForwardingMethod.nameless.contains(number) {
            writer.refuse("a forwarding method of the number \(number)")
        }
        writer.integer(DestinationAttribute.forwardingMethod.rawValue, forwarding.number)
        writer.integer(DestinationAttribute.weight.rawValue, weight.rawValue)
        let tunnel = forwarding.encapsulation ?? .ipip
        writer.integer(DestinationAttribute.tunnelKind.rawValue, tunnel.kind.rawValue)
        writer.bigEndian(DestinationAttribute.tunnelPort.rawValue, tunnel.port)
        writer.integer(DestinationAttribute.tunnelFlags.rawValue, tunnel.checksum.rawValue)
        writer.integer(DestinationAttribute.upperThreshold.rawValue, thresholds.upper)
        writer.integer(DestinationAttribute.lowerThreshold.rawValue, thresholds.lower)
    }
}

extension ForwardingMethod {
    /// The numbers within `IP_VS_CONN_F_FWD_MASK`, of which the kernel takes notice, that are no other case of this type.
    fileprivate static let nameless: ClosedRange<UInt32> = 5...7

    /// The number on the wire, `IP_VS_CONN_F_…`.
    var number: UInt32 {
        switch self {
        case .masquerade: 0
        case .local: 1
        case .tunnel: 2
        case .directRoute: 3
        case .bypass: 4
        case .other(let number): number
        }
    }

    /// The tunnel of this method, where it is one.
    var encapsulation: Tunnel? {
        if case .tunnel(let tunnel) = self { tunnel } else { nil }
    }

    init(number: UInt32, tunnel: Tunnel) {
        self =
            switch number {
            case 0: .masquerade
            case 1: .local
            case 2: .tunnel(tunnel)
            case 3: .directRoute
            case 4: .bypass
            default: .other(number)
            }
    }
}

extension Destination {
    /// Reads the attributes inside `IPVS_CMD_ATTR_DEST` of a service whose address family is `serviceFamily`.
    init(_ attributes: RawSpan, serviceFamily: IPAddress.Family) throws(NetlinkDecodingError) {
        var family = serviceFamily
        var address: AddressField?
        var port: UInt16 = 0
        var method: UInt32 = 0
        var tunnel = Tunnel.ipip
        var configuration = Configuration(forwarding: .masquerade, weight: 0)
        var connections = Connections()
        var statistics: Statistics?
        var statistics32: Range<Int>?

        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch DestinationAttribute(rawValue: type) {
            case .family: family = try IPAddress.Family(value)
            case .address: address = try AddressField(value)
            case .port: port = try value.bigEndian()
            case .forwardingMethod: method = try value.integer()
            case .weight: configuration.weight = Weight(rawValue: try value.integer())
            case .upperThreshold: configuration.thresholds.upper = try value.integer()
            case .lowerThreshold: configuration.thresholds.lower = try value.integer()
            case .activeConnections: connections.active = try value.integer()
            case .inactiveConnections: connections.inactive = try value.integer()
            case .persistentConnections: connections.persistent = try value.integer()
            case .tunnelKind: tunnel.kind = Tunnel.Kind(rawValue: try value.integer())
            case .tunnelPort: tunnel.port = try value.bigEndian()
            case .tunnelFlags: tunnel.checksum = Tunnel.Checksum(rawValue: try value.integer())
            // Read only where they are the only ones: they cost as much as all the rest.
            case .statistics32: statistics32 = attributes.byteOffsets(of: value)
            case .statistics64: statistics = try Statistics(value)
            case nil: break
            }
        }

        guard let address else {
            throw NetlinkDecodingError(.missingAttribute(DestinationAttribute.address.rawValue))
        }
        configuration.forwarding = ForwardingMethod(number: method, tunnel: tunnel)
        identity = Endpoint(address: address.address(family), port: port)
        self.configuration = configuration
        self.connections = connections
        if statistics == nil, let statistics32 { statistics = try Statistics(attributes.extracting(statistics32)) }
        self.statistics = statistics ?? Statistics()
    }
}
