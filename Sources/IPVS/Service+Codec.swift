import Addressing
import Netlink

/// Attributes inside `IPVS_CMD_ATTR_SERVICE` (`linux/ip_vs.h`).
enum ServiceAttribute: UInt16, CaseIterable {
    /// `IPVS_SVC_ATTR_AF`: u16.
    case family = 1
    /// `IPVS_SVC_ATTR_PROTOCOL`: u16.
    case transport = 2
    /// `IPVS_SVC_ATTR_ADDR`: 16 bytes.
    case address = 3
    /// `IPVS_SVC_ATTR_PORT`: u16, network order.
    case port = 4
    /// `IPVS_SVC_ATTR_FWMARK`: u32.
    case firewallMark = 5
    /// `IPVS_SVC_ATTR_SCHED_NAME`: string.
    case scheduler = 6
    /// `IPVS_SVC_ATTR_FLAGS`: two u32, flags and mask.
    case flags = 7
    /// `IPVS_SVC_ATTR_TIMEOUT`: u32, seconds.
    case timeout = 8
    /// `IPVS_SVC_ATTR_NETMASK`: u32, a mask in network order or a prefix length in host order.
    case netmask = 9
    /// `IPVS_SVC_ATTR_STATS`: nested, numbers of 32 and 64 bits.
    case statistics32 = 10
    /// `IPVS_SVC_ATTR_PE_NAME`: string.
    case persistenceEngine = 11
    /// `IPVS_SVC_ATTR_STATS64`: nested, numbers of 64 bits.
    case statistics64 = 12
}

extension Service.Identity {
    /// Writes the attributes that name the service.
    func encode(into writer: inout AttributeWriter) {
        writer.integer(ServiceAttribute.family.rawValue, UInt16(family.rawValue))
        switch self {
        case .endpoint(let transport, let endpoint):
            writer.integer(ServiceAttribute.transport.rawValue, UInt16(transport.rawValue))
            writer.address(ServiceAttribute.address.rawValue, endpoint.address)
            writer.bigEndian(ServiceAttribute.port.rawValue, endpoint.port)
        case .firewallMark(let mark, _):
            // For the kernel, this is the service `tcp 0.0.0.0:0`.
            if mark == 0 { writer.refuse("a firewall mark of 0 is none") }
            writer.integer(ServiceAttribute.firewallMark.rawValue, mark)
        }
    }
}

extension Service.Configuration {
    /// Writes the attributes that `IPVS_CMD_NEW_SERVICE` and `IPVS_CMD_SET_SERVICE` want beside the identity.
    func encode(into writer: inout AttributeWriter, family: IPAddress.Family) {
        writer.string(ServiceAttribute.scheduler.rawValue, scheduler.rawValue)
        if let persistenceEngine {
            // The kernel takes it for none.
            if persistenceEngine.isEmpty { writer.refuse("a persistence engine without a name") }
            writer.string(ServiceAttribute.persistenceEngine.rawValue, persistenceEngine)
        }
        let bits = flags.rawValue | (persistence == nil ? 0 : Service.Flags.persistentBit)
        // The mask says that all bits are meant; the kernel keeps its own ones all the same.
        withUnsafeBytes(of: (bits, UInt32.max)) { writer.octets(ServiceAttribute.flags.rawValue, [UInt8]($0)) }
        if let timeout = persistence?.timeout, timeout > Service.Persistence.longestTimeout {
            writer.refuse("a persistence timeout of \(timeout) overflows in the kernel")
        }
        writer.integer(ServiceAttribute.timeout.rawValue, persistence?.timeout.rawValue ?? 0)
        let netmask = persistence?.netmask ?? .host
        if let field = netmask.field(family) {
            writer.integer(ServiceAttribute.netmask.rawValue, field)
        }
    }
}

