import LVSCareModel

extension TableChange {
    /// The change that leads back to `service`, which was there before; `nil` when there is none that this daemon makes.
    func reversal(to service: ObservedService?) -> TableChange? {
        let before = realServer.flatMap { service?.realServers[$0] }
        return switch self {
        case .createService: .removeService
        case .removeService: nil
        case .updateService: service.flatMap { $0.hasForeignOptions ? nil : .updateService(scheduler: $0.scheduler) }
        case .add(let realServer, _): .remove(realServer)
        case .setWeight(let realServer, _):
            before.flatMap { $0.forwarding == .masquerade ? .setWeight(realServer, weight: $0.weight) : nil }
        case .remove(let realServer):
            before.flatMap { $0.forwarding == .masquerade ? .add(realServer, weight: $0.weight) : nil }
        }
    }

    /// Does to an observation what the change does to the kernel, so that what a pass leaves behind is known without
    /// asking again.
    func take(effectOn service: inout ObservedService?) {
        switch self {
        case .createService(let scheduler):
            if service == nil { service = ObservedService(scheduler: scheduler) }
        case .updateService(let scheduler):
            service?.scheduler = scheduler
            service?.hasForeignOptions = false
        case .removeService:
            service = nil
        case .add(let realServer, let weight):
            service?.realServers[realServer] = ObservedRealServer(weight: weight)
        case .setWeight(let realServer, let weight):
            service?.realServers[realServer]?.weight = weight
            service?.realServers[realServer]?.forwarding = .masquerade
        case .remove(let realServer):
            service?.realServers[realServer] = nil
        }
    }
}
