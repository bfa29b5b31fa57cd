/// The kernel's details of a refusal beyond the errno (`NLMSGERR_ATTR_…`, `linux/netlink.h`).
public struct ExtendedAcknowledgement: Hashable, Sendable {
    /// The kernel's sentence.
    public var message: String?
    /// Offset of the attribute at fault within the request, counted from its netlink header.
    public var offset: UInt32?
    /// Type of an attribute that is required and was not given.
    public var missingType: UInt32?

    /// Creates an acknowledgement, by default one that adds nothing to the errno.
    public init(message: String? = nil, offset: UInt32? = nil, missingType: UInt32? = nil) {
        self.message = message
        self.offset = offset
        self.missingType = missingType
    }

    /// Reads the attributes of an `NLMSG_ERROR` or `NLMSG_DONE` message from `offset` on.
    init(_ bytes: RawSpan, from start: Int) throws(NetlinkDecodingError) {
        var result = ExtendedAcknowledgement()
        try bytes.forEachAttribute(from: start) { (type, value) throws(NetlinkDecodingError) in
            switch Attribute(rawValue: type) {
            case .message: result.message = value.cString
            case .offset: result.offset = try value.integer()
            case .missingType: result.missingType = try value.integer()
            case nil: break
            }
        }
        self = result
    }

    private enum Attribute: UInt16 {
        /// `NLMSGERR_ATTR_MSG`, string.
        case message = 1
        /// `NLMSGERR_ATTR_OFFS`, u32.
        case offset = 2
        /// `NLMSGERR_ATTR_MISS_TYPE`, u32.
        case missingType = 6
    }
}

/// The content of an `NLMSG_ERROR` or `NLMSG_DONE` message: an errno, 0 for success, and what the kernel adds to it.
struct NetlinkStatus: Hashable, Sendable {
    /// `MAX_ERRNO` (`linux/err.h`).
    private static let largestErrno: Int32 = 4095

    /// The errno as a positive number.
    var code: Int32
    var extended: ExtendedAcknowledgement

    /// The status in the payload (behind the netlink header) of a message with `header`.
    init(_ payload: RawSpan, header: NetlinkHeader) throws(NetlinkDecodingError) {
        // An NLMSG_DONE without an errno comes from a few old dumps and means success.
        if header.type == NetlinkControl.done, payload.byteCount < 4 {
            code = 0
            extended = ExtendedAcknowledgement()
            return
        }
        let status = try payload.integer(at: 0, as: Int32.self)
        guard -Self.largestErrno...0 ~= status else {
            throw NetlinkDecodingError(.invalidValue("status \(status) is no errno"))
        }
        code = -status
        guard header.flags.contains(.extendedAcknowledgement) else {
            extended = ExtendedAcknowledgement()
            return
        }
        // DONE: behind the errno. ERROR: behind errno and the request's header, or all of the request if not capped.
        var start = 4
        if header.type == NetlinkControl.error {
            let request = try payload.integer(at: 4, as: UInt32.self)
            start += header.flags.contains(.capped) ? NetlinkHeader.size : netlinkAligned(Int(request))
        }
        extended = try ExtendedAcknowledgement(payload, from: start)
    }
}