extension Netmask {
    /// The value of `IPVS_SVC_ATTR_NETMASK` for a service of `family`.
    ///
    /// `nil` for a mask of the other family: without the attribute the kernel refuses the service with `EINVAL`.
    func field(_ family: IPAddress.Family) -> UInt32? {
        switch (storage, family) {
        case (.host, .ipv4): .max
        case (.host, .ipv6): 128
        case (.ipv4(let mask), .ipv4): mask.bigEndian
        case (.ipv6(let length), .ipv6): UInt32(length)
        case (.ipv4, .ipv6), (.ipv6, .ipv4): nil
        }
    }

    init(field: UInt32, family: IPAddress.Family) {
        switch family {
        case .ipv4: self = .ipv4(UInt32(bigEndian: field))
        case .ipv6: self = .ipv6(prefixLength: UInt8(truncatingIfNeeded: field))
        }
    }
}

extension Service.Identity {
    /// Reads those attributes inside `IPVS_CMD_ATTR_SERVICE` that name the service.
    init(_ attributes: RawSpan) throws(NetlinkDecodingError) {
        var family: IPAddress.Family?
        var transport: UInt16 = 0
        var address: AddressField?
        var port: UInt16 = 0
        var firewallMark: UInt32 = 0
        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch ServiceAttribute(rawValue: type) {
            case .family: family = try IPAddress.Family(value)
            case .transport: transport = try value.integer()
            case .address: address = try AddressField(value)
            case .port: port = try value.bigEndian()
            case .firewallMark: firewallMark = try value.integer()
            default: break
            }
        }
        guard let family else {
            throw NetlinkDecodingError(.missingAttribute(ServiceAttribute.family.rawValue))
        }
        guard firewallMark == 0 else {
            self = .firewallMark(firewallMark, family)
            return
        }
        guard let address else {
            throw NetlinkDecodingError(.missingAttribute(ServiceAttribute.address.rawValue))
        }
        guard let number = UInt8(exactly: transport) else {
            throw NetlinkDecodingError(.invalidValue("\(transport) is the number of no protocol"))
        }
        self = .endpoint(
            TransportProtocol(rawValue: number), Endpoint(address: address.address(family), port: port))
    }
}

extension Service {
    /// Reads the attributes inside `IPVS_CMD_ATTR_SERVICE`.
    init(_ attributes: RawSpan) throws(NetlinkDecodingError) {
        try self.init(try Identity(attributes), attributes)
    }

    /// Reads the attributes that say what holds for the service `identity`, and what passed through it.
    init(_ identity: Identity, _ attributes: RawSpan) throws(NetlinkDecodingError) {
        var configuration = Configuration(scheduler: "")
        var flags: UInt32 = 0
        var timeout: UInt32 = 0
        var netmask: UInt32?
        var statistics: Statistics?
        var statistics32: Range<Int>?

        try attributes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch ServiceAttribute(rawValue: type) {
            case .scheduler: configuration.scheduler = Scheduler(rawValue: value.cString)
            case .flags: flags = try value.integer(at: 0)
            case .timeout: timeout = try value.integer()
            case .netmask: netmask = try value.integer()
            case .persistenceEngine: configuration.persistenceEngine = value.cString
            // Read only where they are the only ones: they cost as much as all the rest.
            case .statistics32: statistics32 = attributes.byteOffsets(of: value)
            case .statistics64: statistics = try Statistics(value)
            case .family, .transport, .address, .port, .firewallMark, nil: break
            }
        }

        configuration.flags = Flags(rawValue: flags)
        if flags & Flags.persistentBit != 0 {
            let mask = netmask.map { Netmask(field: $0, family: identity.family) } ?? .host
            configuration.persistence = Persistence(timeout: Seconds(rawValue: timeout), netmask: mask)
        }
        if statistics == nil, let statistics32 { statistics = try Statistics(attributes.extracting(statistics32)) }
        self.init(identity: identity, configuration: configuration, statistics: statistics ?? Statistics())
    }
}
