package import Addressing
package import Director
package import LVSCareModel
package import RouteNetlink

/// A node's network in memory, which looks up routes as the kernel does.
package final class InMemoryNetwork: NodeNetwork {
    /// Links with their addresses; `lo` is always there.
    package var links: [ObservedLink] = []
    /// Routes that somebody added, those of one destination in the order in which they count.
    package var routes: [Route] = []
    /// Settings of the kernel.
    package var settings: [String: String] = [:]
    /// Names of settings that nobody may write.
    package var readOnly: Set<String> = []
    /// Other virtual services with the same VIP.
    package var sharing: [VirtualService] = []
    /// Hosts that have answered for the VIP.
    package var holders: [String] = []
    /// Whether there is nf_tables.
    package var hasPacketFilter = true
    /// Whether nothing can be opened that would tell a setting.
    package var lacksDescriptors = false
    /// Says what is wrong with a step; `nil` lets it succeed.
    package var objection: (PathStep) -> KernelFailure? = { _ in nil }
    /// What is masqueraded, by service.
    package private(set) var masqueradings: [VirtualService: Masquerading] = [:]
    package private(set) var isSilenced = false
    package private(set) var lacksPacketFilter = false
    /// The steps that changed something.
    package private(set) var steps: [PathStep] = []
    /// Number of surveys.
    package private(set) var surveys = 0

    /// What is masqueraded of the one service that there is; `nil` for nothing.
    package var masquerading: Masquerading? { masqueradings.values.first }

    /// A node with nothing but `lo`.
    package init() {}

    /// Adds a link with these addresses, `10.77.0.1/24`.
    package func addLink(_ name: String, kind: String? = "veth", _ addresses: [CIDR]) {
        let index = LinkIndex(rawValue: UInt32(links.count + 2))
        links.append(
            ObservedLink(
                Link(index: index, name: name, kind: kind, flags: .up),
                addresses.map { InterfaceAddress(link: index, local: $0) }))
    }

    // MARK: Reading

    package func ways(to addresses: [IPAddress]) -> [IPAddress: Route] {
        addresses.reduce(into: [:]) { $0[$1] = lookUp($1) }
    }

    package func link(named name: String) -> ObservedLink? { links.first { $0.link.name == name } }

    package func setting(_ name: String) -> Result<String, UnreadableSetting> {
        if lacksDescriptors {
            return .failure(UnreadableSetting(message: "Too many open files", isOwnTrouble: true))
        }
        return settings[name].map { .success($0) } ?? .failure(UnreadableSetting(message: "No such file or directory"))
    }

    package func gateways(_ family: IPAddress.Family) -> Set<IPAddress> {
        Set(routes.filter { $0.family == family && $0.destination.prefixLength == 0 }.compactMap(\.gateway))
    }

    package func survey(of vip: IPAddress) -> PathSurvey {
        surveys += 1
        return PathSurvey(
            routes: routes.filter { $0.destination == CIDR(host: vip) }, links: links, sharing: sharing,
            holders: holders, answersForOthers: Set(links.map(\.link.index)))
    }

    /// The local table first, where IPv4 takes what was put first and IPv6 the entries of links; then the longest prefix.
    private func lookUp(_ address: IPAddress) -> Route? {
        let host = CIDR(host: address)
        if address.isLoopback {
            return Route(destination: host, type: .local, preferredSource: .loopback(address.family))
        }
        let added = routes.filter { $0.destination == host && $0.table == .local }
        let isOwn = links.contains { link in
            link.addresses.contains { $0.local.address == address && !isYielded($0) }
        }
        let own = isOwn ? [Route(destination: host, table: .local, type: .local, preferredSource: address)] : []
        let local = address.family == .ipv4 ? added + own : own + added
        return local.first ?? routed(address)
    }

    private func routed(_ address: IPAddress) -> Route? {
        let connected = links.flatMap { link in
            link.addresses.filter { $0.local.prefixLength < address.family.bitWidth && $0.local.contains(address) }
        }
        if let near = connected.max(by: { $0.local.prefixLength < $1.local.prefixLength }) {
            return Route(
                destination: CIDR(host: address), outputInterface: near.link, preferredSource: near.local.address)
        }
        let candidates = routes.filter { $0.table == .main && $0.destination.contains(address) }
        guard let route = candidates.max(by: { $0.destination.prefixLength < $1.destination.prefixLength }),
            let gateway = route.gateway, let hop = routed(gateway)
        else { return nil }
        return Route(
            destination: CIDR(host: address), outputInterface: hop.outputInterface, gateway: gateway,
            preferredSource: hop.preferredSource)
    }

    /// Whether the entry of an address of ours was taken away, as the adapter does with IPv6.
    private func isYielded(_ address: InterfaceAddress) -> Bool {
        address.local.address.family == .ipv6 && address.protocol == .lvscare
    }

    // MARK: Writing

    package func apply(_ step: PathStep) -> PathStepOutcome {
        if let failure = objection(step) { return .failed(failure) }
        switch step {
        case .masquerade(let wanted):
            let present = masqueradings[wanted.service]
            return filter(step, present == wanted, present == nil ? .added : .replaced) {
                masqueradings[wanted.service] = wanted
            }
        case .stopMasquerading(let service):
            return filter(step, masqueradings[service] == nil, .removed) { masqueradings[service] = nil }
        case .silenceResolution:
            return filter(step, isSilenced, .added) { isSilenced = true }
        case .answerResolution:
            return filter(step, !isSilenced, .removed) { isSilenced = false }
        case .set(let setting, let found):
            guard !readOnly.contains(setting.name) else {
                return .lacking(setting.limitation(because: "found \(found), cannot set it: Read-only file system"))
            }
            settings[setting.name] = setting.value
            return done(step, .set)
        default:
            change(step)
            return done(step, step.isRemoval ? .removed : .added)
        }
    }

    private func filter(
        _ step: PathStep, _ isSo: Bool, _ verb: PathChange.Verb, _ body: () -> Void
    ) -> PathStepOutcome {
        guard hasPacketFilter else {
            if case .masquerade = step {
                lacksPacketFilter = true
                return .lacking(Limitation(missing: "nf_tables", consequence: "", remedy: ""))
            }
            if case .silenceResolution = step { lacksPacketFilter = true }
            return .done(nil)
        }
        guard !isSo else { return .done(nil) }
        body()
        return done(step, verb)
    }

    private func done(_ step: PathStep, _ verb: PathChange.Verb) -> PathStepOutcome {
        steps.append(step)
        return .done(PathChange(verb, "\(step)"))
    }

    private func change(_ step: PathStep) {
        switch step {
        case .addRoute(let route, _): routes.insert(route, at: 0)
        case .replaceRoute(let before, let route):
            routes.removeAll { $0 == before }
            routes.insert(route, at: 0)
        case .deleteRoute(let route), .yieldRoute(let route): routes.removeAll { $0 == route }
        case .addLink(let name):
            addLink(name, kind: VIPLinkMark.kind, [])
            links[links.count - 1].link.alias = VIPLinkMark.alias
        case .deleteLink(let name): links.removeAll { $0.link.name == name }
        case .markLink(let name, let isOurs): edit(name) { $0.link.alias = isOurs ? VIPLinkMark.alias : nil }
        case .setLink(let name, let isUp): edit(name) { $0.link.flags = isUp ? .up : [] }
        case .addAddress(let vip, let name):
            edit(name) {
                $0.addresses.append(
                    InterfaceAddress(link: $0.link.index, local: CIDR(host: vip), protocol: .lvscare))
            }
        case .deleteAddress(let vip, let name):
            edit(name) { $0.addresses.removeAll { $0.local == CIDR(host: vip) } }
        case .set, .masquerade, .stopMasquerading, .silenceResolution, .answerResolution: break
        }
    }

    private func edit(_ name: String, _ body: (inout ObservedLink) -> Void) {
        guard let index = links.firstIndex(where: { $0.link.name == name }) else { return }
        body(&links[index])
    }
}

extension PathStep {
    fileprivate var isRemoval: Bool {
        switch self {
        case .deleteRoute, .deleteLink, .deleteAddress, .yieldRoute: true
        default: false
        }
    }
}
