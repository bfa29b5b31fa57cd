import Director
import Netlink
import RouteNetlink
import SystemPackage

extension KernelFailure {
    /// A refusal of the routing tables in the engine's words.
    init(_ error: RouteNetlinkError) {
        let hint: Hint? =
            if error.notPermitted {
                .needsNetworkAdministrator
            } else if error.networkUnreachable, error.operation != .lookUp {
                .gatewayUnattached
            } else if error.notSupported, error.operation == .add, error.object.hasSuffix("type dummy") {
                .needsDummyModule
            } else if error.lacksIPv6 {
                .ipv6SwitchedOff
            } else if error.notSupported {
                .ipv6Missing
            } else {
                nil
            }
        self.init(
            operation: error.operation.rawValue, object: error.object, code: error.errno?.rawValue ?? 0,
            message: "\(error.underlying)", hint: hint, kind: error.notPermitted ? .notPermitted : .other)
    }
}

extension RouteNetlinkError {
    /// `EACCES`: IPv6 is switched off on the link, `net.ipv6.conf.LINK.disable_ipv6`.
    fileprivate var lacksIPv6: Bool { errno == .permissionDenied && operation == .add }
}
