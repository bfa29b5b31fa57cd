import LVSCareModel
import LVSCareSettings

/// The path to the VIP.
enum PathKeys {
    static let route = ConfigurationKey("route", form: "a mapping", "A route to the VIP.")
    static let link = ConfigurationKey(
        "link", form: "a mapping", "A dummy link that carries the VIP, and masquerading.")
    static let address = ConfigurationKey(
        "address", .text("an address of this node or of a gateway"),
        default: .words(
            """
            LVSCARE_NODE_IP, else lvscare.node.ip in /etc/hosts, of the family of the VIP and as far as this node has that \
            address, else what the kernel uses towards the real servers
            """),
        "The address of this node that local clients use as their source, or a gateway.")
    static let interface = ConfigurationKey("interface", as: .interface, "Name of the dummy link.")
    static let masqueradeBit = ConfigurationKey(
        "masqueradeBit", as: .masqueradeBit, "The bit of the packet mark that marks connections to masquerade.")
}

/// How packets are wrapped.
enum TunnelKeys {
    static let tunnel = ConfigurationKey("tunnel", form: "a mapping", "Packets to real servers are wrapped.")
    static let type = ConfigurationKey(
        "type", .choice(["ipip", "gue", "gre"], ignoresCase: false), default: .text("ipip"),
        "IP in IP, generic UDP encapsulation, or generic routing encapsulation.")
    static let port = ConfigurationKey(
        "port", .number(1...65_535, "a UDP port"),
        "The UDP port on which real servers unwrap. gue needs it, others have none.")
    static let checksum = ConfigurationKey(
        "checksum", .choice(["none", "full", "remote"], ignoresCase: false), default: .text("none"),
        "Checksum of the wrapping: full for gue and gre, remote (left to the receiver) for gue.")
}

/// For how long, and for which clients together, the choice of a real server holds.
enum PersistenceKeys {
    static let timeout = ConfigurationKey(
        "timeout", TimeoutKeys.seconds, default: .text("6m"),
        "How long the choice outlives the client's last connection. Whole seconds.")
    static let mask = ConfigurationKey(
        "mask", .text("a prefix length such as 24, or for IPv4 a mask such as 255.255.255.0"),
        default: .words("the whole address"), "Clients that agree in this part of their address count as one.")
    static let engine = ConfigurationKey(
        "engine", .proposed(["sip"], "at most 15 of a-z, 0-9, _ and -, usually sip"),
        "Name of the kernel's module that finds what belongs together in the packets' content.")
}

/// When a service counts as up.
enum QuorumKeys {
    static let weight = ConfigurationKey(
        "weight", .number(1...Int(Weight.highest.rawValue), "a sum of weights"), default: .text("1"),
        "Sum of the weights of healthy real servers from which on there are enough; more than there are counts as all.")
    static let hysteresis = ConfigurationKey(
        "hysteresis", .number(0...Int(Weight.highest.rawValue), "a difference of weights"), default: .text("0"),
        "By how much the sum has to be above or below that weight for a change; less than the weight.")
}

/// A real server.
enum RealServerKeys {
    static let address = ConfigurationKey(
        "address", .text("IP:PORT such as 192.168.0.2:6443, or an IP address for the port of the service"),
        isRequired: true, "Where it listens; without a port at that of the service.")
    static let weight = ConfigurationKey(
        "weight", .number(0...Int(Weight.highest.rawValue), "a weight"), default: .text("1"),
        "Its share of new connections while it is healthy; 0 for none.")
    static let thresholds = ConfigurationKey(
        "thresholds", form: "a mapping", default: .words("what the kernel has"),
        "Numbers of connections between which the kernel schedules new ones to it.")
    static let checkAddress = ConfigurationKey(
        "checkAddress", .text("IP:PORT such as 192.168.0.2:8080"), default: .words("its address"),
        "What its probes ask in its place.")
    static let forwarding = ConfigurationKey(
        "forwarding", form: ServiceKeys.forwarding.form, default: .words("that of the service"),
        "How packets get to it.")
    static let checks = ConfigurationKey(
        "checks", form: ServiceKeys.checks.form, default: .words("those of the service"), "Its health checks.")
    static let require = ConfigurationKey(
        "require", form: ServiceKeys.require.form, default: .words("that of the service"),
        ServiceKeys.require.help)
}

/// Between which numbers of connections new ones are scheduled.
enum ThresholdKeys {
    static let upper = ConfigurationKey(
        "upper", .number(0...Int(UInt32.max), "a number of connections"), default: .text("0"),
        "Above so many connections it gets no new ones; 0 for no limit.")
    static let lower = ConfigurationKey(
        "lower", .number(0...Int(UInt32.max), "a number of connections"), default: .words("three quarters of upper"),
        "Below so many it gets new ones again; at most upper.")
}

extension ConfigurationSchema {
    static let routePath = ConfigurationSchema("Route", at: "services[].path.route", [PathKeys.address])
    static let linkPath = ConfigurationSchema(
        "Link", at: "services[].path.link", [PathKeys.interface, PathKeys.masqueradeBit])
    static let tunnel = ConfigurationSchema(
        "Tunnel", at: "services[].forwarding.tunnel", [TunnelKeys.type, TunnelKeys.port, TunnelKeys.checksum])
    static let persistence = ConfigurationSchema(
        "Persistence", at: "services[].persistence",
        [PersistenceKeys.timeout, PersistenceKeys.mask, PersistenceKeys.engine])
    static let quorum = ConfigurationSchema(
        "Quorum", at: "services[].quorum", [QuorumKeys.weight, QuorumKeys.hysteresis])
    static let realServer = ConfigurationSchema(
        "Real server", at: "services[].realServers[]",
        [
            RealServerKeys.address, RealServerKeys.weight, RealServerKeys.forwarding, RealServerKeys.thresholds,
            RealServerKeys.checks, RealServerKeys.require, RealServerKeys.checkAddress,
        ])
    static let sorryServer = ConfigurationSchema(
        "Sorry server", at: "services[].whenAllFail.sorry", [RealServerKeys.address, RealServerKeys.forwarding])
    static let thresholds = ConfigurationSchema(
        "Thresholds", at: "services[].realServers[].thresholds", [ThresholdKeys.upper, ThresholdKeys.lower])
}
