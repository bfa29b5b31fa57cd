package import LVSCareModel

// What the daemon does by flags: a scheduler and nothing else, real servers that are masqueraded.

extension TableChange {
    /// Create the service with nothing but a scheduler.
    package static func createService(scheduler: Scheduler) -> TableChange {
        .createService(ServiceConfiguration(scheduler: scheduler))
    }

    /// Give the service a scheduler and nothing else.
    package static func updateService(scheduler: Scheduler) -> TableChange {
        .updateService(ServiceConfiguration(scheduler: scheduler))
    }

    /// Add a real server, masqueraded.
    package static func add(_ realServer: RealServer, weight: Weight) -> TableChange {
        .add(realServer, RealServerConfiguration(forwarding: .masquerade, weight: weight))
    }

    /// Set the weight of a real server that is masqueraded.
    package static func setWeight(_ realServer: RealServer, weight: Weight) -> TableChange {
        .update(realServer, RealServerConfiguration(forwarding: .masquerade, weight: weight))
    }
}

extension ObservedService {
    /// A service with nothing but a scheduler.
    package init(scheduler: Scheduler, realServers: [RealServer: ObservedRealServer] = [:]) {
        self.init(ServiceConfiguration(scheduler: scheduler), realServers: realServers)
    }
}

extension ObservedRealServer {
    /// A real server of its weight.
    package init(weight: Weight, forwarding: ForwardingMethod = .masquerade, activeConnections: UInt32 = 0) {
        self.init(
            RealServerConfiguration(forwarding: forwarding, weight: weight), activeConnections: activeConnections)
    }
}
