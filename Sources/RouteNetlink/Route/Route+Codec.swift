import Addressing
public import Netlink

extension Route {
    /// The route in a reply or notification (`RTM_NEWROUTE`, `RTM_DELROUTE`) of the bytes behind the netlink header.
    ///
    /// `nil` for messages of another type and for families other than IPv4 and IPv6, such as MPLS.
    public init?(header: NetlinkHeader, payload: RawSpan) throws(NetlinkDecodingError) {
        switch RouteMessage(rawValue: header.type) {
        case .newRoute, .deleteRoute: break
        default: return nil
        }
        let fixed = try RouteHeader(payload)
        guard let family = IPAddress.Family(rawValue: fixed.family) else { return nil }
        var destination: IPAddress?
        var source: IPAddress?
        self.init(
            destination: CIDR(host: .unspecified(family)), table: RouteTable(rawValue: UInt32(fixed.table)),
            type: RouteType(rawValue: fixed.type), protocol: RouteProtocol(rawValue: fixed.protocol),
            scope: Scope(rawValue: fixed.scope), typeOfService: fixed.typeOfService, metric: 0, flags: fixed.flags)
        try payload.forEachAttribute(from: RouteHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch RouteAttribute(rawValue: type) {
            case .destination: destination = try value.ipAddress(family)
            case .source: source = try value.ipAddress(family)
            case .outputInterface: outputInterface = LinkIndex(rawValue: try value.integer())
            case .gateway: gateway = try value.ipAddress(family)
            case .via: gateway = try value.routerAddress()
            case .metric: metric = try value.integer()
            case .preferredSource: preferredSource = try value.ipAddress(family)
            case .multipath: nextHops = try NextHop.decodeAll(value, family: family)
            case .table: table = RouteTable(rawValue: try value.integer())
            case .nextHopID: nextHopID = try value.integer()
            case .expires: remainingSeconds.value = try value.integer()
            case .cacheInformation:
                let ticks = try value.integer(at: 8, as: Int32.self)
                if family == .ipv6, ticks > 0 { remainingSeconds.value = UInt32(max(1, ticks / 100)) }
            case .metrics, nil: RouteAttribute.keep(type, value, in: &otherAttributes)
            }
        }
        self.destination = try CIDR(
            decoding: destination, prefixLength: fixed.destinationLength, family: family,
            attribute: RouteAttribute.destination.rawValue)
        // IPv6 answers a lookup without a source as if it had been from `::`.
        if fixed.sourceLength > 0, source?.isUnspecified != true {
            self.source = try CIDR(
                decoding: source, prefixLength: fixed.sourceLength, family: family,
                attribute: RouteAttribute.source.rawValue)
        }
    }

    /// Writes the message that creates, replaces or deletes this route.
    func encode(into writer: inout AttributeWriter) {
        var fixed = RouteHeader(family: family.rawValue)
        fixed.destinationLength = UInt8(destination.prefixLength)
        fixed.sourceLength = UInt8(source?.prefixLength ?? 0)
        fixed.typeOfService = typeOfService
        fixed.table = UInt8(exactly: table.rawValue) ?? 0
        fixed.protocol = `protocol`.rawValue
        fixed.scope = (scope ?? usualScope).rawValue
        fixed.type = type.rawValue
        fixed.flags = flags.intersection(.configurable)
        writer.header(fixed.octets)
        writer.refuse(source?.address, unlessOf: family)
        writer.refuse(preferredSource, unlessOf: family)

        if destination.prefixLength > 0 {
            writer.octets(RouteAttribute.destination.rawValue, destination.address.octets)
        }
        if let source, source.prefixLength > 0 {
            writer.octets(RouteAttribute.source.rawValue, source.address.octets)
        }
        if UInt8(exactly: table.rawValue) == nil { writer.integer(RouteAttribute.table.rawValue, table.rawValue) }
        if let preferredSource { writer.octets(RouteAttribute.preferredSource.rawValue, preferredSource.octets) }
        if let gateway { writer.gateway(gateway, of: family) }
        if let metric { writer.integer(RouteAttribute.metric.rawValue, metric) }
        if let nextHopID { writer.integer(RouteAttribute.nextHopID.rawValue, nextHopID) }
        if !nextHops.isEmpty {
            for weight in nextHops.map(\.weight) where !NextHop.weights.contains(weight) {
                writer.refuse("a next hop of the weight \(weight)")
            }
            writer.octets(RouteAttribute.multipath.rawValue, nextHops.flatMap { $0.encoded(for: family) })
        }
        otherAttributes.encode(into: &writer)
        if let seconds = remainingSeconds.value, family == .ipv6 {
            writer.integer(RouteAttribute.expires.rawValue, seconds)
        }
        if let outputInterface {
            writer.integer(RouteAttribute.outputInterface.rawValue, outputInterface.rawValue)
        }
    }
}
