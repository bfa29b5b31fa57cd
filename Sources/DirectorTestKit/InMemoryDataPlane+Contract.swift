package import LVSCareModel

extension InMemoryDataPlane {
    /// Does to `service` what the contract wants another program to do; always `true`.
    package func disturb(_ disturbance: DataPlaneContract.Disturbance, of service: VirtualService) -> Bool {
        switch disturbance {
        case .persistence:
            services[service]?.configuration.persistence = ServiceConfiguration.Persistence()
        case .tunnel(let realServer, let weight):
            services[service]?.realServers[realServer] = ObservedRealServer(
                weight: weight, forwarding: .tunnel)
        }
        return true
    }
}
