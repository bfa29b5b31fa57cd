import LVSCareModel
import Netlink
import RouteNetlink
import SystemPackage

extension KernelFailure {
    /// A refusal of the routing tables in the engine's words.
    init(_ error: RouteNetlinkError) {
        let hint: Hint? =
            switch error.reason {
            case .notPermitted: .needsNetworkAdministrator
            case .networkUnreachable where error.operation != .lookUp: .gatewayUnattached
            case .notSupported where error.operation == .add && error.object.hasSuffix("type dummy"): .needsDummyModule
            case .notSupported: .ipv6Missing
            case .ipv6SwitchedOff: .ipv6SwitchedOff
            default: nil
            }
        self.init(
            operation: error.operation.rawValue, object: error.object, code: error.errno?.rawValue ?? 0,
            message: "\(error.underlying)", hint: hint, kind: error.notPermitted ? .notPermitted : .other)
    }
}
