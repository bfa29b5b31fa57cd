package import Addressing

/// Where the connections of one probe come from.
package enum PortPlan: Hashable {
    /// From the ports that no client has.
    case own
    /// From a port that the kernel chooses, as clients get theirs.
    case usual
    /// From the first, and after half of the time from the second.
    case both
}

extension SourcePorts {
    /// What is known about the packet filters on the way to each real server.
    package struct Doubts {
        /// Those whose last probe got no connection.
        private var silent: Set<Endpoint> = []
        /// Those that were reached from a usual port after the probes' own had been silent.
        private var filtered: Set<Endpoint> = []

        package func plan(for endpoint: Endpoint) -> PortPlan {
            if silent.contains(endpoint) { return .both }
            return filtered.contains(endpoint) ? .usual : .own
        }

        /// Something came back from `endpoint`, over a connection from a usual port or from one of ours.
        ///
        /// Returns whether this shows that a packet filter drops what comes from ours, for the first time.
        package mutating func receivedReply(
            from endpoint: Endpoint, plan: PortPlan, isUsual: Bool, isConnected: Bool
        ) -> Bool {
            silent.remove(endpoint)
            guard plan == .both else { return false }
            if !isUsual { filtered.remove(endpoint) }
            return isUsual && isConnected && filtered.insert(endpoint).inserted
        }

        /// Nothing came back.
        package mutating func noConnection(to endpoint: Endpoint) { silent.insert(endpoint) }
    }
}
