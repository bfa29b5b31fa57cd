import IPVS
import LVSCareModel
import SystemPackage

// The engine's words and the kernel's: the only place that translates between them.

extension Service.Identity {
    /// The kernel's identity of a virtual service.
    init(_ service: VirtualService) { self = .endpoint(.tcp, service.endpoint) }
}

extension Service.Configuration {
    /// What this daemon wants of a service: the scheduler and nothing else.
    init(_ scheduler: LVSCareModel.Scheduler) { self.init(scheduler: IPVS.Scheduler(rawValue: scheduler.rawValue)) }
}

extension Destination.Configuration {
    /// What this daemon wants of a real server: masquerading and the weight.
    init(_ weight: Weight) { self.init(forwarding: .masquerade, weight: UInt32(weight.rawValue)) }
}

extension ObservedService {
    /// A service and its real servers as the kernel told them.
    init(_ service: Service, _ destinations: [Destination]) {
        var ours = service.configuration
        ours.flags = []
        ours.persistence = nil
        ours.persistenceEngine = nil
        self.init(
            scheduler: LVSCareModel.Scheduler(rawValue: service.configuration.scheduler.rawValue),
            hasForeignOptions: service.configuration != ours,
            realServers: Dictionary(
                destinations.map { (RealServer($0.identity), ObservedRealServer($0)) },
                uniquingKeysWith: { _, last in last }))
    }
}

extension ObservedRealServer {
    /// A real server as the kernel told it; thresholds are left alone, whoever set them.
    init(_ destination: Destination) {
        self.init(
            weight: Weight(rawValue: UInt16(clamping: destination.configuration.weight)),
            // Some kernels tell a real server on this node as local, whatever was asked for.
            forwarding: destination.configuration.forwarding == .masquerade
                || destination.configuration.forwarding == .local ? .masquerade : .other,
            activeConnections: destination.connections.active,
            inactiveConnections: destination.connections.inactive)
    }
}

extension IPVSCommand {
    /// The command that makes a change of `service`.
    init(_ change: TableChange, to service: VirtualService) {
        let identity = Service.Identity(service)
        self =
            switch change {
            case .createService(let scheduler): .addService(identity, Service.Configuration(scheduler))
            case .updateService(let scheduler): .setService(identity, Service.Configuration(scheduler))
            case .removeService: .deleteService(identity)
            case .add(let server, let weight):
                .addDestination(server.endpoint, Destination.Configuration(weight), to: identity)
            case .setWeight(let server, let weight):
                .setDestination(server.endpoint, Destination.Configuration(weight), of: identity)
            case .remove(let server): .deleteDestination(server.endpoint, of: identity)
            }
    }
}

extension KernelFailure {
    /// A refusal of the balancer's table in the engine's words.
    init(_ error: IPVSError) {
        self.init(
            operation: error.operation.rawValue, object: error.object, code: error.errno?.rawValue ?? 0,
            message: "\(error.explanation) (\(error.underlying))", kind: Kind(error.reason))
    }
}

extension KernelFailure.Kind {
    init(_ reason: IPVSError.Reason) {
        self =
            switch reason {
            case .unavailable: .balancerUnavailable
            case .notPermitted: .notPermitted
            case .unknownScheduler: .unknownScheduler
            default: .other
            }
    }
}
