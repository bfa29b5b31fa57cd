import Addressing
import Director
import LVSCareModel
import Netlink
import NetlinkTestKit
import Testing

@testable import NFTables

/// Whatever the bytes are, decoding ends: with a value, with none, or with an error that says what is wrong.
@Suite struct DecodingFuzzTests {
    static let kinds: [NetfilterMessage] = [.newTable, .newChain, .newSet, .newRule, .newSetElements]

    @Test(arguments: kinds, Fuzzer.seeds)
    func `damaged messages are decoded or refused`(kind: NetfilterMessage, seed: UInt64) throws {
        let captured = [Captured.sent, Captured.received] + CapturedRequests.all.map(\.sent)
        let originals = try captured.flatMap(Message.all).filter { $0.message == kind }.map(\.payload)
        let header = NetlinkHeader(length: 16, type: kind.type, flags: [], sequence: 1, port: 1)
        let outcome = FuzzOutcome(of: originals, seed: seed) { (bytes) throws(NetlinkDecodingError) in
            let table = Table.Identity(
                bytes.isEmpty ? .inet : Family(rawValue: try bytes.integer(at: 0)) ?? .inet, "lvscare")
            _ = try table.isSubject(ofNotice: header, payload: bytes)
            try Self.decode(kind, bytes, of: table)
        }
        #expect(outcome.isTelling)
    }

    /// Decodes a message, writes what came out, and decodes that.
    private static func decode(
        _ kind: NetfilterMessage, _ bytes: RawSpan, of table: Table.Identity
    ) throws(NetlinkDecodingError) {
        switch kind {
        case .newTable:
            guard let value = try Table(table, bytes) else { return }
            let again = try? Table(table, request(table) { value.encode(into: &$0) }.span.bytes)
            if again != value { Issue.record("\(value) became \(String(describing: again))") }
        case .newChain:
            guard let value = try Chain(of: table, bytes) else { return }
            let again = try? Chain(
                of: table,
                request(table) { writer in
                    table.encode(into: &writer)
                    value.encode(into: &writer, family: table.family)
                }.span.bytes)
            if again != value { Issue.record("\(value) became \(String(describing: again))") }
        case .newSet:
            guard let value = try NamedSet(of: table, bytes) else { return }
            let again = try? NamedSet(
                of: table,
                request(table) { writer in
                    table.encode(into: &writer)
                    value.encode(into: &writer, id: 1)
                }.span.bytes)
            if again != value { Issue.record("\(value) became \(String(describing: again))") }
        case .newRule:
            guard let (chain, rule) = try Rule.decode(of: table, bytes) else { return }
            _ = rule.expressions.contains(where: \.isStateful)
            let sent = request(table) { writer in
                table.encode(into: &writer)
                rule.encode(into: &writer, chain: chain)
            }
            let again = try? Rule.decode(of: table, sent.span.bytes)?.rule
            if again != rule { Issue.record("\(rule) became \(String(describing: again))") }
        case .newSetElements:
            let set = NamedSet("s", keyType: 1, keyLength: 1, elements: Set(try NamedSet.elements(bytes)))
            var again: Set<NamedSet.Element> = []
            for chunk in NamedSet.chunks(of: set.elements) {
                let sent = request(table) { NamedSet.encode(chunk, of: set.name, id: 1, into: &$0) }
                again.formUnion(try NamedSet.elements(sent.span.bytes))
            }
            if again != set.elements { Issue.record("\(set.elements) became \(again)") }
        default: break
        }
    }

    /// The bytes of a message about `table` from the family's header on.
    private static func request(_ table: Table.Identity, _ body: (inout AttributeWriter) -> Void) -> [UInt8] {
        NetlinkRequest(.newTable, table.family, body).payloadBytes
    }

    /// Found by damage: a name without data, and data whose last attribute is cut short.
    static let awkward: [[UInt8]] = [
        [12, 0, 1, 0, 0x63, 0x6f, 0x75, 0x6e, 0x74, 0x65, 0x72, 0],
        [9, 0, 1, 0, 0x6d, 0x61, 0x73, 0x71, 0, 0, 0, 0],
        [5, 0, 1, 0, 0, 0, 0, 0, 11, 0, 2, 0, 8, 0, 1, 0, 0, 0, 0, 0],
    ]

    @Test(arguments: awkward)
    func `an awkward step reads back as itself`(bytes: [UInt8]) throws {
        let expression = try Expression(bytes.span.bytes)
        var writer = AttributeWriter()
        expression.encode(into: &writer)
        #expect(try Expression(writer.bytes.span.bytes) == expression)
    }

    /// Found by damage: a key that is a value without bytes.
    @Test func `an element whose key has no bytes is none`() throws {
        let bytes: [UInt8] = [8, 0, 1, 0x80, 4, 0, 1, 0]
        #expect(try NamedSet.Element(bytes.span.bytes) == nil)
    }

