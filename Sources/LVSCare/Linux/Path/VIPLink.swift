import Addressing
import Director
import Glibc
import Netlink
import RouteNetlink

/// The dummy link of link mode and the VIP on it.
///
///     ip link add NAME type dummy && ip link set NAME alias "made by lvscare" up && ip address add VIP/32 dev NAME noprefixroute
///
/// Several virtual services can share a link: each sees to its own address, and the last one that goes takes the link
/// along. The alias marks a link as ours, so that it is found whatever its name. A link that was there before (the
/// original LVScare marks nothing) is taken over when it is a dummy that carries the VIP and nothing but host
/// addresses; any other dummy is somebody else's and is used without being marked. An address that we give to it has a
/// protocol number of ours, which kernels before 5.18 do not keep: there, such an address is found by the link's name.
final class VIPLink: PathPart {
    /// Name of the link unless another is wanted.
    static let usualName = "lvscare"
    /// The alias of our links.
    static let mark = "made by lvscare"
    /// Marks the addresses of this program among all others, with the number that its routes have.
    static let addressProtocol = AddressProtocol(rawValue: VIPRoute.routeProtocol.rawValue)

    private let vip: IPAddress
    private let name: String
    private let routes: RouteNetlinkClient
    private var hasCreatedLink = false
    private var hasCreatedAddress = false
    private var hasTakenOver = false
    private var hasRaised = false

    /// The link of this `name` with `vip`.
    init(_ vip: IPAddress, named name: String, through routes: RouteNetlinkClient) {
        self.vip = vip
        self.name = name
        self.routes = routes
    }

    /// Whether a link of this name carries the VIP.
    func isThere() -> Bool {
        guard let link = try? routes.link(named: name), link.kind == Self.kind else { return false }
        return (try? addresses(of: link).contains { $0.local.address == vip }) == true
    }

    /// Takes away the kernel's entry for the VIP on this link where no route can come ahead of it; returns whether there
    /// was one.
    ///
    /// IPv6 puts the entries that it makes along with addresses before all others. Without it the address is still
    /// there, and packets for it arrive by `VIPRoute`.
    @discardableResult
    func yieldToRoute() throws(RouteNetlinkError) -> Bool {
        guard vip.family == .ipv6, let link = try routes.link(named: name) else { return false }
        var hasYielded = false
        for route in try routes.routes(RouteFilter(table: .local, destination: CIDR(host: vip)))
        where route.type == .local && route.protocol == .kernel && route.outputInterface == link.index {
            hasYielded = true
            do throws(RouteNetlinkError) { try routes.delete(route) } catch {
                guard error.notFound else { throw error }
            }
        }
        return hasYielded
    }

    /// The same for an address that was just added: its entry comes a moment later, when the kernel's work queue gets to
    /// it. A client that connects in between would have the VIP as its source.
    private func yieldToRouteSoon() throws(RouteNetlinkError) {
        guard vip.family == .ipv6 else { return }
        for _ in 0..<Self.patience {
            if try yieldToRoute() { return }
            usleep(1_000)
        }
    }

    /// How many milliseconds the kernel is given for that. If it takes longer, its notice starts the next pass.
    private static let patience = 20

    // MARK: PathPart

    func restore(_ report: inout PathReport) {
        (hasCreatedLink, hasCreatedAddress, hasTakenOver, hasRaised) = (false, false, false, false)
        report.attempt { (report) throws(RouteNetlinkError) in
            let link = try restoreLink(&report)
            guard link.kind == Self.kind else {
                report.failures.append(notOurs(link))
                return
            }
            let found = try addresses(of: link)
            if link.alias == nil, hasCreatedLink || isLeftBehind(with: found) {
                try routes.setLink(at: link.index, alias: Self.mark)
                hasTakenOver = !hasCreatedLink
            }
            // Nothing depends on it, so somebody else's link stays as it is.
            if !link.isUp, hasCreatedLink || hasTakenOver || link.isOurs {
                try routes.setLink(at: link.index, up: true)
                hasRaised = !hasCreatedLink
                // What was made a moment ago is not worth two lines.
                if !hasCreatedLink {
                    report.changes.append(PathChange(.set, "link \(name) up", found: "link \(name) down"))
                }
            }
            try restoreAddress(on: link, found, &report)
            if hasCreatedAddress { try yieldToRouteSoon() }
        }
    }

    func rollBack(_ report: inout PathReport) {
        guard hasCreatedLink || hasCreatedAddress || hasTakenOver || hasRaised else { return }
        report.attempt { (report) throws(RouteNetlinkError) in
            guard let link = try routes.link(named: name) else { return }
            if hasCreatedAddress { try removeAddress(from: link, &report) }
            if hasTakenOver { try routes.setLink(at: link.index, alias: "") }
            if hasRaised {
                try routes.setLink(at: link.index, up: false)
                report.changes.append(PathChange(.set, "link \(name) down"))
            }
            if hasCreatedLink { try remove(link, &report) }
        }
    }

