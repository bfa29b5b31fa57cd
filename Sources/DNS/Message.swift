/// A message as it is sent to and by servers (RFC 1035, 4.1).
///
///      0                   1                   2                   3
///     | ID (16 bits)                  |QR|OPCODE 4|AA|TC|RD|RA|Z 3|RCODE 4|
///     | QDCOUNT                       | ANCOUNT                       |
///     | NSCOUNT                       | ARCOUNT                       |
///     | questions, answers, authorities, additional records             …
public struct Message: Hashable, Sendable {
    /// The part in front of all records.
    public var head: MessageHead
    /// Records that answer the question.
    public var answers: [Record]
    /// Records of who knows more, or of the zone in which there is nothing.
    public var authorities: [Record]
    /// Further records, without `OPT`.
    public var additional: [Record]
    /// Octets of a datagram that the sender takes (RFC 6891); `nil` where it does not say so.
    public var datagramSize: UInt16?

    /// Creates a message, by default without records; `datagramSize` is in bytes, and `nil` leaves out EDNS (RFC 6891).
    public init(
        _ head: MessageHead, answers: [Record] = [], authorities: [Record] = [], additional: [Record] = [],
        datagramSize: UInt16? = nil
    ) {
        self.head = head
        self.answers = answers
        self.authorities = authorities
        self.additional = additional
        self.datagramSize = datagramSize
    }

    /// The datagrams that this side takes: what passes everywhere without fragments (RFC 9715).
    public static let usualDatagramSize: UInt16 = 1232

    /// A question to a server that asks others in its turn. `dig NAME TYPE`
    public static func query(_ question: Question, id: UInt16, datagramSize: UInt16?) -> Message {
        Message(
            MessageHead(id: id, flags: .recursionDesired, questions: [question]), datagramSize: datagramSize)
    }
}

/// The part of a message in front of all records.
public struct MessageHead: Hashable, Sendable {
    /// A number that the answer repeats.
    public var id: UInt16
    /// The sender's flags.
    public var flags: Flags
    /// Whether it asks for what RFC 1035 calls a standard query: 0; 0–15.
    public var operation: UInt8
    /// The result of the question; 0–4095 where ``Message/datagramSize`` is there, else 0–15.
    public var code: ResponseCode
    /// The questions, one in practice.
    public var questions: [Question]

    /// Creates a head, by default that of a successful standard query (operation 0) without a question.
    public init(
        id: UInt16, flags: Flags = [], operation: UInt8 = 0, code: ResponseCode = .noError, questions: [Question] = []
    ) {
        self.id = id
        self.flags = flags
        self.operation = operation
        self.code = code
        self.questions = questions
    }

    /// The single bits of the second word.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits as they are sent.
        public let rawValue: UInt16

        /// These bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// It is an answer (`QR`).
        public static let response = Flags(rawValue: 0x8000)
        /// The sender is an authority for the name (`AA`).
        public static let authoritative = Flags(rawValue: 0x0400)
        /// The message did not fit and was cut (`TC`).
        public static let truncated = Flags(rawValue: 0x0200)
        /// The server shall ask others (`RD`).
        public static let recursionDesired = Flags(rawValue: 0x0100)
        /// The server does ask others (`RA`).
        public static let recursionAvailable = Flags(rawValue: 0x0080)

        /// All that are known.
        static let all: Flags = [.response, .authoritative, .truncated, .recursionDesired, .recursionAvailable]
    }
}

/// One question to a server: all records of a type and of the class `IN` that a name has.
public struct Question: Hashable, Sendable {
    /// The name.
    public var name: DomainName
    /// Which.
    public var type: RecordType

    /// Creates a question for the records of `type` that `name` has.
    public init(_ name: DomainName, _ type: RecordType) {
        self.name = name
        self.type = type
    }
}

/// The class of the Internet (RFC 1035, 3.2.4).
let internetClass: UInt16 = 1
