/// One change of the kernel's table.
@nonexhaustive
public enum TableChange: Hashable, Sendable {
    /// Create the virtual service, without real servers. `ipvsadm -A`
    case createService(ServiceConfiguration)
    /// Set what can be set of the existing service. `ipvsadm -E`
    case updateService(ServiceConfiguration)
    /// Remove the service with all its real servers. `ipvsadm -D`
    case removeService
    /// Add a real server. `ipvsadm -a`
    case add(RealServer, RealServerConfiguration)
    /// Set what can be set of an existing real server. `ipvsadm -e`
    case update(RealServer, RealServerConfiguration)
    /// Remove a real server. `ipvsadm -d`
    case remove(RealServer)
}

extension TableChange {
    /// The real server that is changed; `nil` when the service itself is.
    public var realServer: RealServer? {
        switch self {
        case .createService, .updateService, .removeService: nil
        case .add(let realServer, _), .update(let realServer, _), .remove(let realServer): realServer
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
        case .createService(let configuration): "create virtual service with scheduler \(configuration)"
        case .updateService(let configuration): "set scheduler of virtual service to \(configuration)"
        case .removeService: "remove virtual service"
        case .add(let realServer, let configuration): "add \(realServer) with weight \(configuration)"
        case .update(let realServer, let configuration) where configuration.weight == .quiescent:
            "quiesce \(realServer)"
        case .update(let realServer, let configuration): "set weight of \(realServer) to \(configuration)"
        case .remove(let realServer): "remove \(realServer)"
        }
    }
}
