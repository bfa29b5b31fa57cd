import LVSCareModel

/// How many connections the health checks of one virtual service may have at a time.
package struct ProbeLimits: Hashable, Sendable {
    /// Most probes in flight; at least 1. Those that are due beyond wait in the order of their due times.
    package var probes: Int
    /// Most connections, those of probes in flight and monitored ones together; at least 1. Monitored ones give way to
    /// probes.
    package var connections: Int

    /// Limits of their parts; a number below 1 counts as 1.
    package init(probes: Int = 4096, connections: Int = 16_384) {
        self.probes = max(1, probes)
        self.connections = max(1, connections)
    }

    /// Most monitored connections: a quarter is left to probes, so that one seldom has to give way.
    var monitored: Int { connections - (connections + 3) / 4 }
}
