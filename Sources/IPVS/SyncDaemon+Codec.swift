import Addressing
import Netlink

/// Attributes inside `IPVS_CMD_ATTR_DAEMON` (`linux/ip_vs.h`).
enum DaemonAttribute: UInt16, CaseIterable {
    /// `IPVS_DAEMON_ATTR_STATE`: u32.
    case state = 1
    /// `IPVS_DAEMON_ATTR_MCAST_IFN`: string.
    case interface = 2
    /// `IPVS_DAEMON_ATTR_SYNC_ID`: u32.
    case syncID = 3
    /// `IPVS_DAEMON_ATTR_SYNC_MAXLEN`: u16.
    case maximumLength = 4
    /// `IPVS_DAEMON_ATTR_MCAST_GROUP`: 4 bytes.
    case group = 5
    /// `IPVS_DAEMON_ATTR_MCAST_GROUP6`: 16 bytes.
    case group6 = 6
    /// `IPVS_DAEMON_ATTR_MCAST_PORT`: u16, host order.
    case port = 7
    /// `IPVS_DAEMON_ATTR_MCAST_TTL`: u8.
    case ttl = 8
}

extension SyncDaemon {
    /// Writes the attributes inside `IPVS_CMD_ATTR_DAEMON` for `IPVS_CMD_NEW_DAEMON`.
    func encode(into writer: inout AttributeWriter) {
        writer.integer(DaemonAttribute.state.rawValue, state.rawValue)
        writer.string(DaemonAttribute.interface.rawValue, interface)
        writer.integer(DaemonAttribute.syncID.rawValue, UInt32(syncID))
        if let maximumLength { writer.integer(DaemonAttribute.maximumLength.rawValue, maximumLength) }
        if let port { writer.integer(DaemonAttribute.port.rawValue, port) }
        if let ttl { writer.integer(DaemonAttribute.ttl.rawValue, ttl) }
        if let group {
            let attribute: DaemonAttribute = group.family == .ipv4 ? .group : .group6
            writer.octets(attribute.rawValue, group.octets)
        }
    }

    /// Reads the attributes inside `IPVS_CMD_ATTR_DAEMON`.
    init(_ attributes: RawSpan) throws(NetlinkDecodingError) {
        var state: State?
        var result = SyncDaemon(.master, interface: "")
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch DaemonAttribute(rawValue: type) {
            case .state:
                let number: UInt32 = try value.integer()
                guard let known = State(rawValue: number) else {
                    throw NetlinkDecodingError(.invalidValue("daemon state \(number) is neither master nor backup"))
                }
                state = known
            case .interface: result.interface = value.cString
            // The kernel keeps the number it was given, but sends its lowest eight bits only.
            case .syncID: result.syncID = UInt8(truncatingIfNeeded: try value.integer(UInt32.self))
            case .maximumLength: result.maximumLength = try value.integer()
            case .group, .group6: result.group = try Self.group(value)
            case .port: result.port = try value.integer()
            case .ttl: result.ttl = try value.integer()
            case nil: break
            }
        }
        guard let state else { throw NetlinkDecodingError(.missingAttribute(DaemonAttribute.state.rawValue)) }
        result.state = state
        self = result
    }

    private static func group(_ value: RawSpan) throws(NetlinkDecodingError) -> IPAddress {
        guard let address = IPAddress(octets: value.octets) else {
            throw NetlinkDecodingError(.invalidValue("\(value.byteCount) bytes are no address"))
        }
        return address
    }
}
