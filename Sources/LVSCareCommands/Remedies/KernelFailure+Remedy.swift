import LVSCareModel

extension KernelFailure {
    /// What to do about it, in words that may name settings; empty when there is nothing particular to say.
    var advice: String { hint?.remedy ?? remedy }

    /// The whole of it on one line: `cannot add route …: Operation not permitted (errno 1); run as root …`.
    var sentence: String { hint.map { "\(self); \($0.remedy)" } ?? "\(self)" }
}

extension KernelFailure.Hint {
    /// What to do about it, in words that may name settings.
    var remedy: String {
        switch self {
        case .needsNetworkAdministrator: "run as root or with the capability CAP_NET_ADMIN"
        case .gatewayUnattached:
            "the gateway must be in a network that this node is attached to; without one named, none is needed"
        case .needsDummyModule: "load the module on the node: modprobe dummy"
        case .ipv6SwitchedOff:
            "switch IPv6 on (sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0), or choose an "
                + "IPv4 address as VIP"
        case .ipv6Missing: "start the kernel without ipv6.disable=1, or choose an IPv4 address as VIP"
        case .needsSource:
            "check the node's addresses and routes, or name one of its addresses (--ip, in a file \"address\" of the route)"
        case .needsAnotherLink: "name another one (--iface, in a file \"interface\" of the link)"
        case .otherWouldUndo: "stop it first: each would undo what the other does"
        case .unclaimed: "see to it that no other process does the same"
        }
    }
}
