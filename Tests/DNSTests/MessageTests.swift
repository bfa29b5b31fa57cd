import Addressing
import DNS
import Testing

func name(_ text: String) -> DomainName { DomainName(text) ?? .root }

func address(_ text: String) -> IPAddress { IPAddress(text) ?? .unspecified(.ipv4) }

@Suite struct MessageTests {
    @Test(arguments: Captured.queries.indices)
    func `a question is what dig sends`(index: Int) throws {
        let query = Captured.queries[index]
        let question = Question(name(query.name), RecordType(rawValue: query.type))
        let message = Message.query(question, id: query.id, datagramSize: query.size)
        #expect(message.encoded == query.octets)
        #expect(try Message(decoding: query.octets) == message)
    }

    @Test func `addresses`() throws {
        let message = try Message(decoding: Captured.address)
        #expect(message.head.id == 0x1234)
        #expect(message.head.flags == [.response, .authoritative, .recursionDesired, .recursionAvailable])
        #expect(message.head.questions == [Question(name("api.example.com"), .a)])
        #expect(
            message.answers == [
                Record(name: name("api.example.com"), timeToLive: 120, data: .address(address("10.0.0.1")))
            ])
        #expect(message.datagramSize == 1232)
        let other = try Message(decoding: Captured.address6)
        #expect(other.answers.map(\.data) == [.address(address("fd00::1"))])
        #expect(try Message(decoding: Captured.capitals).answers.first?.name.description == "API.Example.COM")
    }

    @Test func `aliases`() throws {
        let message = try Message(decoding: Captured.aliases)
        #expect(
            message.answers.map(\.data) == [
                .alias(name("second.example.com")), .alias(name("api.example.com")), .address(address("10.0.0.1")),
            ])
        #expect(message.answers.map { "\($0.name)" } == ["alias", "second", "api"].map { $0 + ".example.com" })
    }

    @Test func `services`() throws {
        let message = try Message(decoding: Captured.services)
        #expect(
            message.answers.map(\.data) == [
                .service(ServiceRecord(priority: 20, weight: 40, port: 6444, target: name("one.example.com"))),
                .service(ServiceRecord(priority: 10, weight: 60, port: 6443, target: name("api.example.com"))),
            ])
        #expect(message.additional.count == 3)
    }

    @Test func `negative answers`() throws {
        #expect(try Message(decoding: Captured.noSuchName).head.code == .noSuchName)
        let noRecords = try Message(decoding: Captured.noRecords)
        #expect(noRecords.head.code == .noError && noRecords.answers.isEmpty)
        #expect(try Message(decoding: Captured.refused).head.code == .refused)
    }

    @Test func `other types`() throws {
        let data = RecordData.other(RecordType(rawValue: 16), class: 1, data: [5] + Array("hello".utf8))
        #expect(try Message(decoding: Captured.text).answers.map(\.data) == [data])
    }

    @Test func `the head of a message that was cut`() throws {
        let head = try MessageHead(decoding: Captured.cut)
        #expect(head.flags.contains(.truncated))
        #expect(head.questions == [Question(name("large.example.com"), .a)])
        #expect(throws: MessageDecodingError.truncated) { try Message(decoding: Captured.cut) }
    }

    /// RFC 1035, 4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root. There the first stands at octet 20, here behind
    /// a record.
    @Test func `the names of RFC 1035`() throws {
        let tail = Captured.octets("0001000100000000000401020304")
        var octets = Captured.octets("000080000000000500000000")
        octets += [6] + Array("filler".utf8)
        let first = octets.count + 1 + tail.count
        octets += [0] + tail
        octets += Captured.octets("014603495349044152504100") + tail
        octets += Captured.octets("03464f4fc0") + [UInt8(first)] + tail
        octets += Captured.octets("c0") + [UInt8(first + 6)] + tail
        octets += [0] + tail
        let message = try Message(decoding: octets)
        #expect(message.answers.dropFirst().map { "\($0.name)" } == ["F.ISI.ARPA", "FOO.F.ISI.ARPA", "ARPA", "."])
    }

    @Test(arguments: [
        // The name of the question refers to itself, to what is behind it, and to a reference that refers to it.
        ("c00c00010001", MessageDecodingError.pointer), ("c01000010001", .pointer), ("0161c00c00010001", .pointer),
        ("40610000010001", .label), ("8061", .label), ("3f61", .truncated), ("c0", .truncated), ("0161", .truncated),
        ("016100", .truncated), ("01610000010", .truncated), ("", .truncated),
    ])
    func `a name that has no end`(question: String, error: MessageDecodingError) {
        let octets = Captured.octets("123481800001000000000000" + question)
        #expect(throws: error) { try Message(decoding: octets) }
        #expect(throws: error) { try MessageHead(decoding: octets) }
    }

    @Test func `a name that grows by its references`() throws {
        // 63 octets each, which refer to the name before: the fourth is 1 octet too long.
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let tail = Captured.octets("00010001")
        var octets = Captured.octets("123481800005000000000000") + label + [0] + tail
        var before = 12
        for _ in 0..<4 {
            let start = octets.count
            octets += label + [0xc0 | UInt8(before >> 8), UInt8(before & 0xff)] + tail
            before = start
        }
        #expect(throws: MessageDecodingError.longName) { try Message(decoding: octets) }
    }

    @Test(arguments: [
        ("0001", "0003010203"), ("0001", "00050102030405"), ("001c", "000401020304"), ("0005", "0004016100ff"),
        ("0005", "00020161"), ("0021", "0006000100020003"), ("0021", "000800010002000300ff"), ("0001", "000401"),
        ("0010", "ffff"),
    ])
    func `data of a wrong length`(type: String, data: String) {
        let octets = Captured.octets("123481800000000100000000" + "00" + type + "0001" + "00000001" + data)
        #expect(throws: MessageDecodingError.self) { try Message(decoding: octets) }
    }

    /// RFC 2181, 8.
    @Test func `a time to live with the highest bit is none`() throws {
        var octets = Captured.address
        octets.replaceSubrange(39..<43, with: [0x80, 0, 0, 1])
        #expect(try Message(decoding: octets).answers.first?.timeToLive == 0)
    }

    /// RFC 6891, 6.1.3: the upper eight bits of the code.
    @Test func `a code of twelve bits`() throws {
        let head = MessageHead(id: 7, flags: .response, code: .badVersion, questions: [])
        let message = Message(head, datagramSize: 1232)
        #expect(try Message(decoding: message.encoded) == message)
        #expect(try MessageHead(decoding: message.encoded).code == .noError)
    }

    @Test func `what was decoded, encodes to the same`() throws {
        for octets in Captured.whole {
            let message = try Message(decoding: octets)
            #expect(try Message(decoding: message.encoded) == message)
        }
    }

    @Test func `values that do not fit are cut`() throws {
        let record = Record(
            name: name("x"), timeToLive: 1,
            data: .other(RecordType(rawValue: 99), class: 1, data: [UInt8](repeating: 7, count: 70_000)))
        var message = Message(MessageHead(id: 1, operation: 255, code: ResponseCode(rawValue: .max)), answers: [record])
        #expect(try Message(decoding: message.encoded).answers.count == 1)
        message = Message(
            MessageHead(id: 1, questions: Array(repeating: Question(.root, .a), count: 70_000)), datagramSize: 512)
        #expect(try Message(decoding: message.encoded).head.questions.count == 65_535)
    }
}
