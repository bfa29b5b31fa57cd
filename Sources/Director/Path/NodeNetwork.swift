package import Addressing
package import LVSCareModel
package import RouteNetlink

/// The network of a node, as far as paths to VIPs are concerned: it reads and writes, and decides nothing.
///
/// Implemented by the Linux adapter in `LVSCare` and by `InMemoryNetwork` in `DirectorTestKit`.
package protocol NodeNetwork: AnyObject {
    /// What the kernel does with packets from this node to each of `addresses`; those that it refuses to send are
    /// missing. `ip route get ADDRESS`
    func ways(to addresses: [IPAddress]) -> [IPAddress: Route]

    /// The link of this name with its addresses; `nil` when there is none. `ip address show dev NAME`
    func link(named name: String) throws(KernelFailure) -> ObservedLink?

    /// A setting of the kernel. `sysctl -n NAME`
    func setting(_ name: String) -> Result<String, UnreadableSetting>

    /// Addresses of the gateways of default routes, none when they cannot be listed. `ip route show default`
    func gateways(_ family: IPAddress.Family) -> Set<IPAddress>

    /// The closer look, at what concerns the path to `vip`.
    func survey(of vip: IPAddress) throws(KernelFailure) -> PathSurvey

    /// Carries out one step. What is as the step says already, or gone that it removes, is no failure.
    func apply(_ step: PathStep) -> PathStepOutcome

    /// What became of a step that `apply` left pending; all that are pending are carried out now, together.
    func outcome(of step: PathStep) -> PathStepOutcome

    /// Whether the latest step about address resolution was to silence it.
    var isSilenced: Bool { get }

    /// Whether nf_tables was needed and is not there.
    var lacksPacketFilter: Bool { get }
}

/// What became of a step.
package enum PathStepOutcome: Hashable, Sendable {
    /// Done; `nil` when nothing had to be done, or it is not worth a word.
    case done(PathChange?)
    /// The node does not let us, and the path works without it for others.
    case lacking(Limitation)
    /// Refused.
    case failed(KernelFailure)
    /// Noted, to be carried out together with what other paths need.
    case pending
}

extension NodeNetwork {
    /// Where no step is ever pending.
    package func outcome(of step: PathStep) -> PathStepOutcome { .done(nil) }
}
