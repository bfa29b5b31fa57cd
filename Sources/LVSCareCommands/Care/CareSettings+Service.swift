import Addressing
import LVSCareConfiguration
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
        VirtualService(try Endpoint(reachable: value, expected: Setting.virtualServer.expectation))
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
        let endpoint = try Endpoint(reachable: item, expected: Setting.realServers.expectation)
        if let service {
            try RealServerRules.check(endpoint, item, behind: service, leaving: besidePath ? Setting.noPath : nil)
        }
        return RealServer(endpoint)
    }

    static func scheduler(_ source: SettingSource) throws(UsageError) -> Scheduler {
        try source.value(.scheduler).map { value throws(UsageError) in try Scheduler(value) } ?? .roundRobin
    }
}
