/// Something that happens to the kernel's state, to a daemon or to a real server behind the daemons' back.
public enum Disturbance: Hashable, Sendable {
    /// Another program deletes the virtual service.
    case serviceDeleted(VIP)
    /// Another program flushes the whole table, as kube-proxy does when it starts.
    case tableFlushed
    /// Another program gives the service this scheduler.
    case schedulerChanged(VIP, to: String)
    /// Another program makes the service persistent.
    case persistenceSet(VIP)
    /// Another program deletes a real server.
    case realServerDeleted(VIP, Site)
    /// Another program gives a real server this weight.
    case realServerReweighted(VIP, Site, to: UInt32)
    /// Another program adds a real server; whether somebody answers there.
    case undeclaredAdded(VIP, answers: Bool)
    /// Another program deletes the route.
    case routeDeleted(VIP)
    /// Another program replaces the route by one with another source.
    case routeReplaced(VIP)
    /// Another program deletes the route that the kernel makes for the VIP's address in IPv4.
    case kernelRouteDeleted
    /// Another program sets the link down.
    case linkDown
    /// Another program sets the link down and up again.
    case linkReset
    /// Another program deletes the link.
    case linkDeleted
    /// Another program takes the VIP from the link.
    case addressRemoved(VIP)
    /// Another program deletes the table of nf_tables.
    case rulesDeleted(VIP)
    /// Another program replaces all rules of nf_tables by its own.
    case rulesetFlushed
    /// Another program adds a rule to our table.
    case ruleAdded(VIP)
    /// Another program removes the rule that masquerades.
    case ruleRemoved(VIP)
    /// Another program sets this setting to 0.
    case settingRewritten(String)
    /// The daemon dies of SIGKILL and is started again after a while.
    case daemonKilled(VIP, away: Duration)
    /// The daemon is told to end and started again after a while.
    case daemonTerminated(VIP, away: Duration)
    /// The daemon is stopped (SIGSTOP) and goes on after a while.
    case daemonStopped(VIP, away: Duration)
    /// The daemon gets next to no processor time for a while: other programs want it all, and it is nice.
    case daemonStarved(VIP, away: Duration)
    /// The daemon may open no more files and sockets for a while.
    case descriptorsTaken(VIP, away: Duration)
    /// A real server dies with its connections and is started again.
    case serverKilled(VIP, Site, away: Duration)
    /// A real server accepts and never answers, for a while.
    case serverHung(VIP, Site, away: Duration)
    /// A real server takes no new connections for a while, and serves those that it has.
    case serverClosed(VIP, Site, away: Duration)
    /// Other services, routes and links come, and go again after a while.
    case foreignBurst(count: Int, away: Duration)
    /// The daemon's configuration file asks for other services beside the one that is watched, for a while.
    case fileChanged(VIP, away: Duration)

