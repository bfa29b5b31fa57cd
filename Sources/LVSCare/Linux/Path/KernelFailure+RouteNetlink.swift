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
            } else if error.lacksIPv6 {
                "switch IPv6 on (sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0), or choose "
                    + "an IPv4 address for the VIP"
            } else if error.notSupported {
                "start the kernel without ipv6.disable=1, or choose an IPv4 address for the VIP"
            } else {
                ""
            }
        self.init(
            operation: error.operation.rawValue, object: error.object, code: error.errno?.rawValue ?? 0,
            message: "\(error.underlying)", remedy: remedy, kind: error.notPermitted ? .notPermitted : .other)
    }
}

extension RouteNetlinkError {
    /// `EACCES`: IPv6 is switched off on the link, `net.ipv6.conf.LINK.disable_ipv6`.
    fileprivate var lacksIPv6: Bool { errno == .permissionDenied && operation == .add }
}
