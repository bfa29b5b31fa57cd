public import Addressing

/// A resource record of the class `IN` (RFC 1035, 3.2.1).
///
///     NAME TYPE(16) CLASS(16) TTL(32) RDLENGTH(16) RDATA
public struct Record: Hashable, Sendable {
    /// The name that the record belongs to.
    public var name: DomainName
    /// Seconds for which it may be kept, 0–2³¹−1; larger ones on the wire count as 0 (RFC 2181, 8).
    public var timeToLive: UInt32
    /// The content.
    public var data: RecordData

    /// Creates a record; `timeToLive` is in seconds.
    public init(name: DomainName, timeToLive: UInt32, data: RecordData) {
        self.name = name
        self.timeToLive = timeToLive
        self.data = data
    }
}

/// The content of a resource record, by its type.
@nonexhaustive
public enum RecordData: Hashable, Sendable {
    /// An address: of the type `A` for IPv4, `AAAA` for IPv6.
    case address(IPAddress)
    /// The name that is asked for instead: `CNAME`.
    case alias(DomainName)
    /// Where a service is offered: `SRV`.
    case service(ServiceRecord)
    /// A record of another type or class, undecoded.
    case other(RecordType, class: UInt16, data: [UInt8])

    /// Its type.
    public var type: RecordType {
        switch self {
        case .address(let address): RecordType(of: address.family)
        case .alias: .cname
        case .service: .srv
        case .other(let type, _, _): type
        }
    }
}

/// One place where a service is offered (RFC 2782), asked for as `_SERVICE._PROTOCOL.DOMAIN`.
///
///     PRIORITY(16) WEIGHT(16) PORT(16) TARGET
public struct ServiceRecord: Hashable, Sendable {
    /// The order in which clients try the targets: the lowest number first, 0–65535.
    public var priority: UInt16
    /// Its share among those of the same priority, 0–65535.
    public var weight: UInt16
    /// The port, 0–65535.
    public var port: UInt16
    /// The host, whose addresses are asked for next; the root says that the service is not offered at all.
    public var target: DomainName

    /// Creates the data of an SRV record (RFC 2782); clients take the lowest `priority` first.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

extension RecordType {
    /// The type for addresses of `family`.
    public init(of family: IPAddress.Family) { self = family == .ipv4 ? .a : .aaaa }
}
