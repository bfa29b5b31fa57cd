public import LVSCareModel

/// Why an update or a snapshot was refused.
@nonexhaustive
public enum BalancerError: Error, Hashable, Sendable {
    /// The load balancer has ended.
    case ended
    /// This stays as it is as long as the service is there. Nothing else that was asked for along with it was changed either.
    case cannotChange(FixedPart)
    /// The kernel refused to be looked at or its interfaces cannot be opened, another process has one of the services, or
    /// what is asked for cannot be had. Nothing was changed.
    case refused(KernelFailure)

    /// A part of a specification that cannot change in place.
    @nonexhaustive
    public enum FixedPart: String, Hashable, Sendable, CaseIterable {
        /// Name of the link of link mode. Another mode in between makes it possible.
        case linkName = "name of the link"
    }
}

extension BalancerError: CustomStringConvertible {
    /// A sentence without its full stop.
    public var description: String {
        switch self {
        case .ended: "the load balancer has ended"
        case .cannotChange(let part):
            "the \(part.rawValue) cannot change while it is in use; clean up and start again with the other one"
        case .refused(let failure): "\(failure)"
        }
    }
}
