extension TableChange {
    /// The real server that is changed; `nil` when the service itself is.
    public var realServer: RealServer? {
        switch self {
        case .createService, .updateService, .removeService: nil
        case .add(let realServer, _), .setWeight(let realServer, _), .remove(let realServer): realServer
        }
    }

    /// Whether it creates the service itself.
    var createsService: Bool {
        if case .createService = self { true } else { false }
    }

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

extension TableChange: CustomStringConvertible {
    /// An imperative phrase: `set weight of 127.0.0.1:8081 to 1`.
    public var description: String {
        switch self {
        case .createService(let scheduler): "create virtual service with scheduler \(scheduler)"
        case .updateService(let scheduler): "set scheduler of virtual service to \(scheduler)"
        case .removeService: "remove virtual service"
        case .add(let realServer, let weight): "add \(realServer) with weight \(weight)"
        case .setWeight(let realServer, .quiescent): "quiesce \(realServer)"
        case .setWeight(let realServer, let weight): "set weight of \(realServer) to \(weight)"
        case .remove(let realServer): "remove \(realServer)"
        }
    }
}
