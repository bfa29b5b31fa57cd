import Addressing
import Director
import Glibc
import LVSCareModel
import RouteNetlink

/// The network of this namespace, over netlink and `/proc/sys`: it reads and writes what `PathPlanner` decides.
final class LinuxNetwork: NodeNetwork {
    let routes: RouteNetlinkClient
    /// Whether nothing is written: each step says what it would change.
    private let isDry: Bool
    private let tables: NodeTables
    /// The parts of the path for which nf_tables was needed and is not there.
    private var lacking: Set<PathStep.Part> = []
    private(set) var isSilenced = false
    private let settings: NodeSettings
    /// The virtual services with the same VIP that other processes look after.
    private let sharing: () -> [VirtualService]

    /// The network as `routes` reaches it; `settings` and `tables` are those of all paths.
    init(
        through routes: RouteNetlinkClient, settings: NodeSettings = NodeSettings(), tables: NodeTables = NodeTables(),
        isDry: Bool = false,
        sharing: @escaping () -> [VirtualService] = { [] }
    ) {
        self.routes = routes
        self.settings = settings
        self.sharing = sharing
        self.isDry = isDry
        self.tables = tables
    }

    deinit { tables.forget(ObjectIdentifier(self)) }

    var lacksPacketFilter: Bool { !lacking.isEmpty }

    // MARK: Reading

    func ways(to addresses: [IPAddress]) -> [IPAddress: Route] {
        let found = (try? routes.routes(to: addresses)) ?? []
        return zip(addresses, found).reduce(into: [:]) { ways, pair in ways[pair.0] = pair.1 }
    }

    func link(named name: String) throws(KernelFailure) -> ObservedLink? {
        try attempt { () throws(RouteNetlinkError) in
            guard let link = try routes.link(named: name) else { return nil }
            return ObservedLink(link, try routes.addresses(of: link.index).filter(\.isGiven))
        }
    }

    func setting(_ name: String) -> Result<String, UnreadableSetting> {
        settings.read(name)
    }

    func gateways(_ family: IPAddress.Family) -> Set<IPAddress> {
        let found = (try? routes.routes(.defaultRoutes(family))) ?? []
        return Set(found.flatMap(\.hops).compactMap(\.gateway))
    }

    func survey(of vip: IPAddress) throws(KernelFailure) -> PathSurvey {
        var survey = PathSurvey(sharing: sharing())
        try attempt { () throws(RouteNetlinkError) in
            survey.routes = try routes.routes(RouteFilter(destination: CIDR(host: vip)))
            let addresses = try routes.addresses().filter(\.isGiven)
            survey.links = try routes.links().map { link in
                ObservedLink(link, addresses.filter { $0.link == link.index })
            }
        }
        let attached = survey.attached(to: vip)
        survey.answersForOthers = Set(attached.filter(\.answersForOthers).map(\.link.index))
        survey.holders = attached.flatMap { holders(of: vip, on: $0.link) }
        return survey
    }

    /// The hosts on `link` that this node knows by the address `vip`.
    private func holders(of vip: IPAddress, on link: Link) -> [String] {
        let neighbours = (try? routes.neighbours(of: link.index, family: vip.family)) ?? []
        return neighbours.filter { neighbour in
            neighbour.address == vip && !neighbour.state.isDisjoint(with: .valid)
                && !neighbour.linkLayerAddress.isEmpty
        }
        .map { "\($0.linkLayerText) on \(link.name)" }
    }

    // MARK: Writing

    func apply(_ step: PathStep) -> PathStepOutcome {
        switch step {
        case .masquerade, .stopMasquerading, .silenceResolution, .answerResolution:
            if case .answerResolution = step { isSilenced = false }
            return tables.note(step, for: ObjectIdentifier(self)) ? .pending : .done(nil)
        case .set(let setting, let found) where !isDry:
            return set(setting, found, step)
        default:
            if isDry { return .done(change(by: step)) }
            do throws(RouteNetlinkError) { return .done(try carryOut(step)) } catch {
                return .failed(KernelFailure(error))
            }
        }
    }

    func outcome(of step: PathStep) -> PathStepOutcome {
        let outcome = tables.outcome(of: step)
        if case .lacking = outcome { lacking.insert(step.part) } else { lacking.remove(step.part) }
        guard case .silenceResolution = step else { return outcome }
        // The limitation is the planner's, which knows the link.
        if case .lacking = outcome { return .done(nil) }
        isSilenced = true
        return outcome
    }

    private func set(_ setting: BalancerSetting, _ found: String, _ step: PathStep) -> PathStepOutcome {
        do throws(SysctlError) {
            try settings.write(setting.value, to: setting.name)
            return .done(change(by: step))
        } catch {
            // The balancer works without it, so it is no failure. `EROFS` is usual in containers.
            return .lacking(setting.limitation(because: "found \(found), cannot set it: \(error.message)"))
        }
    }

    private func attempt<Value>(
        _ body: () throws(RouteNetlinkError) -> Value
    ) throws(KernelFailure) -> Value {
        do throws(RouteNetlinkError) { return try body() } catch { throw KernelFailure(error) }
    }
}

extension InterfaceAddress {
    /// Whether somebody gave it to its link; IPv6 makes one by itself (`fe80::/10`).
    fileprivate var isGiven: Bool { local.address.family == .ipv4 || !local.address.isLinkLocal }
}

extension ObservedLink {
    /// Whether this node answers address resolution on this link for addresses that the link does not have.
    ///
    /// The larger of the link's own setting and the one for all links counts (`ip-sysctl.rst`, `arp_ignore`).
    fileprivate var answersForOthers: Bool {
        ["all", link.name].allSatisfy { name in
            (try? Sysctl(name: "net.ipv4.conf.\(name).arp_ignore").read()).flatMap(Int.init) ?? 0 == 0
        }
    }
}
