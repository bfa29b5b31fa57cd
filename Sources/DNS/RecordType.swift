/// The type of a resource record, and of a question (RFC 1035, 3.2.2 and 3.2.3).
public struct RecordType: RawRepresentable, Hashable, Sendable {
    /// The number that is sent, `TYPE` of the registry "Domain Name System (DNS) Parameters".
    public let rawValue: UInt16

    /// A type of this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An IPv4 address (RFC 1035, 3.4.1).
    public static let a = RecordType(rawValue: 1)
    /// Another name for the same (RFC 1035, 3.3.1).
    public static let cname = RecordType(rawValue: 5)
    /// Where a zone begins; in an answer without records it says that there are none (RFC 2308).
    public static let soa = RecordType(rawValue: 6)
    /// An IPv6 address (RFC 3596).
    public static let aaaa = RecordType(rawValue: 28)
    /// Where a service is offered (RFC 2782).
    public static let srv = RecordType(rawValue: 33)
    /// The pseudo-record of extensions to RFC 1035 (RFC 6891); no record of any name.
    public static let opt = RecordType(rawValue: 41)
}

extension RecordType: CustomStringConvertible {
    /// As in zone files: `AAAA`; `TYPE65` for others (RFC 3597).
    public var description: String {
        switch self {
        case .a: "A"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        case .opt: "OPT"
        default: "TYPE\(rawValue)"
        }
    }
}

/// The result of a question (RFC 1035, 4.1.1; RFC 6891, 6.1.3): 0–4095.
public struct ResponseCode: RawRepresentable, Hashable, Sendable {
    /// The number, of whose twelve bits the upper eight are in the record of the type `OPT`.
    public let rawValue: UInt16

    /// A code of this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The question was answered.
    public static let noError = ResponseCode(rawValue: 0)
    /// The server did not understand the question; old ones say so of `OPT`.
    public static let formatError = ResponseCode(rawValue: 1)
    /// The server could not find out.
    public static let serverFailure = ResponseCode(rawValue: 2)
    /// There is no such name, whatever the type: `NXDOMAIN`.
    public static let noSuchName = ResponseCode(rawValue: 3)
    /// The server does not do what was asked for.
    public static let notImplemented = ResponseCode(rawValue: 4)
    /// The server does not want to.
    public static let refused = ResponseCode(rawValue: 5)
    /// The server does not know this version of `OPT`.
    public static let badVersion = ResponseCode(rawValue: 16)
}

extension ResponseCode: CustomStringConvertible {
    /// As `dig` shows it: `SERVFAIL`; `RCODE11` for others.
    public var description: String {
        switch self {
        case .noError: "NOERROR"
        case .formatError: "FORMERR"
        case .serverFailure: "SERVFAIL"
        case .noSuchName: "NXDOMAIN"
        case .notImplemented: "NOTIMP"
        case .refused: "REFUSED"
        case .badVersion: "BADVERS"
        default: "RCODE\(rawValue)"
        }
    }
}
