extension ServiceDirector {
    /// What happened.
    public enum Input: Hashable, Sendable {
        /// Begin. Once; anything else before it only changes what it begins with.
        case start
        /// The probe of this number came back.
        case probeFinished(RealServer, attempt: Int, ProbeOutcome)
        /// The instant of the latest `wake` has come.
        case wake
        /// Something that a pass looks at may have changed in the kernel.
        case kernelChanged
        /// The pass that `reconcile` asked for has ended.
        case passFinished(PassReport)
        /// Something else is wanted of the same virtual service.
        case specificationChanged(Specification)
    }

    /// What to do now.
    public enum Directive: Hashable, Sendable {
        /// Probe a real server and answer with `probeFinished` and the same number.
        case probe(RealServer, attempt: Int, timeout: Duration)
        /// Give up the probe of this number; nobody waits for its answer any more.
        case cancelProbe(RealServer, attempt: Int)
        /// Answer with `wake` at this instant, and no longer at the one before: there is one timer.
        case wake(at: Instant)
        /// Run a pass with `desired` and answer with `passFinished`. There is never a second one before the answer.
        case reconcile
        /// Tell the world that the verdict on a real server changed.
        case report(HealthTransition)
    }
}
