package import LVSCareModel

extension ServiceDirector {
    /// What happened.
    package enum Input: Hashable, Sendable {
        /// Begin. Once; anything else before it only changes what it begins with.
        case start
        /// The probe of this number came back.
        case probeFinished(RealServer, attempt: Int, ProbeOutcome)
        /// The connection that the probe of this number left open has ended, and not because this node closed it.
        case connectionEnded(RealServer, attempt: Int, ConnectionEnd)
        /// For so long this node, or this process, could not attend to what came since the last such news.
        case stalled(Duration)
        /// The instant of the latest `wake` has come, and all that had come by then was handed in before.
        case wake
        /// Something that a pass looks at may have changed in the kernel.
        case kernelChanged
        /// The pass that `reconcile` asked for has ended.
        case passFinished(PassReport)
        /// Something else is wanted of the same virtual service.
        case specificationChanged(Specification)
        /// There may be more or fewer connections from now on.
        case limitsChanged(ProbeLimits)
    }

    /// What to do now.
    package enum Directive: Hashable, Sendable {
        /// Probe a real server and answer with `probeFinished` and the same number.
        ///
        /// With `keepsConnection` the connection shall stay open after a success where the real server agrees; the
        /// outcome says whether it does, and `connectionEnded` when that is over.
        case probe(RealServer, attempt: Int, timeout: Duration, keepsConnection: Bool)
        /// Close the connection that the probe of this number left open.
        case closeConnection(RealServer, attempt: Int)
        /// Give up the probe of this number; nobody waits for its answer any more.
        case cancelProbe(RealServer, attempt: Int)
        /// Answer with `wake` at this instant, and no longer at the one before: there is one timer.
        case wake(at: Instant)
        /// Run a pass with `desired` and answer with `passFinished`. There is never a second one before the answer.
        case reconcile
        /// Tell the world that the verdict on a real server changed.
        case report(HealthTransition)
        /// Tell the world, loudly, that every real server is unhealthy, or no longer.
        case reportOutage(OutageReport)
    }
}
