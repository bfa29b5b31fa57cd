import Director
import Netlink
import RouteNetlink
import SystemPackage

extension KernelFailure {
    /// A refusal of the routing tables in the engine's words.
    init(_ error: RouteNetlinkError) {
        let remedy =
            if error.notPermitted {
                "run as root or with the capability CAP_NET_ADMIN"
            } else if error.networkUnreachable, error.operation != .lookUp {
                "the gateway must be in a network that this node is attached to; without --ip none is needed"
            } else if error.notSupported, error.operation == .add, error.object.hasSuffix("type dummy") {
                "load the module on the node: modprobe dummy"
            } else {
                ""
            }
        self.init(
            operation: error.operation.rawValue, object: error.object, code: error.errno?.rawValue ?? 0,
            message: "\(error.underlying)", remedy: remedy, kind: error.notPermitted ? .notPermitted : .other)
    }
}
