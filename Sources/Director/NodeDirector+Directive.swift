package import LVSCareModel

extension NodeDirector {
    /// What happened.
    package enum Input: Hashable, Sendable {
        /// Begin. Once; anything else before it only changes what it begins with.
        case start
        /// A probe came back.
        case probeFinished(ProbeID, ProbeOutcome)
        /// The connection that a probe left open has ended, and not because this node closed it.
        case connectionEnded(ProbeID, ConnectionEnd)
        /// The connection that a probe left open has answered a heartbeat.
        case heartbeatAnswered(ProbeID)
        /// For so long this node, or this process, could not attend to what came since the last such news.
        case stalled(Duration)
        /// The instant of the latest `wake` has come, and all that had come by then was handed in before.
        case wake
        /// Something that a pass looks at may have changed in the kernel, as far as these services are concerned.
        case kernelChanged([VirtualService])
        /// Passes that `reconcile` asked for have ended.
        case passFinished([VirtualService: PassReport])
        /// Something else is wanted: these services, in this order, and no others. Those that stay go on as they are; those that
        /// are not named any more are quiesced now and drained, and `forget` tells when they are gone.
        case configurationChanged([Specification])
        /// There may be more or fewer connections from now on.
        case limitsChanged(ProbeLimits)
    }

    /// What to do now.
    package enum Directive: Hashable, Sendable {
        /// Probe the target of a check and answer with `probeFinished`.
        ///
        /// With `keepsConnection` the connection shall stay open after a success where the real server agrees; the
        /// outcome says whether it does, and `connectionEnded` when that is over.
        case probe(ProbeID, timeout: Duration, keepsConnection: Bool)
        /// Ask for a sign of life on the connection that a probe left open, and answer with `heartbeatAnswered` when it comes.
        case heartbeat(ProbeID)
        /// Close the connection that a probe left open.
        case closeConnection(ProbeID)
        /// Give up a probe; nobody waits for its answer any more.
        case cancelProbe(ProbeID)
        /// Answer with `wake` at this instant, and no longer at the one before: there is one timer.
        case wake(at: Instant)
        /// Run a pass over these services, with what is `desired` of each, and answer with `passFinished`. There is never a
        /// second one of a service before the answer.
        case reconcile([VirtualService])
        /// A service that nobody wants any more is gone.
        case forget(VirtualService)
        /// Tell the world that the verdict on a real server changed.
        case report(VirtualService, HealthTransition)
        /// Tell the world what became of a suspicion.
        case reportSuspicion(VirtualService, SuspicionReport)
        /// Tell the world, loudly, that every real server of a service is unhealthy, or more than its quorum can spare, or no longer.
        case reportOutage(VirtualService, OutageReport)
    }
}
