/// A family of generic netlink, found by name; its number differs from boot to boot.
public struct GenericNetlinkFamily: Hashable, Sendable {
    /// The message type of its requests and replies.
    public var id: UInt16
    /// Its name: `IPVS`, `nlctrl` …
    public var name: String
    /// Version of its protocol.
    public var version: UInt8
    /// Multicast groups by name.
    public var multicastGroups: [String: UInt32]

    /// Creates a family, by default one without multicast groups.
    public init(id: UInt16, name: String, version: UInt8, multicastGroups: [String: UInt32] = [:]) {
        self.id = id
        self.name = name
        self.version = version
        self.multicastGroups = multicastGroups
    }

    /// `nlctrl`, the family that knows the others; the only one with a fixed number (`GENL_ID_CTRL`).
    public static let control = GenericNetlinkFamily(id: 16, name: "nlctrl", version: 2)

    /// `CTRL_CMD_GETFAMILY`.
    static let getFamily: UInt8 = 3

    /// Size of `struct genlmsghdr` (`linux/genetlink.h`): command, version, two reserved bytes.
    public static let headerSize = 4

    /// A request for `command` of this family with the attributes that `body` writes.
    public func request(
        _ command: UInt8, flags: NetlinkFlags = [], _ body: (inout AttributeWriter) -> Void = { _ in }
    ) -> NetlinkRequest {
        NetlinkRequest(type: id, flags: flags) { writer in
            writer.header([command, version, 0, 0])
            body(&writer)
        }
    }
}

extension NetlinkConnection {
    /// Looks up a generic netlink family by name. `genl ctrl get name NAME`
    ///
    /// The kernel loads the family's module first when it can. Throws `ENOENT` when there is no such family.
    public func family(named name: String) throws(NetlinkError) -> GenericNetlinkFamily {
        let request = GenericNetlinkFamily.control.request(GenericNetlinkFamily.getFamily) {
            $0.string(ControlAttribute.familyName.rawValue, name)
        }
        return try reply(to: request) { (_, payload) throws(NetlinkDecodingError) in
            try GenericNetlinkFamily(payload)
        }
    }
}

extension GenericNetlinkFamily {
    /// Reads a `CTRL_CMD_NEWFAMILY` message from its generic header on.
    init(_ payload: RawSpan) throws(NetlinkDecodingError) {
        var id: UInt16?
        var name = ""
        var version: UInt32 = 0
        var groups: [String: UInt32] = [:]
        try payload.forEachAttribute(from: Self.headerSize) { (type, value) throws(NetlinkDecodingError) in
            switch ControlAttribute(rawValue: type) {
            case .familyID: id = try value.integer()
            case .familyName: name = value.cString
            case .version: version = try value.integer()
            case .multicastGroups:
                try value.forEachAttribute { (_, group) throws(NetlinkDecodingError) in
                    var groupName = ""
                    var groupID: UInt32?
                    try group.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
                        switch MulticastGroupAttribute(rawValue: type) {
                        case .name: groupName = value.cString
                        case .id: groupID = try value.integer()
                        case nil: break
                        }
                    }
                    if let groupID { groups[groupName] = groupID }
                }
            case nil: break
            }
        }
        guard let id else { throw NetlinkDecodingError(.missingAttribute(ControlAttribute.familyID.rawValue)) }
        self.init(id: id, name: name, version: UInt8(truncatingIfNeeded: version), multicastGroups: groups)
    }
}

/// What describes a family, `CTRL_ATTR_…` (`linux/genetlink.h`).
private enum ControlAttribute: UInt16 {
    /// `CTRL_ATTR_FAMILY_ID`, u16.
    case familyID = 1
    /// `CTRL_ATTR_FAMILY_NAME`, string.
    case familyName = 2
    /// `CTRL_ATTR_VERSION`, u32.
    case version = 3
    /// `CTRL_ATTR_MCAST_GROUPS`, a list of nested attributes.
    case multicastGroups = 7
}

/// What describes a multicast group, `CTRL_ATTR_MCAST_GRP_…` (`linux/genetlink.h`).
private enum MulticastGroupAttribute: UInt16 {
    /// `CTRL_ATTR_MCAST_GRP_NAME`, string.
    case name = 1
    /// `CTRL_ATTR_MCAST_GRP_ID`, u32.
    case id = 2
}
