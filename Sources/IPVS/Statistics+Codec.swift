import Netlink

/// Attributes inside `IPVS_SVC_ATTR_STATS`, `IPVS_SVC_ATTR_STATS64` and their like of real servers (`linux/ip_vs.h`).
enum StatisticsAttribute: UInt16, CaseIterable {
    /// `IPVS_STATS_ATTR_CONNS`
    case connections = 1
    /// `IPVS_STATS_ATTR_INPKTS`
    case incomingPackets = 2
    /// `IPVS_STATS_ATTR_OUTPKTS`
    case outgoingPackets = 3
    /// `IPVS_STATS_ATTR_INBYTES`: u64 in both kinds.
    case incomingBytes = 4
    /// `IPVS_STATS_ATTR_OUTBYTES`: u64 in both kinds.
    case outgoingBytes = 5
    /// `IPVS_STATS_ATTR_CPS`
    case connectionRate = 6
    /// `IPVS_STATS_ATTR_INPPS`
    case incomingPacketRate = 7
    /// `IPVS_STATS_ATTR_OUTPPS`
    case outgoingPacketRate = 8
    /// `IPVS_STATS_ATTR_INBPS`
    case incomingByteRate = 9
    /// `IPVS_STATS_ATTR_OUTBPS`
    case outgoingByteRate = 10
    /// `IPVS_STATS_ATTR_PAD`: empty, aligns the next attribute to eight bytes.
    case padding = 11
}

extension Statistics {
    /// Reads either kind of statistics: numbers of 32 or 64 bits in host order.
    init(_ attributes: RawSpan) throws(NetlinkDecodingError) {
        var result = Statistics()
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch StatisticsAttribute(rawValue: type) {
            case .connections: result.connections = try value.counter()
            case .incomingPackets: result.incomingPackets = try value.counter()
            case .outgoingPackets: result.outgoingPackets = try value.counter()
            case .incomingBytes: result.incomingBytes = try value.counter()
            case .outgoingBytes: result.outgoingBytes = try value.counter()
            case .connectionRate: result.rates.connections = try value.counter()
            case .incomingPacketRate: result.rates.incomingPackets = try value.counter()
            case .outgoingPacketRate: result.rates.outgoingPackets = try value.counter()
            case .incomingByteRate: result.rates.incomingBytes = try value.counter()
            case .outgoingByteRate: result.rates.outgoingBytes = try value.counter()
            case .padding, nil: break
            }
        }
        self = result
    }
}

extension RawSpan {
    /// A number of 32 or 64 bits.
    fileprivate func counter() throws(NetlinkDecodingError) -> UInt64 {
        byteCount == 4 ? UInt64(try integer(UInt32.self)) : try integer(UInt64.self)
    }
}
