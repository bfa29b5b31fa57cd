import Addressing

/// Why octets are no message.
@nonexhaustive
public enum MessageDecodingError: Error, Hashable, Sendable {
    /// They end within something.
    case truncated
    /// A label has a length that none has (RFC 1035, 4.1.4: the upper bits 01 and 10 are reserved).
    case label
    /// A name is longer than 255 octets.
    case longName
    /// A name goes on at a place that does not lie in front of it, or too often.
    case pointer
    /// The data of a record has another length than its type has.
    case dataLength(RecordType)
}

extension MessageDecodingError: CustomStringConvertible {
    /// The fault as a clause without a full stop.
    public var description: String {
        switch self {
        case .truncated: "it ends too early"
        case .label: "a label has a reserved length"
        case .longName: "a name is longer than 255 octets"
        case .pointer: "a name refers to a place that is not in front of it"
        case .dataLength(let type): "the data of a record of the type \(type) has a wrong length"
        }
    }
}

extension MessageHead {
    /// The head of a message, whatever the rest is, which may have been cut.
    public init(decoding octets: [UInt8]) throws(MessageDecodingError) {
        var reader = MessageReader(octets)
        (self, _) = try reader.head()
    }
}

extension Message {
    /// A message from its octets. What stands behind it does not count.
    ///
    /// Names may be compressed (RFC 1035, 4.1.4); each reference leads further to the front, so that none leads in a
    /// circle.
    public init(decoding octets: [UInt8]) throws(MessageDecodingError) {
        var reader = MessageReader(octets)
        let (head, counts) = try reader.head()
        self.init(head)
        answers = try reader.records(counts.answers, of: &self)
        authorities = try reader.records(counts.authorities, of: &self)
        additional = try reader.records(counts.additional, of: &self)
    }
}

/// Reads a message from the front.
private struct MessageReader {
    private let octets: [UInt8]
    private var position = 0

    /// References that one name may follow; a name of the greatest length has 127 labels.
    private static let mostReferences = 127

    init(_ octets: [UInt8]) { self.octets = octets }

    private mutating func word() throws(MessageDecodingError) -> UInt16 {
        guard octets.count - position >= 2 else { throw .truncated }
        defer { position += 2 }
        return UInt16(octets[position]) << 8 | UInt16(octets[position + 1])
    }

    mutating func head() throws(MessageDecodingError) -> (
        head: MessageHead, counts: (answers: UInt16, authorities: UInt16, additional: UInt16)
    ) {
        let id = try word()
        let bits = try word()
        let questions = try word()
        let counts = (answers: try word(), authorities: try word(), additional: try word())
        var head = MessageHead(
            id: id, flags: MessageHead.Flags(rawValue: bits).intersection(.all), operation: UInt8(bits >> 11 & 0xf),
            code: ResponseCode(rawValue: bits & 0xf))
        for _ in 0..<questions {
            let name = try name()
            let type = RecordType(rawValue: try word())
            // Questions of other classes are none that was asked.
            if try word() == internetClass { head.questions.append(Question(name, type)) }
        }
        return (head: head, counts: counts)
    }

    /// Reads so many records; what `OPT` says is noted in `message`.
    mutating func records(_ count: UInt16, of message: inout Message) throws(MessageDecodingError) -> [Record] {
        var records: [Record] = []
        for _ in 0..<count {
            let name = try name()
            let type = RecordType(rawValue: try word())
            let `class` = try word()
            let timeToLive = UInt32(try word()) << 16 | UInt32(try word())
            let length = Int(try word())
            guard octets.count - position >= length else { throw .truncated }
            let end = position + length
            if type == .opt {
                message.datagramSize = `class`
                let upper = UInt16(timeToLive >> 24) << 4
                message.head.code = ResponseCode(rawValue: upper | message.head.code.rawValue & 0xf)
                position = end
            } else {
                let data = try data(type, `class`, upTo: end)
                records.append(Record(name: name, timeToLive: timeToLive >> 31 == 1 ? 0 : timeToLive, data: data))
            }
        }
        return records
    }

    private mutating func data(
        _ type: RecordType, _ class: UInt16, upTo end: Int
    ) throws(MessageDecodingError) -> RecordData {
        let data: RecordData
        switch `class` == internetClass ? type : nil {
        case .a, .aaaa:
            let family: IPAddress.Family = type == .a ? .ipv4 : .ipv6
            guard let address = IPAddress(family: family, octets: octets[position..<end]) else {
                throw .dataLength(type)
            }
            position = end
            data = .address(address)
        case .cname:
            data = .alias(try name())
        case .srv:
            data = .service(
                ServiceRecord(priority: try word(), weight: try word(), port: try word(), target: try name()))
        default:
            data = .other(type, class: `class`, data: Array(octets[position..<end]))
            position = end
        }
        guard position == end else { throw .dataLength(type) }
        return data
    }

    private mutating func name() throws(MessageDecodingError) -> DomainName {
        var wireForm: [UInt8] = []
        // Where the name goes on, where the next reference has to lead to the front of, and where it ends in the
        // message.
        var (place, start, references) = (position, position, 0)
        var end: Int?
        while true {
            guard place < octets.count else { throw .truncated }
            let length = Int(octets[place])
            switch length >> 6 {
            case 0:
                guard octets.count - place > length else { throw .truncated }
                wireForm += octets[place...place + length]
                guard wireForm.count <= DomainName.longest else { throw .longName }
                place += 1 + length
                if length == 0 {
                    position = end ?? place
                    return DomainName(checked: wireForm)
                }
            case 3:
                guard octets.count - place >= 2 else { throw .truncated }
                let target = (length & 0x3f) << 8 | Int(octets[place + 1])
                references += 1
                guard target < start, references <= Self.mostReferences else { throw .pointer }
                end = end ?? place + 2
                (place, start) = (target, target)
            default:
                throw .label
            }
        }
    }
}
