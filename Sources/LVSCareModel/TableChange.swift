/// One change of the kernel's table.
public enum TableChange: Hashable, Sendable {
    /// Create the virtual service, without real servers. `ipvsadm -A -t VIP:port -s SCHEDULER`
    case createService(scheduler: Scheduler)
    /// Set scheduler and flags of the existing service. `ipvsadm -E -t VIP:port -s SCHEDULER`
    case updateService(scheduler: Scheduler)
    /// Remove the service with all its real servers. `ipvsadm -D -t VIP:port`
    case removeService
    /// Add a real server, masqueraded. `ipvsadm -a -t VIP:port -r RS -m -w WEIGHT`
    case add(RealServer, weight: Weight)
    /// Set weight and forwarding method of an existing real server. `ipvsadm -e -t VIP:port -r RS -m -w WEIGHT`
    case setWeight(RealServer, weight: Weight)
    /// Remove a real server. `ipvsadm -d -t VIP:port -r RS`
    case remove(RealServer)
}

extension TableChange {
    /// The real server that is changed; `nil` when the service itself is.
    public var realServer: RealServer? {
        switch self {
        case .createService, .updateService, .removeService: nil
        case .add(let realServer, _), .setWeight(let realServer, _), .remove(let realServer): realServer
        }
    }

    /// Whether it creates the service itself.
    package var createsService: Bool {
        if case .createService = self { true } else { false }
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
