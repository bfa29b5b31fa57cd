import Netlink

/// Generic netlink commands of the family "IPVS", version 1 (`linux/ip_vs.h`).
enum Command: UInt8, CaseIterable {
    /// `IPVS_CMD_NEW_SERVICE`
    case newService = 1
    /// `IPVS_CMD_SET_SERVICE`
    case setService = 2
    /// `IPVS_CMD_DEL_SERVICE`
    case deleteService = 3
    /// `IPVS_CMD_GET_SERVICE`
    case getService = 4
    /// `IPVS_CMD_NEW_DEST`
    case newDestination = 5
    /// `IPVS_CMD_SET_DEST`
    case setDestination = 6
    /// `IPVS_CMD_DEL_DEST`
    case deleteDestination = 7
    /// `IPVS_CMD_GET_DEST`; answers dumps only.
    case getDestination = 8
    /// `IPVS_CMD_NEW_DAEMON`
    case newDaemon = 9
    /// `IPVS_CMD_DEL_DAEMON`
    case deleteDaemon = 10
    /// `IPVS_CMD_GET_DAEMON`; answers dumps only.
    case getDaemon = 11
    /// `IPVS_CMD_SET_CONFIG`
    case setConfig = 12
    /// `IPVS_CMD_GET_CONFIG`
    case getConfig = 13
    /// `IPVS_CMD_SET_INFO`; only in replies.
    case setInfo = 14
    /// `IPVS_CMD_GET_INFO`
    case getInfo = 15
    /// `IPVS_CMD_ZERO`
    case zero = 16
    /// `IPVS_CMD_FLUSH`
    case flush = 17
}

/// Attributes directly behind the generic header.
enum CommandAttribute: UInt16, CaseIterable {
    /// `IPVS_CMD_ATTR_SERVICE`: nested.
    case service = 1
    /// `IPVS_CMD_ATTR_DEST`: nested.
    case destination = 2
    /// `IPVS_CMD_ATTR_DAEMON`: nested.
    case daemon = 3
    /// `IPVS_CMD_ATTR_TIMEOUT_TCP`: u32.
    case timeoutTCP = 4
    /// `IPVS_CMD_ATTR_TIMEOUT_TCP_FIN`: u32.
    case timeoutTCPFin = 5
    /// `IPVS_CMD_ATTR_TIMEOUT_UDP`: u32.
    case timeoutUDP = 6
}

extension GenericNetlinkFamily {
    func request(_ command: Command, _ body: (inout AttributeWriter) -> Void = { _ in }) -> NetlinkRequest {
        request(command.rawValue, body)
    }
}