    /// The cases without their parameters, which is what a plan deals out evenly.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case serviceDeleted = "service deleted"
        case tableFlushed = "table flushed"
        case schedulerChanged = "scheduler changed"
        case persistenceSet = "persistence set"
        case realServerDeleted = "real server deleted"
        case realServerReweighted = "real server re-weighted"
        case undeclaredAdded = "undeclared real server added"
        case routeDeleted = "route deleted"
        case routeReplaced = "route replaced"
        case kernelRouteDeleted = "kernel's route deleted"
        case linkDown = "link down"
        case linkReset = "link down and up"
        case linkDeleted = "link deleted"
        case addressRemoved = "address removed"
        case rulesDeleted = "rules deleted"
        case rulesetFlushed = "ruleset flushed"
        case ruleAdded = "rule added"
        case ruleRemoved = "rule removed"
        case settingRewritten = "setting rewritten"
        case daemonKilled = "daemon killed"
        case daemonTerminated = "daemon terminated"
        case daemonStopped = "daemon stopped"
        case daemonStarved = "daemon starved"
        case descriptorsTaken = "descriptors taken"
        case serverKilled = "server killed"
        case serverHung = "server hung"
        case serverClosed = "server closed"
        case foreignBurst = "foreign burst"
        case fileChanged = "file changed"
    }

    /// What kind of disturbance it is.
    public var kind: Kind {
        switch self {
        case .serviceDeleted: .serviceDeleted
        case .tableFlushed: .tableFlushed
        case .schedulerChanged: .schedulerChanged
        case .persistenceSet: .persistenceSet
        case .realServerDeleted: .realServerDeleted
        case .realServerReweighted: .realServerReweighted
        case .undeclaredAdded: .undeclaredAdded
        case .routeDeleted: .routeDeleted
        case .routeReplaced: .routeReplaced
        case .kernelRouteDeleted: .kernelRouteDeleted
        case .linkDown: .linkDown
        case .linkReset: .linkReset
        case .linkDeleted: .linkDeleted
        case .addressRemoved: .addressRemoved
        case .rulesDeleted: .rulesDeleted
        case .rulesetFlushed: .rulesetFlushed
        case .ruleAdded: .ruleAdded
        case .ruleRemoved: .ruleRemoved
        case .settingRewritten: .settingRewritten
        case .daemonKilled: .daemonKilled
        case .daemonTerminated: .daemonTerminated
        case .daemonStopped: .daemonStopped
        case .daemonStarved: .daemonStarved
        case .descriptorsTaken: .descriptorsTaken
        case .serverKilled: .serverKilled
        case .serverHung: .serverHung
        case .serverClosed: .serverClosed
        case .foreignBurst: .foreignBurst
        case .fileChanged: .fileChanged
        }
    }

    /// How long it lasts; `nil` for what is done in one moment.
    public var away: Duration? {
        switch self {
        case .daemonKilled(_, let away), .daemonTerminated(_, let away), .daemonStopped(_, let away),
            .daemonStarved(_, let away), .descriptorsTaken(_, let away), .serverKilled(_, _, let away),
            .serverHung(_, _, let away), .serverClosed(_, _, let away), .foreignBurst(_, let away),
            .fileChanged(_, let away):
            away
        default: nil
        }
    }

    /// What it changes in the kernel at once; outages of real servers change it through the daemon only.
    var touched: [Element] {
        switch self {
        case .serviceDeleted(let vip): Element.table(of: vip)
        case .tableFlushed: VIP.allCases.flatMap(Element.table(of:))
        case .schedulerChanged(let vip, _), .persistenceSet(let vip): [.service(vip)]
        case .realServerDeleted(let vip, let site), .realServerReweighted(let vip, let site, _):
            [.realServer(vip, site)]
        case .undeclaredAdded(let vip, _): [.undeclared(vip)]
        case .routeDeleted(let vip), .routeReplaced(let vip): [.fact(.route(vip)), .fact(.ownRoutes(vip))]
        case .settingRewritten(let name): [.fact(.setting(name))]
        case .linkDown, .linkReset, .linkDeleted: [.fact(.link)] + VIP.allCases.flatMap(Self.onLink)
        case .addressRemoved(let vip): Self.onLink(vip)
        case .rulesDeleted(let vip), .ruleAdded(let vip), .ruleRemoved(let vip): [.fact(.rules(vip))]
        case .rulesetFlushed: VIP.allCases.map { .fact(.rules($0)) }
        case .kernelRouteDeleted, .daemonKilled, .daemonTerminated, .daemonStopped, .daemonStarved, .descriptorsTaken,
            .serverKilled, .serverHung, .serverClosed, .foreignBurst, .fileChanged:
            []
        }
    }

    private static func onLink(_ vip: VIP) -> [Element] {
        [.fact(.address(vip)), .fact(.route(vip)), .fact(.ownRoutes(vip))]
    }

    /// Whether it keeps clients from connecting to this element's service until it is repaired.
    func turnsAway(from element: Element) -> Bool {
        switch self {
        case .serviceDeleted, .tableFlushed, .routeDeleted, .routeReplaced, .undeclaredAdded: true
        // The kernel's route for a new address leads for a moment.
        case .linkDown, .linkReset, .linkDeleted, .addressRemoved: element.vip == .ipv6
        default: false
        }
    }

    /// The daemon that cannot look after anything, and whether a new one takes its place.
    var absence: (vip: VIP, restarts: Bool)? {
        switch self {
        case .daemonKilled(let vip, _), .daemonTerminated(let vip, _): (vip, true)
        case .daemonStopped(let vip, _), .daemonStarved(let vip, _), .descriptorsTaken(let vip, _): (vip, false)
        default: nil
        }
    }

    /// The real server that is away, and whether its clients hang.
    var outage: (vip: VIP, site: Site, hangs: Bool)? {
        switch self {
        case .serverKilled(let vip, let site, _), .serverClosed(let vip, let site, _): (vip, site, false)
        case .serverHung(let vip, let site, _): (vip, site, true)
        default: nil
        }
    }
}

extension Disturbance: CustomStringConvertible {
    /// The kind and its parameters.
    public var description: String {
        let what: String =
            switch self {
            case .serviceDeleted(let vip), .persistenceSet(let vip), .routeDeleted(let vip), .routeReplaced(let vip),
                .addressRemoved(let vip), .rulesDeleted(let vip), .ruleAdded(let vip), .ruleRemoved(let vip),
                .daemonKilled(let vip, _), .daemonTerminated(let vip, _), .daemonStopped(let vip, _),
                .daemonStarved(let vip, _), .descriptorsTaken(let vip, _), .fileChanged(let vip, _):
                " (\(vip))"
            case .settingRewritten(let name): " (\(name))"
            case .schedulerChanged(let vip, let scheduler): " (\(vip)) to \(scheduler)"
            case .realServerDeleted(let vip, let site), .serverKilled(let vip, let site, _),
                .serverHung(let vip, let site, _), .serverClosed(let vip, let site, _):
                " (\(vip), \(site))"
            case .realServerReweighted(let vip, let site, let weight): " (\(vip), \(site)) to \(weight)"
            case .undeclaredAdded(let vip, let answers): " (\(vip)) that \(answers ? "answers" : "refuses")"
            case .foreignBurst(let count, _): " of \(count)"
            case .tableFlushed, .kernelRouteDeleted, .linkDown, .linkReset, .linkDeleted, .rulesetFlushed: ""
            }
        return kind.rawValue + what + (away.map { " for \($0.milliseconds) ms" } ?? "")
    }
}

extension Duration {
    /// In whole milliseconds.
    public var milliseconds: Int { Int(self / .milliseconds(1)) }
}
