import Addressing
import Netlink
import NetlinkTestKit
import Testing

@testable import NFTables

/// Attributes as a tree, to leave some out of a captured message.
private enum Attribute {
    case value(UInt16, [UInt8])
    case nest(UInt16, [Attribute])

    /// What the bytes hold; nested attributes are told by their flag, which the `nft` command always sets.
    static func all(_ bytes: [UInt8]) -> [Attribute] {
        var attributes: [Attribute] = []
        var rest = bytes[...]
        while rest.count >= 4 {
            let start = rest.startIndex
            let length = Int(rest[start]) | Int(rest[start + 1]) << 8
            let type = UInt16(rest[start + 2]) | UInt16(rest[start + 3]) << 8
            let value = Array(rest[start + 4..<start + length])
            attributes.append(type & 0x8000 == 0 ? .value(type, value) : .nest(type & 0x3fff, all(value)))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return attributes
    }

    func encode(into writer: inout AttributeWriter) {
        switch self {
        case .value(let type, let octets): writer.octets(type, octets)
        case .nest(let type, let attributes):
            writer.nest(type) { writer in attributes.forEach { $0.encode(into: &writer) } }
        }
    }

    var type: UInt16 {
        switch self {
        case .value(let type, _), .nest(let type, _): type
        }
    }
}

extension Message {
    /// The same without what the `nft` command adds to what is needed:
    ///
    /// * a set's user data, in which it keeps for itself in which order it prints keys;
    /// * a set's number in a lookup, beside its name;
    /// * a table's flags where the table is there only to be deleted.
    fileprivate func essential(isFirst: Bool) -> Message {
        var attributes = Attribute.all(Array(payload.dropFirst(4)))
        switch message {
        case .newSet: attributes.removeAll { $0.type == 13 }
        case .newTable where isFirst: attributes.removeAll { $0.type == TableAttribute.flags.rawValue }
        case .newRule:
            attributes = attributes.map { attribute in
                guard case .nest(RuleAttribute.expressions.rawValue, let steps) = attribute else { return attribute }
                return .nest(RuleAttribute.expressions.rawValue, steps.map(Self.withoutSetNumber))
            }
        default: break
        }
        var writer = AttributeWriter()
        writer.header(Array(payload.prefix(4)))
        attributes.forEach { $0.encode(into: &writer) }
        return Message(type: type, flags: flags, payload: writer.bytes)
    }

    private static func withoutSetNumber(_ step: Attribute) -> Attribute {
        guard case .nest(let type, let parts) = step, case .value(_, Array("lookup\0".utf8))? = parts.first,
            case .nest(let data, let attributes)? = parts.last
        else { return step }
        return .nest(type, [parts[0], .nest(data, attributes.filter { $0.type != 4 })])
    }
}

@Suite struct EncodingTests {
    @Test func `a table is encoded as the nft command sends it`() throws {
        try expect(.captured(), isSentAs: Captured.sent)
    }

    @Test(arguments: CapturedConntrack.all)
    func `rules about original destinations are encoded as the nft command sends them`(
        captured: CapturedConntrack
    ) throws {
        try expect(captured.table(), isSentAs: captured.sent)
    }

    @Test(arguments: CapturedRequests.all)
    func `tables about link address requests are what the nft command sends`(captured: CapturedRequests) throws {
        try expect(captured.table(), isSentAs: captured.sent)
    }

    private func expect(_ table: Table, isSentAs captured: String) throws {
        let captured = try Message.all(captured)
        let sent = try Message.creating(table)
        #expect(sent.map(\.type) == captured.map(\.type))
        for (index, (mine, theirs)) in zip(sent, captured).enumerated() {
            var mine = mine
            // The command asks for no acknowledgement and looks whether there are refusals.
            mine.flags.remove(.acknowledge)
            #expect(mine == theirs.essential(isFirst: index == 1), "message \(index)")
        }
    }

    @Test func `most messages are compared as a whole`() throws {
        // Makes sure that leaving out is no more than it claims to be.
        let captured = try Message.all(Captured.sent)
        let changed = captured.indices.filter { captured[$0].essential(isFirst: $0 == 1) != captured[$0] }
        #expect(captured.count == 28)
        #expect(
            changed.compactMap { captured[$0].message } == [.newTable] + [.newSet, .newSet, .newSet] + [
                .newRule, .newRule, .newRule, .newRule,
            ])
    }

    @Test func `one table is one datagram`() throws {
        let kernel = ScriptedKernel { request in
            request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
        }
        try NFTablesClient(over: NetlinkConnection(over: kernel)).replace(.captured())
        #expect(kernel.sentDatagrams == 1)
    }

    static let impossible: [(Family, Hook, String)] = [
        (.ip, Hook(.filter, .ingress, priority: .filter, devices: ["lo"]), "the family ip has no hook ingress"),
        (.arp, Hook(.filter, .ingress, priority: .filter, devices: ["lo"]), "the family arp has no hook ingress"),
        (.inet, Hook(.filter, .egress, priority: .filter, devices: ["lo"]), "the family inet has no hook egress"),
        (.bridge, Hook(.filter, .ingress, priority: .filter, devices: ["lo"]), "the family bridge has no hook ingress"),
        (.netdev, Hook(.filter, .input, priority: .filter), "the family netdev has no hook input"),
        (.inet, Hook(.filter, .input, priority: .filter, devices: ["lo"]), "the hook input has no links of its own"),
    ]

    @Test(arguments: impossible)
    func `a hook that the kernel would take for another one is not sent`(
        family: Family, hook: Hook, reason: String
    ) {
        let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }
        let client = NFTablesClient(over: NetlinkConnection(over: kernel))
        let table = Table(Table.Identity(family, "t"), chains: [Chain("c", hook: hook)])
        let error = #expect(throws: NFTablesError.self) { try client.replace(table) }
        #expect(error?.description == "cannot replace chain c of table \(family) t: Invalid argument: \(reason)")
        #expect(kernel.requests.isEmpty)
    }

    @Test(arguments: ["a\0b", String(repeating: "x", count: 70_000)])
    func `a name that no message can carry is not sent, and the part is named`(name: String) {
        let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }
        let client = NFTablesClient(over: NetlinkConnection(over: kernel))
        let tables = [
            Table(Table.Identity(.inet, name)), Table(.tested, sets: [NamedSet(name, of: .port)]),
            Table(.tested, chains: [Chain(name)]),
            Table(.tested, chains: [Chain("c", rules: [Rule(.verdict(.jump(name)))])]),
        ]
        for table in tables {
            let error = #expect(throws: NFTablesError.self) { try client.replace(table) }
            #expect(error?.reason == .invalid)
            #expect(error?.underlying.hadNoEffect == true)
        }
        #expect(throws: NFTablesError.self) { try client.delete(Table.Identity(.inet, name)) }
        #expect(kernel.requests.isEmpty)
    }

    @Test func `many elements are cut into messages`() throws {
        let elements = (0..<2000).map { NamedSet.Element(.address(.loopback(.ipv6)), .port(UInt16($0))) }
        let table = Table(.tested, sets: [NamedSet("s", of: .ipv6Address, .port, elements: Set(elements))])
        let messages = try Message.creating(table).filter { $0.message == .newSetElements }
        // At most 48 KiB of elements in each.
        #expect(messages.count == 2)
        let read = try messages.flatMap { try NamedSet.elements($0.payload.span.bytes) }
        #expect(read == elements)
    }
}
