public import LVSCareModel

/// Why a virtual service that is looked after is not looked after otherwise, or not looked at.
public enum CareError: Error, Hashable, Sendable {
    /// The care has ended.
    case ended
    /// This stays as it is as long as the care lasts. Nothing else that was asked for along with it was changed either.
    case cannotChange(FixedPart)
    /// The kernel refused to be looked at, or its interfaces cannot be opened.
    case refused(KernelFailure)

    /// What of a specification cannot change while it is cared for.
    public enum FixedPart: String, Hashable, Sendable, CaseIterable {
        /// Address and port of the virtual service.
        case virtualService = "virtual service"
        /// Name of the link of link mode. Another mode in between makes it possible.
        case linkName = "name of the link"
    }
}

extension CareError: CustomStringConvertible {
    /// A sentence without its full stop.
    public var description: String {
        switch self {
        case .ended: "the care of this virtual service has ended"
        case .cannotChange(let part):
            "the \(part.rawValue) cannot change while it is in use; clean up and start again with the other one"
        case .refused(let failure): "\(failure)"
        }
    }
}