    /// Found by damage, twice in ten million: a hook that is whole, and behind it one without bytes. The kernel takes the last
    /// attribute of a type.
    @Test(arguments: [("output", "route", 3, -150), ("input", "filter", 1, 0)] as [(String, String, UInt32, Int32)])
    func `a chain whose last hook is empty has none when it is put back`(
        name: String, type: String, point: UInt32, priority: Int32
    ) throws {
        func payload(endsEmpty: Bool) -> [UInt8] {
            Self.request(.tested) { writer in
                Table.Identity.tested.encode(into: &writer)
                writer.string(ChainAttribute.name.rawValue, name)
                writer.nest(ChainAttribute.hook.rawValue) { writer in
                    writer.bigEndian(HookAttribute.point.rawValue, point)
                    writer.bigEndian(HookAttribute.priority.rawValue, priority)
                }
                writer.bigEndian(ChainAttribute.policy.rawValue, UInt32(1))
                writer.string(ChainAttribute.type.rawValue, type)
                if endsEmpty { writer.nest(ChainAttribute.hook.rawValue) { _ in } }
            }
        }
        #expect(try Chain(of: .tested, payload(endsEmpty: false).span.bytes)?.hook != nil)
        let bytes = payload(endsEmpty: true)
        let chain = try #require(try Chain(of: .tested, bytes.span.bytes))
        #expect(chain.hook == nil)
        #expect(chain.otherAttributes[ChainAttribute.type.rawValue] != nil)
        try Self.decode(.newChain, bytes.span.bytes, of: .tested)
    }

    @Test(arguments: UInt64(1)...20)
    func `user data of any bytes is decoded`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let octets = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                UInt8.random(in: 0...6, using: &generator)
            }
            let data = UserData(octets)
            #expect(UserData(data.octets) == data)
            #expect(data.octets.sorted() == octets.sorted())
        }
    }
}

/// Values read back from their own bytes.
@Suite struct RoundTripTests {
    private func decoded(_ expression: Expression) throws -> Expression {
        var writer = AttributeWriter()
        expression.encode(into: &writer)
        return try Expression(writer.bytes.span.bytes)
    }

    @Test(arguments: UInt64(1)...20)
    func `damaged expressions are decoded or refused`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let expression = Expression.random(&generator)
            #expect(try decoded(expression) == expression)
        }
    }

    @Test func `messages of the nft command are read as the table`() throws {
        var table = Table(.tested)
        for message in try Message.all(Captured.sent) {
            let bytes = message.payload.span.bytes
            switch message.message {
            case .newTable: table = try #require(try Table(.tested, bytes))
            case .newChain: table.chains.append(try #require(try Chain(of: .tested, bytes)))
            case .newSet: table.sets.append(try #require(try NamedSet(of: .tested, bytes)))
            case .newSetElements: table.sets[table.sets.count - 1].elements.formUnion(try NamedSet.elements(bytes))
            case .newRule:
                let (chain, rule) = try #require(try Rule.decode(of: .tested, bytes))
                let index = try #require(table.chains.firstIndex { $0.name == chain })
                table.chains[index].rules.append(rule)
            default: break
            }
        }
        #expect(try table == .captured())
    }

    @Test func `fields are known by their type`() throws {
        let sets = try Table.captured().sets
        #expect(
            sets.map(\.fields) == [
                [.ipv4Address, .port], [.ipv6Address, .port], [.ipv4Address, .transportProtocol, .port],
            ])
        #expect(sets.map(\.keyLength) == [8, 20, 12])
        #expect(NamedSet("s", keyType: 19, keyLength: 4).fields == nil)
    }

    @Test func `comments are as long as the nft command allows`() {
        #expect(Comment("") == nil)
        #expect(Comment("a\0b") == nil)
        #expect(Comment(String(repeating: "ä", count: 65)) == nil)
        let longest = Comment(String(repeating: "ä", count: 64))
        #expect(UserData(UserData(comment: longest).octets).comment == longest)
        #expect(longest != nil)
        // Entries of other types before it, and lengths beyond the end.
        #expect(UserData([1, 2, 9, 9, 0, 2, 104, 0]).comment?.text == "h")
        #expect(UserData([0, 9, 104, 0]).comment == nil)
        // A comment that would be written in another way is kept as it is.
        #expect(UserData([0, 2, 104, 105]).others == [0, 2, 104, 105])
        #expect(UserData([0, 3, 0xff, 104, 0]).others == [0, 3, 0xff, 104, 0])
    }
}

extension Expression {
    fileprivate static func random(_ generator: inout SplitMix64) -> Expression {
        func number(_ range: ClosedRange<UInt32>) -> UInt32 { UInt32.random(in: range, using: &generator) }
        func register() -> Register { Register(rawValue: number(1...23)) }
        func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(number(0...255)) } }
        func text() -> String {
            String(decoding: (0..<number(0...40)).map { _ in UInt8(number(97...122)) }, as: UTF8.self)
        }

        switch number(0...8) {
        case 0:
            let key = Meta.Key(rawValue: number(0...UInt32.max))
            return .meta(number(0...1) == 0 ? .load(key, into: register()) : .set(key, from: register()))
        case 1:
            return .payload(
                Payload(
                    number(0...1) == 0 ? .network : .transport, offset: number(0...UInt32.max), length: number(0...64),
                    into: register()))
        case 2:
            return .comparison(
                Comparison(number(0...1) == 0 ? .equal : .notEqual, octets(Int(number(0...64))), register: register()))
        case 3:
            let length = Int(number(0...64))
            return .bitwise(Bitwise(mask: octets(length), xor: octets(length), from: register(), into: register()))
        case 4:
            let verdicts: [Verdict] = [.drop, .accept, .continue, .return, .jump(text())]
            return .immediate(.verdict(verdicts[Int(number(0...4))]))
        case 5: return .immediate(.value(octets(Int(number(0...64))), into: register()))
        case 6: return .lookup(Lookup(in: text(), register: register(), isInverted: number(0...1) == 0))
        case 7: return .masquerade(Masquerade(Masquerade.Flags(rawValue: number(0...UInt32.max))))
        default: return number(0...1) == 0 ? .counter(Counter()) : .other(name: "x" + text(), attributes: octets(8))
        }
    }
}
