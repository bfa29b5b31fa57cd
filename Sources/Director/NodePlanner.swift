package import LVSCareModel

/// What the kernel has that holds for all virtual services of the node.
package struct ObservedNode: Hashable, Sendable {
    /// How long connections are remembered; all of them are there.
    package var timeouts: ConnectionTimeouts
    /// The daemons that run.
    package var synchronization: [ConnectionSynchronization]

    /// An observation of its parts; the default is what a kernel has at first.
    package init(
        timeouts: ConnectionTimeouts = ConnectionTimeouts(tcp: 900, tcpFIN: 120, udp: 300),
        synchronization: [ConnectionSynchronization] = []
    ) {
        self.timeouts = timeouts
        self.synchronization = synchronization
    }
}

/// Compares what is wanted of the node as a whole with what the kernel has.
package enum NodePlanner {
    /// Whether `specification` asks for anything of the kind; what it does not mention stays as it is.
    package static func isNeeded(for specification: NodeSpecification) -> Bool {
        specification.timeouts != nil || specification.synchronization != nil
    }

    /// The changes that lead from `observed` to `wanted`; empty when there is nothing to do.
    ///
    /// A daemon that talks elsewhere is stopped before another of its role is started, because there can be one of each.
    package static func plan(_ wanted: NodeSpecification, against observed: ObservedNode) -> [NodeChange] {
        var changes: [NodeChange] = []
        if let timeouts = wanted.timeouts {
            let found = observed.timeouts
            let differing = ConnectionTimeouts(
                tcp: timeouts.tcp == found.tcp ? nil : timeouts.tcp,
                tcpFIN: timeouts.tcpFIN == found.tcpFIN ? nil : timeouts.tcpFIN,
                udp: timeouts.udp == found.udp ? nil : timeouts.udp)
            if differing != ConnectionTimeouts() { changes.append(.setTimeouts(differing, found: found)) }
        }
        if let daemons = wanted.synchronization {
            changes += observed.synchronization.filter { !daemons.contains($0) }.map { .stopSynchronization($0) }
            changes += daemons.filter { !observed.synchronization.contains($0) }.map { .startSynchronization($0) }
        }
        return changes
    }
}
