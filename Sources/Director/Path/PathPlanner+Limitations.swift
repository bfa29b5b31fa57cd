import Addressing
package import LVSCareModel
import RouteNetlink

/// What works for some clients only, and is not this program's to put right.
extension PathPlanner {
    /// The names of the settings that are looked at.
    package var settingsToRead: [String] {
        settings.map(\.name) + (wanted.masqueradeBit == nil ? [] : [forwarding])
    }

    private var forwarding: String {
        wanted.vip.family == .ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
    }

    /// What the node lacks, with `plan` carried out. `lacksPacketFilter`: nf_tables was looked for and is not there.
    package func limitations(
        _ observed: ObservedPath, _ plan: PathPlan, lacksPacketFilter: Bool
    ) -> [Limitation] {
        var found = settings.compactMap { setting -> Limitation? in
            guard case .failure(let error)? = observed.settings[setting.name], !error.isOwnTrouble else { return nil }
            return setting.limitation(because: "cannot read it: \(error.message)")
        }
        if let hint = wanted.hint, let note = hint.note, !isOwn(hint.address, observed), let source = plan.source {
            found.append(outdated(hint.address, note, insteadOf: source))
        }
        if let source = plan.source, !source.isLoopback {
            found += loopbackBesideRemote(source)
            if wanted.masqueradeBit == nil || lacksPacketFilter { found += otherSources(observed, than: source) }
        }
        if wanted.masqueradeBit != nil, !lacksPacketFilter { found += routedClients(observed) }
        if let survey = observed.survey { found += attachedNetwork(survey, lacksPacketFilter: lacksPacketFilter) }
        return found
    }

    /// The links by which clients with `source` have to be masqueraded: this node has another address there.
    func linksWithOtherSources(_ ways: [IPAddress: Route], than source: IPAddress?) -> [LinkIndex] {
        guard let source else { return [] }
        return Set(otherWays(ways, than: source).compactMap(\.way.outputInterface)).sorted {
            $0.rawValue < $1.rawValue
        }
    }

    private func otherWays(
        _ ways: [IPAddress: Route], than source: IPAddress
    ) -> [(address: IPAddress, way: Route)] {
        wanted.remoteAddresses.compactMap { address in
            guard let way = ways[address], way.type != .local, let other = way.preferredSource, other != source
            else { return nil }
            return (address, way)
        }
    }

    /// Whether others' address resolution for the VIP would be answered by this node, and is not to be.
    func isToBeSilenced(_ survey: PathSurvey) -> Bool {
        wanted.vip.family == .ipv4 && !survey.isHeldByOthers(wanted.vip)
            && survey.attached(to: wanted.vip).contains { survey.answersForOthers.contains($0.link.index) }
    }

    // MARK: Sentences

    private func outdated(_ address: IPAddress, _ note: String, insteadOf source: IPAddress) -> Limitation {
        Limitation(
            missing: "\(address), which \(note) names as an address of this node",
            consequence: "it is not used: clients on this node reach the VIP with the source \(source)",
            remedy: "correct the note, or take it away")
    }

    private func otherSources(_ observed: ObservedPath, than source: IPAddress) -> [Limitation] {
        let ways = otherWays(observed.ways, than: source)
        guard let other = ways.first?.way.preferredSource else { return [] }
        let addresses = ways.filter { $0.way.preferredSource == other }.map { "\($0.address)" }
        let name = ways.first?.way.outputInterface.flatMap { observed.survey?.name(of: $0) }
        let link = name.map { " on \($0)" } ?? ""
        return [
            Limitation(
                missing: "one source address that suits all real servers",
                consequence:
                    "clients on this node reach \(addresses.joined(separator: ", ")) with the source \(source), "
                    + "although this node's own address there is \(other)\(link): they hang unless answers to \(source) "
                    + "find back",
                remedy: "give those real servers a route to \(source), or use the mode link, which masquerades")
        ]
    }

    private func loopbackBesideRemote(_ source: IPAddress) -> [Limitation] {
        let realServers = wanted.realServers.filter { $0.endpoint.address.isLoopback }
        guard !realServers.isEmpty else { return [] }
        return [
            Limitation(
                missing: "a way to \(realServers.list) that every packet filter allows",
                consequence: "clients on this node come from \(source), because there are real servers elsewhere, and "
                    + "a kubelet's packet filter (KUBE-FIREWALL) drops what comes from there to a loopback address",
                remedy: "declare those real servers with an address of this node")
        ]
    }

    private func routedClients(_ observed: ObservedPath) -> [Limitation] {
        var found: [Limitation] = []
        if observed.settings[forwarding] == .success("0") {
            found.append(
                Limitation(
                    missing: "\(forwarding)=1 (found 0)",
                    consequence:
                        "answers of remote real servers do not get back to clients that are routed through this node",
                    remedy: "if there are such clients, set it on the node: sysctl -w \(forwarding)=1"))
        }
        if let loopback = wanted.realServers.first(where: { $0.endpoint.address.isLoopback }) {
            found.append(
                Limitation(
                    missing: "a way to \(loopback) for clients from elsewhere",
                    consequence: "the kernel balances no client that is routed through this node to a loopback address",
                    remedy: "if there are such clients, declare it with an address of this node"))
        }
        return found
    }

    private func attachedNetwork(_ survey: PathSurvey, lacksPacketFilter: Bool) -> [Limitation] {
        let vip = wanted.vip
        let links = survey.attached(to: vip)
        guard let link = links.first?.link.name, !survey.isHeldByOthers(vip) else { return [] }
        var found: [Limitation] = []
        if let holder = survey.holders.first {
            found.append(
                Limitation(
                    missing: "a VIP that nobody else has: \(holder) answers for \(vip)",
                    consequence: "this node does not reach that host any more, on any port",
                    remedy: "choose a VIP outside the networks of the node"))
        }
        if isToBeSilenced(survey), lacksPacketFilter {
            found.append(
                Limitation(
                    missing: "nf_tables in this kernel, to keep the node from answering ARP for \(vip) on \(link)",
                    consequence: "hosts of that network take this node for the holder of \(vip)",
                    remedy: "choose a VIP outside the networks of the node, or set net.ipv4.conf.all.arp_ignore=1"))
        }
        return found
    }
}

extension [RealServer] {
    fileprivate var list: String { map(\.description).joined(separator: ", ") }
}