    func remove(_ report: inout PathReport) {
        report.attempt { (report) throws(RouteNetlinkError) in
            for link in try routes.links() where link.kind == Self.kind {
                try removeAddress(from: link, unlessForeign: !link.isOurs && link.name != name, &report)
                if link.isOurs, try addresses(of: link).isEmpty { try remove(link, &report) }
            }
        }
    }

    // MARK: Link

    private static let kind = "dummy"

    private func restoreLink(_ report: inout PathReport) throws(RouteNetlinkError) -> Link {
        if let link = try routes.link(named: name) { return link }
        do throws(RouteNetlinkError) {
            try routes.addDummyLink(named: name)
            hasCreatedLink = true
            report.changes.append(PathChange(.added, "link \(name) type dummy"))
        } catch {
            // Another virtual service that shares the link was faster.
            guard error.alreadyExists else { throw error }
        }
        guard let link = try routes.link(named: name) else {
            // Gone again already.
            throw RouteNetlinkError(.lookUp, "link \(name)", underlying: .noReply)
        }
        return link
    }

    private func remove(_ link: Link, _ report: inout PathReport) throws(RouteNetlinkError) {
        do throws(RouteNetlinkError) {
            try routes.deleteLink(at: link.index)
            report.changes.append(PathChange(.removed, "link \(link.name) type dummy"))
        } catch {
            guard error.notFound else { throw error }
        }
    }

    private func notOurs(_ link: Link) -> KernelFailure {
        KernelFailure(
            operation: "use", object: "link \(name)", code: 0,
            message: "it is \(link.kind.map { "a \($0)" } ?? "hardware"), not a dummy link",
            hint: .needsAnotherLink)
    }

    // MARK: Address

    /// The addresses of `link` that somebody gave to it, not the one that IPv6 makes by itself (`fe80::/10`).
    private func addresses(of link: Link) throws(RouteNetlinkError) -> [InterfaceAddress] {
        try routes.addresses(of: link.index).filter { address in
            let address = address.local.address
            return address.family == .ipv4 || !address.isLinkLocal
        }
    }

    /// Whether a link with these addresses is what the original leaves: with the VIP, but not put there by us.
    private func isLeftBehind(with addresses: [InterfaceAddress]) -> Bool {
        addresses.contains { $0.local.address == vip && $0.protocol != Self.addressProtocol }
            && addresses.allSatisfy { $0.local.prefixLength == $0.local.address.family.bitWidth }
    }

    private func restoreAddress(
        on link: Link, _ found: [InterfaceAddress], _ report: inout PathReport
    ) throws(RouteNetlinkError) {
        let wanted = InterfaceAddress(
            // Without the route into the link that IPv6 makes along with an address. Whenever the local route is missing,
            // it would swallow packets for the VIP instead of having them refused, and a masqueraded connection whose
            // packets leave by another link than before is forgotten by the kernel.
            link: link.index, local: CIDR(host: vip), flags: [.withoutDuplicateDetection, .withoutPrefixRoute],
            protocol: Self.addressProtocol)
        guard !found.contains(where: { $0.local == wanted.local }) else { return }
        do throws(RouteNetlinkError) {
            try routes.add(wanted)
            hasCreatedAddress = true
            report.changes.append(PathChange(.added, "address \(wanted.local) dev \(name)"))
        } catch {
            // Added in the meantime, or there with another prefix length, which serves as well (IPv6).
            guard error.alreadyExists else { throw error }
        }
    }

    /// Takes the VIP from `link`; of somebody else's link only if we have put it there.
    private func removeAddress(
        from link: Link, unlessForeign isForeign: Bool = false, _ report: inout PathReport
    ) throws(RouteNetlinkError) {
        for address in try addresses(of: link) where address.local == CIDR(host: vip) {
            if isForeign, address.protocol != Self.addressProtocol { continue }
            do throws(RouteNetlinkError) {
                try routes.delete(address)
                report.changes.append(PathChange(.removed, "address \(address.local) dev \(link.name)"))
            } catch {
                guard error.notFound else { throw error }
            }
        }
    }
}

extension Link {
    /// Whether this program made it, or the original LVScare did.
    fileprivate var isOurs: Bool { alias == VIPLink.mark || (alias == nil && name == VIPLink.usualName) }
}

extension PathReport {
    /// Does a part of the work with links, addresses and routes; what the kernel refuses ends it and is reported.
    mutating func attempt(_ body: (inout PathReport) throws(RouteNetlinkError) -> Void) {
        do throws(RouteNetlinkError) { try body(&self) } catch { failures.append(KernelFailure(error)) }
    }
}
