import LVSCareModel

extension KernelFailure {
    /// What to do about it, in words that may name flags of `lvscare care`; empty when there is nothing particular to say.
    var advice: String { hint?.remedy ?? remedy }

    /// The whole of it on one line: `cannot add route …: Operation not permitted (errno 1); run as root …`.
    var sentence: String { hint.map { "\(self); \($0.remedy)" } ?? "\(self)" }
}

extension KernelFailure.Hint {
    /// What to do about it, in words that may name flags of `lvscare care`.
    var remedy: String {
        switch self {
        case .needsNetworkAdministrator: "run as root or with the capability CAP_NET_ADMIN"
        case .gatewayUnattached:
            "the gateway must be in a network that this node is attached to; without --ip none is needed"
        case .needsDummyModule: "load the module on the node: modprobe dummy"
        case .ipv6SwitchedOff:
            "switch IPv6 on (sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0), or give an IPv4 "
                + "address with --vs"
        case .ipv6Missing: "start the kernel without ipv6.disable=1, or give an IPv4 address with --vs"
        case .needsSource: "check the node's addresses and routes, or name one of its addresses with --ip"
        case .needsAnotherLink: "name another one with --iface"
        case .otherWouldUndo: "stop it first: each would undo what the other does"
        case .unclaimed: "see to it that no other process does the same"
        }
    }
}
