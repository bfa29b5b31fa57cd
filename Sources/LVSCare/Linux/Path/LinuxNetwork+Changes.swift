import Addressing
import Director
import Glibc
import LVSCareModel
import Netlink
import RouteNetlink

/// Changes of links, addresses and routes.
extension LinuxNetwork {
    /// What a step about routes, links or settings changes, in the words of shell commands; `nil` for what is not worth a word, and
    /// for tables.
    func change(by step: PathStep) -> PathChange? {
        switch step {
        case .addRoute(let route, let found):
            PathChange(.added, "route \(routes.text(of: route))", found: found.map(routes.text) ?? "")
        case .replaceRoute(let before, let route):
            PathChange(.added, "route \(routes.text(of: route))", found: routes.text(of: before))
        case .deleteRoute(let route): PathChange(.removed, "route \(routes.text(of: route))")
        case .addLink(let name): PathChange(.added, "link \(name) type \(VIPLinkMark.kind)")
        case .setLink(let name, let isUp):
            PathChange(.set, "link \(name) \(isUp ? "up" : "down")", found: "link \(name) \(isUp ? "down" : "up")")
        case .deleteLink(let name): PathChange(.removed, "link \(name) type \(VIPLinkMark.kind)")
        case .addAddress(let address, let link): PathChange(.added, "address \(CIDR(host: address)) dev \(link)")
        case .deleteAddress(let address, let link):
            PathChange(.removed, "address \(CIDR(host: address)) dev \(link)")
        case .set(let setting, let found):
            PathChange(.set, "\(setting.name)=\(setting.value)", found: "\(setting.name)=\(found)")
        case .yieldRoute, .markLink, .masquerade, .stopMasquerading, .silenceResolution, .answerResolution: nil
        }
    }

    /// Carries out a step about routes or links, and says what it changed; `nil` when it was so already.
    func carryOut(_ step: PathStep) throws(RouteNetlinkError) -> PathChange? {
        try isDone(step) ? change(by: step) : nil
    }

    /// Carries out a step, and says whether that changed anything.
    private func isDone(_ step: PathStep) throws(RouteNetlinkError) -> Bool {
        switch step {
        case .addRoute(let route, _): try routes.prepend(route)
        case .replaceRoute(_, let route): try routes.replace(route)
        case .deleteRoute(let route), .yieldRoute(let route):
            return try isRemoved { () throws(RouteNetlinkError) in try routes.delete(route) }
        case .addLink(let name): return try addLink(named: name)
        case .markLink(let name, let isOurs):
            try routes.setLink(at: try index(of: name), alias: isOurs ? VIPLinkMark.alias : "")
        case .setLink(let name, let isUp): try routes.setLink(at: try index(of: name), up: isUp)
        case .deleteLink(let name):
            guard let link = try routes.link(named: name) else { return false }
            return try isRemoved { () throws(RouteNetlinkError) in try routes.deleteLink(at: link.index) }
        case .addAddress(let address, let link): return try add(address, to: link)
        case .deleteAddress(let address, let name):
            guard let link = try routes.link(named: name) else { return false }
            return try isRemoved { () throws(RouteNetlinkError) in
                try routes.delete(InterfaceAddress(link: link.index, local: CIDR(host: address)))
            }
        case .set, .masquerade, .stopMasquerading, .silenceResolution, .answerResolution: return false
        }
        return true
    }

    private func isRemoved(_ remove: () throws(RouteNetlinkError) -> Void) throws(RouteNetlinkError) -> Bool {
        do throws(RouteNetlinkError) {
            try remove()
            return true
        } catch {
            // Gone in the meantime is as good as deleted.
            guard error.notFound else { throw error }
            return false
        }
    }

    private func index(of name: String) throws(RouteNetlinkError) -> LinkIndex {
        // Gone again already.
        guard let link = try routes.link(named: name) else {
            throw RouteNetlinkError(.lookUp, "link \(name)", underlying: .noReply)
        }
        return link.index
    }

    // MARK: Links and addresses

    private func addLink(named name: String) throws(RouteNetlinkError) -> Bool {
        do throws(RouteNetlinkError) { try routes.addDummyLink(named: name) } catch {
            // Another virtual service that shares the link was faster.
            guard error.alreadyExists else { throw error }
            return false
        }
        let index = try index(of: name)
        try routes.setLink(at: index, alias: VIPLinkMark.alias)
        try routes.setLink(at: index, up: true)
        return true
    }

    private func add(_ vip: IPAddress, to name: String) throws(RouteNetlinkError) -> Bool {
        let address = InterfaceAddress(
            // Without the route into the link that IPv6 makes along with an address. Whenever the local route is missing,
            // it would swallow packets for the VIP instead of having them refused, and a masqueraded connection whose
            // packets leave by another link than before is forgotten by the kernel.
            link: try index(of: name), local: CIDR(host: vip),
            flags: [.withoutDuplicateDetection, .withoutPrefixRoute], protocol: .lvscare)
        do throws(RouteNetlinkError) { try routes.add(address) } catch {
            // Added in the meantime, or there with another prefix length, which serves as well (IPv6).
            guard error.alreadyExists else { throw error }
            return false
        }
        try yieldSoon(to: address)
        return true
    }

    /// Takes away the kernel's entry for an IPv6 address that was just added.
    ///
    /// IPv6 puts the entries that it makes along with addresses before all others, and makes them a moment later, when its
    /// work queue gets to it. A client that connects in between would have the VIP as its source. If it takes longer, the
    /// kernel's notice starts the next pass.
    private func yieldSoon(to address: InterfaceAddress) throws(RouteNetlinkError) {
        guard address.local.address.family == .ipv6 else { return }
        let filter = RouteFilter(table: .local, destination: address.local)
        for _ in 0..<Self.yieldAttempts {
            let entries = try routes.routes(filter).filter {
                $0.type == .local && $0.protocol == .kernel && $0.outputInterface == address.link
            }
            for entry in entries { _ = try isRemoved { () throws(RouteNetlinkError) in try routes.delete(entry) } }
            if !entries.isEmpty { return }
            usleep(1_000)
        }
    }

    /// Attempts to find that entry, a millisecond apart.
    private static let yieldAttempts = 20
}
