import IPVS
import LVSCareModel
import SystemPackage

// The engine's words and the kernel's: the only place that translates between them.

extension ObservedService {
    /// A service and its real servers as the kernel told them.
    init(_ service: Service, _ destinations: [Destination]) {
        self.init(
            service.configuration,
            realServers: Dictionary(
                destinations.map { (RealServer($0.identity), ObservedRealServer($0)) },
                uniquingKeysWith: { _, last in last }))
    }
}

extension ObservedRealServer {
    /// A real server as the kernel told it.
    init(_ destination: Destination) {
        self.init(
            destination.configuration, activeConnections: destination.connections.active,
            inactiveConnections: destination.connections.inactive)
    }
}

extension IPVSCommand {
    /// The command that makes a change of `service`.
    init(_ change: TableChange, to service: VirtualService) {
        self =
            switch change {
            case .createService(let configuration): .addService(service, configuration)
            case .updateService(let configuration): .setService(service, configuration)
            case .removeService: .deleteService(service)
            case .add(let server, let configuration): .addDestination(server.endpoint, configuration, to: service)
            case .update(let server, let configuration): .setDestination(server.endpoint, configuration, of: service)
            case .remove(let server): .deleteDestination(server.endpoint, of: service)
            }
    }
}

extension ConnectionSynchronization {
    /// A daemon as the kernel told it.
    init(_ daemon: SyncDaemon) {
        self.init(
            daemon.state == .master ? .master : .backup, interface: daemon.interface, syncID: Int(daemon.syncID))
    }
}

extension SyncDaemon.State {
    /// The kernel's word for a role.
    init(_ role: ConnectionSynchronization.Role) { self = role == .master ? .master : .backup }
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
