import Addressing
import Netlink
import NetlinkTestKit
import Testing

@testable import NFTables

/// SplitMix64, so that a failure can be repeated from its seed.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Whatever the bytes are, decoding ends: with a value, with none, or with an error that says what is wrong.
@Suite struct DecodingFuzzTests {
    @Test(arguments: UInt64(1)...20)
    func damagedMessages(seed: UInt64) throws {
        var generator = Generator(state: seed)
        let originals = try ([Captured.sent] + CapturedRequests.all.map(\.sent)).flatMap(Message.all)
            .filter { $0.message != nil && $0.payload.count > 4 }
        var outcomes = (values: 0, none: 0, errors: 0)
        for _ in 0..<500 {
            guard var message = originals.randomElement(using: &generator) else { continue }
            let table = Table.Identity(try #require(Family(rawValue: message.payload[0])), "lvscare")
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<message.payload.count, using: &generator)
                message.payload[index] =
                    Bool.random(using: &generator)
                    ? [0, 1, 3, 4, 5, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
                    : UInt8.random(in: 0...255, using: &generator)
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                message.payload.removeLast(Int.random(in: 0...message.payload.count, using: &generator))
            }
            do {
                if try decode(message, of: table) { outcomes.values += 1 } else { outcomes.none += 1 }
            } catch {
                outcomes.errors += 1
            }
        }
        // Damage that always or never does harm would test nothing.
        #expect(outcomes.values > 50 && outcomes.none > 5 && outcomes.errors > 50)
    }

    /// Decodes the message and writes again what came out; whether there was anything.
    private func decode(_ message: Message, of table: Table.Identity) throws(NetlinkDecodingError) -> Bool {
        let bytes = message.payload.span.bytes
        var writer = AttributeWriter()
        switch message.message {
        case .newTable: try Table(table, bytes)?.encode(into: &writer)
        case .newChain: try Chain(of: table, bytes)?.encode(into: &writer, family: table.family)
        case .newSet: try NamedSet(of: table, bytes)?.encode(into: &writer, id: 1)
        case .newRule: try Rule.decode(of: table, bytes)?.rule.encode(into: &writer, chain: "c")
        case .newSetElements:
            let set = NamedSet("s", keyType: 1, keyLength: 1, elements: Set(try NamedSet.elements(bytes)))
            for chunk in set.elementChunks { set.encode(chunk, into: &writer, id: 1) }
        default: break
        }
        return !writer.bytes.isEmpty
    }

    @Test(arguments: UInt64(1)...20)
    func userDataOfAnyBytes(seed: UInt64) {
        var generator = Generator(state: seed)
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
    func expressions(seed: UInt64) throws {
        var generator = Generator(state: seed)
        for _ in 0..<100 {
            let expression = Expression.random(&generator)
            #expect(try decoded(expression) == expression)
        }
    }

    @Test func whatTheNftCommandSendsIsReadAsTheTable() throws {
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

    @Test func fieldsAreKnownByTheirType() throws {
        let sets = try Table.captured().sets
        #expect(
            sets.map(\.fields) == [
                [.ipv4Address, .port], [.ipv6Address, .port], [.ipv4Address, .transportProtocol, .port],
            ])
        #expect(sets.map(\.keyLength) == [8, 20, 12])
        #expect(NamedSet("s", keyType: 19, keyLength: 4).fields == nil)
    }

    @Test func commentsAreAsLongAsTheNftCommandAllows() {
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
    fileprivate static func random(_ generator: inout Generator) -> Expression {
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
