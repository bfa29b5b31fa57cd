import LVSCareModel

extension TableChange {
    /// The change that leads back to `service`, which was there before; `nil` when there is none that this daemon makes.
    func reversal(to service: ObservedService?) -> TableChange? {
        let before = realServer.flatMap { service?.realServers[$0] }
        return switch self {
        case .createService: .removeService
        case .removeService: nil
        case .updateService: service.map { .updateService($0.configuration) }
        case .add(let realServer, _): .remove(realServer)
        case .update(let realServer, _): before.map { .update(realServer, $0.configuration) }
        case .remove(let realServer): before.map { .add(realServer, $0.configuration) }
        }
    }

    /// Does to an observation what the change does to the kernel, so that what a pass leaves behind is known without
    /// asking again.
    func apply(to service: inout ObservedService?) {
        switch self {
        case .createService(let configuration):
            if service == nil { service = ObservedService(configuration) }
        case .updateService(let configuration):
            service?.configuration = configuration
        case .removeService:
            service = nil
        case .add(let realServer, let configuration):
            service?.realServers[realServer] = ObservedRealServer(configuration)
        case .update(let realServer, let configuration):
            service?.realServers[realServer]?.configuration = configuration
        case .remove(let realServer):
            service?.realServers[realServer] = nil
        }
    }
}
