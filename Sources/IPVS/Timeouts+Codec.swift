import Netlink

extension Timeouts {
    /// Writes the attributes of `IPVS_CMD_SET_CONFIG`.
    func encode(into writer: inout AttributeWriter) {
        writer.integer(CommandAttribute.timeoutTCP.rawValue, tcp.rawValue)
        writer.integer(CommandAttribute.timeoutTCPFin.rawValue, tcpFin.rawValue)
        writer.integer(CommandAttribute.timeoutUDP.rawValue, udp.rawValue)
    }

    /// Reads an `IPVS_CMD_SET_CONFIG` message, the reply to `IPVS_CMD_GET_CONFIG`, from its generic header on.
    ///
    /// A kernel without one of the protocols leaves its times out; they are 0 here.
    init(_ payload: RawSpan) throws(NetlinkDecodingError) {
        var result = Timeouts()
        try payload.forEachAttribute(from: GenericNetlinkFamily.headerSize) {
            (type, value) throws(NetlinkDecodingError) in
            switch CommandAttribute(rawValue: type) {
            case .timeoutTCP: result.tcp.rawValue = try value.integer()
            case .timeoutTCPFin: result.tcpFin.rawValue = try value.integer()
            case .timeoutUDP: result.udp.rawValue = try value.integer()
            case .service, .destination, .daemon, nil: break
            }
        }
        self = result
    }
}
