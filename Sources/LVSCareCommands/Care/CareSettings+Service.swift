import Addressing
import LVSCareModel
import LVSCareSettings

extension CareSettings {
    static func virtualService(_ source: SettingSource) throws(UsageError) -> VirtualService {
        guard let value = source.value(.virtualServer) else {
            throw UsageError(
                "the virtual service is missing: give \(source.remedy(.virtualServer)) as \(Setting.virtualServer.expectation)"
            )
        }
        return try virtualService(value)
    }

    /// The virtual service at the endpoint that `value` says.
    static func virtualService(_ value: RawValue) throws(UsageError) -> VirtualService {
        VirtualService(try endpoint(value, expected: Setting.virtualServer.expectation))
    }

    static func realServers(
        _ source: SettingSource, of service: VirtualService, mayBeMissing: Bool
    ) throws(UsageError) -> [RealServer] {
        let realServers = try realServers(source, of: service)
        guard mayBeMissing || !realServers.isEmpty else {
            throw UsageError(
                """
                a real server is missing: give \(source.remedy(.realServers)) as \(Setting.realServers.expectation), or --clean to \
                remove \(service.name)
                """
            )
        }
        return mayBeMissing ? [] : realServers
    }

    /// The real servers that are given, none when there are none; each fits the service where there is one.
    static func realServers(
        _ source: SettingSource, of service: VirtualService?
    ) throws(UsageError) -> [RealServer] {
        var realServers: [RealServer] = []
        for item in try source.items(.realServers) {
            realServers.append(
                try realServer(item, of: service, besidePath: source.value(.mode)?.text.isEmpty != true))
        }
        return realServers
    }

    /// The real server at the endpoint that `item` says, which fits the service where there is one.
    ///
    /// Where there is a path to the VIP, the real server must not have that address: it could not be reached any more.
    static func realServer(
        _ item: RawValue, of service: VirtualService?, besidePath: Bool = true
    ) throws(UsageError) -> RealServer {
        let endpoint = try endpoint(item, expected: Setting.realServers.expectation)
        if let service, endpoint == service.endpoint {
            throw UsageError(item, "it is the virtual service itself", expected: "another address or port")
        }
        if let service, besidePath, endpoint.address == service.endpoint?.address {
            throw UsageError(
                item, "it has the address of the virtual service, so no probe and no client would reach it",
                expected: "another address, or --mode \"\" to leave the path to others")
        }
        if let service, endpoint.address.family != service.family {
            throw UsageError(
                item, "masquerading cannot translate between IPv4 and IPv6",
                expected: "an address of the family of the virtual service \(service.name)")
        }
        return RealServer(endpoint)
    }

    static func scheduler(_ source: SettingSource) throws(UsageError) -> Scheduler {
        guard let value = source.value(.scheduler) else { return .roundRobin }
        // The length is the kernel's: IP_VS_SCHEDNAME_MAXLEN is 16 with its NUL (linux/ip_vs.h).
        guard 1...15 ~= value.text.utf8.count,
            value.text.utf8.allSatisfy({ octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            })
        else {
            throw UsageError(
                value, "it is not the name of a scheduler", expected: Setting.scheduler.expectation)
        }
        return Scheduler(rawValue: value.text)
    }

    /// An endpoint that packets can be sent to.
    private static func endpoint(_ value: RawValue, expected: String) throws(UsageError) -> Endpoint {
        let endpoint = try Endpoint(value, expected: expected)
        if let problem = unusable(endpoint.address) { throw UsageError(value, problem, expected: expected) }
        return endpoint
    }

    /// Why no service can be at `address`, `nil` when one can.
    static func unusable(_ address: IPAddress) -> String? {
        if address.isUnspecified { return "\(address) stands for any address, not for one" }
        if address.isMulticast { return "\(address) is a multicast address" }
        if address.isLimitedBroadcast { return "\(address) is the broadcast address" }
        if address.isIPv4Mapped { return "\(address) is an IPv4 address written as IPv6, which the kernel keeps apart" }
        if address.family == .ipv6 && address.isLinkLocal {
            return "\(address) means nothing without its link, and the kernel's table has no place for that"
        }
        return nil
    }
}
