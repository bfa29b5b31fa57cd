public import LVSCareModel

/// Something that happened while virtual services were looked after.
public struct BalancerEvent: Sendable {
    /// The virtual service that it is about; `nil` for what concerns all.
    public var service: VirtualService?
    /// The kind of event.
    public var kind: Kind

    /// Creates an event, by default one of the node as a whole.
    public init(_ kind: Kind, of service: VirtualService? = nil) {
        self.service = service
        self.kind = kind
    }
}

extension BalancerEvent {
    /// A kind of event.
    @nonexhaustive
    public enum Kind: Sendable {
        /// The first pass has ended: the table is filled, and a part of the path to the VIP has failed; that is tried again.
        case incomplete(ObservedService)
        /// Table and path are complete for the first time: clients can be sent to the VIP. Reported once.
        case ready(ObservedService)
        /// One probe of one real server came back.
        case probed(RealServer, ProbeOutcome)
        /// This node could not probe a real server, so its verdict stays what it is; tried again, and told each time.
        case notProbed(RealServer, ProbeFailure)
        /// A file of the health check cannot be used any more; what it said before stays in use. The text says which and why.
        case fileAged(String)
        /// A file of the health check, by its path, is in use from now on, for the first time or because it has changed; a client
        /// certificate's with its expiry, in seconds since 1970 (UTC).
        case fileRenewed(String, expiry: Int64?)
        /// The client certificate in the file of this path expires within a day, or has; in seconds since 1970 (UTC). Reported once an
        /// hour.
        case certificateExpires(String, at: Int64)
        /// The virtual service is gone: nobody wanted it any more, and the last of its real servers has left.
        case removed
        /// Something drops what comes to this real server from the ports of probes, but not from those of clients; its probes
        /// come from ports like theirs from now on.
        case portsFiltered(RealServer, probes: ClosedRange<UInt16>)
        /// The verdict on a real server changed.
        case transition(HealthTransition)
        /// A healthy real server has not answered as soon as it usually does, and what came of that.
        case suspicion(SuspicionReport)
        /// The connection that was monitored since the latest successful probe has ended; a probe follows at once.
        case connectionEnded(RealServer, ConnectionEnd)
        /// Every real server is unhealthy, or too few are healthy for the quorum; still, or no longer.
        case outage(OutageReport)
        /// The kernel's table was changed.
        case changed(PlannedChange)
        /// Connections of clients on this node, which waited for a real server that was removed because it is dead, were aborted:
        /// they can connect anew to another one. Reported right behind the removal.
        case connectionsAborted(AbortedConnections)
        /// A setting of all services was changed.
        case nodeChanged(NodeChange)
        /// The path to the VIP was changed.
        case pathChanged(PathChange)
        /// A change by another program was put right; the changes that it took were reported one by one before.
        case repaired(Repair)
        /// This node lacks something that some clients need. Reported when it is found, and again when it came back.
        case degraded(Limitation)
        /// The virtual service answers clients on this node, or does not although its real servers are healthy.
        case reachability(ReachabilityReport)
        /// The kernel refused something; it is tried again.
        case failed(KernelFailure)
        /// All is as wanted again after failures.
        case recovered
        /// So many events are lost to this listener, because it was slow. Only ``BalancerEvents`` says this.
        case missed(Int)
    }
}
