/// The fixed header of every netlink message, `struct nlmsghdr` (`linux/netlink.h`): 16 bytes in host byte order.
///
///      0               4       6       8               12              16
///     | length        | type  | flags | sequence      | port          |
public struct NetlinkHeader: Hashable, Sendable {
    /// Size of the header on the wire.
    public static let size = 16

    /// Length of the message with this header, without padding.
    public var length: UInt32
    /// The message's type: a control type below 16, else the family's own.
    public var type: UInt16
    /// Request modifiers or reply marks.
    public var flags: NetlinkFlags
    /// Number that a reply repeats from its request.
    public var sequence: UInt32
    /// Port of the user-space socket that asked; 0 is the kernel.
    public var port: UInt32

    /// Creates a header; `length` counts its own 16 bytes, too.
    public init(length: UInt32, type: UInt16, flags: NetlinkFlags, sequence: UInt32, port: UInt32) {
        self.length = length
        self.type = type
        self.flags = flags
        self.sequence = sequence
        self.port = port
    }

    /// The header at `offset`; throws unless all of it, and all of the message that it announces, lies within `bytes`.
    public init(_ bytes: RawSpan, at offset: Int = 0) throws(NetlinkDecodingError) {
        guard 0...bytes.byteCount ~= offset else {
            throw NetlinkDecodingError(.truncated(needed: offset, found: bytes.byteCount))
        }
        let available = bytes.byteCount - offset
        guard available >= Self.size else {
            throw NetlinkDecodingError(.truncated(needed: Self.size, found: available))
        }
        length = try bytes.integer(at: offset)
        type = try bytes.integer(at: offset + 4)
        flags = NetlinkFlags(rawValue: try bytes.integer(at: offset + 6))
        sequence = try bytes.integer(at: offset + 8)
        port = try bytes.integer(at: offset + 12)
        guard length >= Self.size else { throw NetlinkDecodingError(.lengthTooShort(Int(length))) }
        guard length <= available else {
            throw NetlinkDecodingError(.lengthBeyondEnd(claimed: Int(length), available: available))
        }
    }

    /// Appends the 16 bytes to `bytes`.
    public func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: length) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: type) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: flags.rawValue) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: sequence) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: port) { bytes.append(contentsOf: $0) }
    }
}

/// Types below `NLMSG_MIN_TYPE`, which every netlink family shares.
public enum NetlinkControl {
    /// `NLMSG_NOOP`: to be skipped.
    public static let noop: UInt16 = 1
    /// `NLMSG_ERROR`: an errno for a request; 0 acknowledges it.
    public static let error: UInt16 = 2
    /// `NLMSG_DONE`: the end of a multi-part reply.
    public static let done: UInt16 = 3
    /// `NLMSG_OVERRUN`: data was lost.
    public static let overrun: UInt16 = 4
    /// `NLMSG_MIN_TYPE`: what is below is control, of this number and above are each family's own messages.
    static let firstOfFamily: UInt16 = 0x10
}

/// Flags of a netlink message, `NLM_F_…` (`linux/netlink.h`); some bits mean different things in requests and replies.
public struct NetlinkFlags: OptionSet, Hashable, Sendable {
    /// The sixteen bits.
    public var rawValue: UInt16

    /// Flags of their bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `NLM_F_REQUEST`: a request; every message to the kernel has it.
    public static let request = NetlinkFlags(rawValue: 0x1)
    /// `NLM_F_MULTI`: one part of a reply that ends with `NLMSG_DONE`.
    public static let multi = NetlinkFlags(rawValue: 0x2)
    /// `NLM_F_ACK`: answer success, too.
    public static let acknowledge = NetlinkFlags(rawValue: 0x4)
    /// `NLM_F_DUMP_INTR`: what is being dumped changed meanwhile, so the parts may not fit together.
    public static let dumpInterrupted = NetlinkFlags(rawValue: 0x10)

    /// `NLM_F_DUMP`: all entries (`NLM_F_ROOT | NLM_F_MATCH`).
    public static let dump = NetlinkFlags(rawValue: 0x300)

    /// `NLM_F_REPLACE`: replace an existing entry.
    public static let replace = NetlinkFlags(rawValue: 0x100)
    /// `NLM_F_EXCL`: fail with `EEXIST` when the entry exists.
    public static let exclusive = NetlinkFlags(rawValue: 0x200)
    /// `NLM_F_CREATE`: create the entry when it does not exist.
    public static let create = NetlinkFlags(rawValue: 0x400)
    /// `NLM_F_APPEND`: add to the end of the list.
    public static let append = NetlinkFlags(rawValue: 0x800)

    /// `NLM_F_CAPPED`: an error that repeats only the header of its request.
    public static let capped = NetlinkFlags(rawValue: 0x100)
    /// `NLM_F_ACK_TLVS`: an error or end with extended-acknowledgement attributes.
    public static let extendedAcknowledgement = NetlinkFlags(rawValue: 0x200)
}
