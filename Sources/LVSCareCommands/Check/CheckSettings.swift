import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// What one invocation of `lvscare check` asks for, checked completely, before anything is probed.
struct CheckSettings: Hashable, Sendable {
    /// The service whose table tells the present weights; `nil` when nobody asked for them.
    var service: VirtualService?
    /// What is probed, in the order in which it was given, each once.
    var realServers: [RealServer]
    /// How.
    var healthCheck = HealthCheck()
    /// What happens to the weights when all of them fail.
    var allDown = AllDown.remove
    /// How long a real server that fails keeps its place for the sake of its connections.
    var drainTimeout = Duration.zero
}

extension CheckSettings {
    init(_ source: SettingSource) throws(UsageError) {
        let service = source.value(.virtualServer) == nil ? nil : try CareSettings.virtualService(source)
        var seen: Set<RealServer> = []
        let realServers = try CareSettings.realServers(source, of: service).filter { seen.insert($0).inserted }
        guard !realServers.isEmpty else {
            throw UsageError(
                "a real server is missing: give \(source.remedy(.realServers)) as \(Setting.realServers.expectation)")
        }
        self.init(
            service: service, realServers: realServers, healthCheck: try HealthCheckReader.read(source),
            allDown: try source.choice(.allDown) ?? .remove, drainTimeout: try source.duration(.drainTimeout) ?? .zero)
    }
}
