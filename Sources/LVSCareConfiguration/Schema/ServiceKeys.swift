import LVSCareModel
import LVSCareSettings

/// What a virtual service has.
enum ServiceKeys {
    static let name = ConfigurationKey(
        "name", .text("up to 100 characters without blanks"), default: .words("its address"),
        "What people call the service, in the log, tables and commands; not what tells it from others.")
    static let virtual = ConfigurationKey(
        "virtual", form: "IP:PORT such as 10.103.97.2:6443 or \"[fd00::2]:6443\", or {fwmark: 7, family: ipv6}",
        isRequired: true,
        """
        What clients connect to; port 0 is any port, and needs persistence. A firewall mark stands for all packets to which \
        netfilter gave it, of one address family: ipv4 (the default) or ipv6.
        """)
    static let firewallMark = ConfigurationKey(
        "fwmark", .number(1...Int(UInt32.max), "a firewall mark"), isRequired: true,
        "Mark that netfilter gives the packets.")
    static let family = ConfigurationKey(
        "family", .choice(["ipv4", "ipv6"], ignoresCase: false), default: .text("ipv4"),
        "Address family of the packets.")
    static let transport = ConfigurationKey(
        "protocol", .choice(["tcp", "udp", "sctp"], ignoresCase: false), default: .text("tcp"),
        "Protocol of the packets; a firewall mark has none.")
    static let path = ConfigurationKey(
        "path", form: "route, link, none, {route: …} or {link: …}",
        default: .words("route, but none for a firewall mark"),
        """
        How packets for the VIP arrive: by a route to it, by a dummy link that carries its address, or others see to it. \
        Services of one VIP have one path.
        """)
    static let scheduler = ConfigurationKey("scheduler", as: .scheduler)
    static let schedulerFlags = ConfigurationKey(
        "schedulerFlags", form: "a list of \(SettingKind.alternatives(SchedulerFlag.allCases.map(\.rawValue)))",
        "Options of the scheduler. sh-… is for sh, mh-… for mh.")
    static let forwarding = ConfigurationKey(
        "forwarding", form: "masquerade, direct, tunnel or {tunnel: …}", default: .text("masquerade"),
        """
        How packets get to real servers: with addresses and ports rewritten (NAT), unchanged on the same network, or wrapped. \
        Only a tunnel crosses address families.
        """)
    static let persistence = ConfigurationKey(
        "persistence", form: "a mapping, {} for the usual", default: .words("none"),
        "All connections of a client go to the same real server for some time.")
    static let onePacket = ConfigurationKey(
        "onePacket", .boolean, default: .text("false"), "UDP: every datagram is scheduled for itself.")
    static let whenAllFail = ConfigurationKey(
        "whenAllFail", form: "remove, keep, or {sorry: IP:PORT}", default: .text("remove"),
        """
        When every real server fails: remove them, so that clients are refused; keep those that were healthy until shortly \
        before; or send clients to a sorry server while the quorum is lost.
        """)
    static let sorry = ConfigurationKey(
        "sorry", form: "IP:PORT, or a mapping", isRequired: true, "The server that says sorry.")
    static let quorum = ConfigurationKey(
        "quorum", form: "a mapping",
        "When the service counts as up. Without a sorry server that is told and changes nothing.")
    static let onFailure = ConfigurationKey(
        "onFailure", .choice(ServicePolicy.Failure.allCases.map(\.rawValue), ignoresCase: false),
        default: .text(ServicePolicy().failure.rawValue),
        """
        What becomes of an unhealthy real server: weight 0 at once and removed at its next failing check, weight 0 until it \
        recovers, or removed at once.
        """)
    static let start = ConfigurationKey(
        "start", .choice(ServicePolicy.Start.allCases.map(\.rawValue), ignoresCase: false),
        default: .text(ServicePolicy().start.rawValue),
        "Whether a real server gets connections before its checks have said anything.")
    static let drain = ConfigurationKey("drain", as: .drainTimeout)
    static let repairInterval = ConfigurationKey(
        "repairInterval", as: .repairInterval,
        """
        Longest time from one look at the kernel's table and the path to the next, in which what other programs changed is put \
        right.
        """)
    static let verifyPath = ConfigurationKey(
        "verifyPath", as: .verifyPath,
        """
        With a path: be a client of the virtual service now and then, and warn when it does not answer although its real \
        servers are healthy.
        """)
    static let abortWaiting = ConfigurationKey("abortWaiting", as: .abortWaiting)
    static let checks = ConfigurationKey(
        "checks", form: "a list of names of checks or checks, [] for none",
        """
        Health checks of its real servers, which are healthy without any. Required for a service unless the defaults or all of \
        its real servers have it.
        """)
    static let require = ConfigurationKey(
        "require", form: "all, any or {atLeast: N}", default: .text("all"),
        "How many of the checks have to find a real server healthy.")
    static let realServers = ConfigurationKey(
        "realServers", form: "a list of IP:PORT or mappings, [] for none", isRequired: true,
        "The servers behind the service.")
    static let atLeast = ConfigurationKey(
        "atLeast", .number(1...1000, "a number of checks"), isRequired: true, "How many.")

