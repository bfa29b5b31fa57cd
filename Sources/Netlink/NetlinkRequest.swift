/// A message to the kernel, without the sequence number and port, which the connection fills in.
public struct NetlinkRequest: Sendable {
    /// The family's own message type.
    public var type: UInt16
    /// Modifiers beside `NLM_F_REQUEST` and `NLM_F_ACK`, which the connection sets.
    public var flags: NetlinkFlags
    /// The family's fixed header and the attributes.
    let payload: AttributeWriter

    /// A request whose payload `body` writes: first the family's fixed header, then attributes.
    public init(type: UInt16, flags: NetlinkFlags = [], _ body: (inout AttributeWriter) -> Void) {
        self.type = type
        self.flags = flags
        // Enough for an IPVS real server or a route, so that most requests allocate once.
        var writer = AttributeWriter(reserving: 128)
        body(&writer)
        payload = writer
    }

    /// The bytes behind the netlink header.
    public var payloadBytes: [UInt8] { payload.bytes }

    /// Why it cannot be sent; `nil` when it can.
    var fault: NetlinkError? {
        if isSound { nil } else { payload.fault ?? .invalid("a message of \(encodedLength) bytes") }
    }

    /// Whether it can be sent.
    var isSound: Bool { payload.isSound && encodedLength <= UInt32.max }

    /// Length on the wire; always a multiple of four.
    var encodedLength: Int { NetlinkHeader.size + payload.bytes.count }

    /// Appends the message to `bytes`.
    func encode(into bytes: inout [UInt8], flags extra: NetlinkFlags, sequence: UInt32, port: UInt32) {
        NetlinkHeader(
            length: UInt32(truncatingIfNeeded: encodedLength), type: type, flags: flags.union(.request).union(extra),
            sequence: sequence,
            port: port
        ).encode(into: &bytes)
        bytes.append(contentsOf: payload.bytes)
    }
}
