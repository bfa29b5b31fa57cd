import Netlink

/// Attributes of the reply to `IPVS_CMD_GET_INFO` (`linux/ip_vs.h`).
enum InfoAttribute: UInt16, CaseIterable {
    /// `IPVS_INFO_ATTR_VERSION`: u32.
    case version = 1
    /// `IPVS_INFO_ATTR_CONN_TAB_SIZE`: u32.
    case connectionTableSize = 2
}

extension Info {
    /// Reads an `IPVS_CMD_SET_INFO` message from its generic header on.
    init(_ payload: RawSpan) throws(NetlinkDecodingError) {
        var version: UInt32?
        var size: UInt32 = 0
        try payload.forEachAttribute(from: GenericNetlinkFamily.headerSize) {
            (type, value) throws(NetlinkDecodingError) in
            switch InfoAttribute(rawValue: type) {
            case .version: version = try value.integer()
            case .connectionTableSize: size = try value.integer()
            case nil: break
            }
        }
        guard let version else { throw NetlinkDecodingError(.missingAttribute(InfoAttribute.version.rawValue)) }
        self.init(version: Version(rawValue: version), connectionTableSize: size)
    }
}