    /// What the defaults may say of services.
    static let common = [
        path, scheduler, forwarding, onFailure, start, drain, abortWaiting, repairInterval, verifyPath, checks,
        require,
    ]
}

/// An option of a scheduler, by the name that `ipvsadm -b` has for it.
enum SchedulerFlag: String, CaseIterable {
    case sourceHashingFallback = "sh-fallback"
    case sourceHashingPort = "sh-port"
    case maglevFallback = "mh-fallback"
    case maglevPort = "mh-port"
    case first = "flag-1"
    case second = "flag-2"
    case third = "flag-3"

    /// Its bit.
    var flag: ServiceConfiguration.Flags {
        switch self {
        case .sourceHashingFallback: .sourceHashingFallback
        case .sourceHashingPort: .sourceHashingPort
        case .maglevFallback: .maglevFallback
        case .maglevPort: .maglevPort
        case .first: .scheduler1
        case .second: .scheduler2
        case .third: .scheduler3
        }
    }

    /// The only scheduler that has it; `nil` where others may.
    var scheduler: Scheduler? {
        switch self {
        case .sourceHashingFallback, .sourceHashingPort: .sourceHashing
        case .maglevFallback, .maglevPort: .maglevHashing
        case .first, .second, .third: nil
        }
    }
}

extension ConfigurationSchema {
    static let defaults = ConfigurationSchema("Defaults", at: "defaults", CheckKeys.pace + ServiceKeys.common)
    static let service = ConfigurationSchema(
        "Service", at: "services[]",
        [
            ServiceKeys.name, ServiceKeys.virtual, ServiceKeys.transport, ServiceKeys.realServers, ServiceKeys.checks,
            ServiceKeys.require, ServiceKeys.path, ServiceKeys.scheduler, ServiceKeys.schedulerFlags,
            ServiceKeys.forwarding, ServiceKeys.persistence, ServiceKeys.onePacket, ServiceKeys.whenAllFail,
            ServiceKeys.quorum, ServiceKeys.onFailure, ServiceKeys.start, ServiceKeys.drain, ServiceKeys.abortWaiting,
            ServiceKeys.repairInterval, ServiceKeys.verifyPath,
        ])
    static let firewallMark = ConfigurationSchema(
        "Firewall mark", at: "services[].virtual", [ServiceKeys.firewallMark, ServiceKeys.family])
    static let atLeast = ConfigurationSchema("Requirement", at: "services[].require", [ServiceKeys.atLeast])
    static let sorry = ConfigurationSchema("When all fail", at: "services[].whenAllFail", [ServiceKeys.sorry])
}
