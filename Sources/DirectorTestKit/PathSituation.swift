package import Addressing
package import Director
package import LVSCareModel
import RouteNetlink

/// A node and what is wanted of it, and what the path should come to: the truth table of `PathPlanner`, which runs on
/// `InMemoryNetwork` and on a real kernel.
package struct PathSituation: Sendable, CustomStringConvertible {
    /// What is particular about it.
    package var name: String
    /// Of the VIP and all others.
    package var family: IPAddress.Family
    /// Whether link mode is wanted.
    package var isLink: Bool
    /// The VIP.
    package var vip: IPAddress
    /// Names and addresses of the node's links.
    package var links: [(name: String, address: CIDR)]
    /// The gateway of the default route; `nil` for none.
    package var gateway: IPAddress?
    /// An address that somebody named; route mode only.
    package var hint: RouteHint?
    /// The declared real servers.
    package var realServers: [RealServer]
    /// Those that are out of service.
    package var outOfService: Set<RealServer> = []

    /// The source that clients on this node get; `nil` when the VIP is not delivered here.
    package var source: IPAddress?
    /// The gateway that leads to the VIP.
    package var via: IPAddress?
    /// Names of the links by which even clients with that source are masqueraded.
    package var masqueradedLinks: [String] = []
    /// Whether address resolution for the VIP is silenced.
    package var isSilenced = false
    /// What is said to be missing, in words that occur in it.
    package var limitations: [[String]] = []
    /// What the failure says; `nil` for none.
    package var failure: String?
    /// What the refusal says; `nil` for none.
    package var refusal: String?

    /// `two networks, link mode, IPv6`.
    package var description: String { "\(name), \(isLink ? "link" : "route") mode, \(family)" }

    /// What is wanted.
    package var wanted: WantedPath {
        WantedPath(
            to: vip, for: [VirtualService(Endpoint(address: vip, port: 80))],
            mode: isLink ? .link(name: "lvscare", masqueradeBit: 0) : .route(hint), realServers: realServers)
    }

    /// The real servers in service.
    package var inService: Set<RealServer> { Set(realServers).subtracting(outOfService) }

    /// The node in memory.
    package func network() -> InMemoryNetwork {
        let network = InMemoryNetwork()
        for link in links { network.addLink(link.name, [link.address]) }
        if let gateway {
            network.routes.append(
                Route(
                    destination: CIDR(all: family),
                    gateway: gateway))
        }
        for setting in BalancerSetting.all(on: nil) { network.settings[setting.name] = "0" }
        network.settings["net.ipv4.ip_forward"] = "1"
        network.settings["net.ipv6.conf.all.forwarding"] = "1"
        return network
    }
}

extension PathSituation {
    /// Every situation, in both modes and families where it makes sense.
    package static var all: [PathSituation] {
        [IPAddress.Family.ipv4, .ipv6].flatMap { family in
            [false, true].flatMap { isLink in Places(family: family, isLink: isLink).situations }
        }
    }
}

/// The addresses of one family, and the situations made of them.
private struct Places {
    let family: IPAddress.Family
    let isLink: Bool

    /// Host `host` of the node's network `network`; the node itself is host 1.
    func at(_ network: UInt8, _ host: UInt8) -> IPAddress {
        let octets: [UInt8] =
            family == .ipv4
            ? [10, 80 + network, 0, host] : [0xfd, 0x80 + network] + [UInt8](repeating: 0, count: 13) + [host]
        return IPAddress(octets: octets) ?? .loopback(family)
    }

    func block(_ network: UInt8, _ host: UInt8) -> CIDR {
        let length = family == .ipv4 ? 24 : 64
        return CIDR(address: at(network, host), prefixLength: length) ?? CIDR(host: at(network, host))
    }

    func server(_ network: UInt8, _ host: UInt8) -> RealServer {
        RealServer(Endpoint(address: at(network, host), port: 8080))
    }

    var loopback: RealServer { RealServer(Endpoint(address: .loopback(family), port: 8080)) }

    func situation(_ name: String, _ realServers: [RealServer]) -> PathSituation {
        PathSituation(
            name: name, family: family, isLink: isLink, vip: at(9, 9),
            links: [("a1", block(1, 1)), ("a2", block(2, 1))], realServers: realServers)
    }

    var situations: [PathSituation] { sources + (isLink ? [] : hints) + addresses }

    /// Which source clients get.
    private var sources: [PathSituation] {
        var remote = situation("real servers in one network", [server(1, 2), server(1, 3)])
        remote.source = at(1, 1)

        var own = situation("real servers on this node", [server(2, 1), server(1, 1)])
        own.source = at(2, 1)

        var loopbackOnly = situation("real servers on the loopback link", [loopback])
        loopbackOnly.source = .loopback(family)
        loopbackOnly.limitations = isLink ? [["\(loopback)", "clients from elsewhere"]] : []

        var mixed = situation("a loopback real server beside a remote one", [loopback, server(1, 2)])
        mixed.source = at(1, 1)
        mixed.limitations =
            [["\(loopback)", "KUBE-FIREWALL", "\(at(1, 1))"]]
            + (isLink ? [["\(loopback)", "clients from elsewhere"]] : [])

        var divided = situation("real servers in two networks", [server(1, 2), server(2, 2), server(2, 3)])
        divided.source = at(2, 1)
        divided.masqueradedLinks = isLink ? ["a1"] : []
        divided.limitations = isLink ? [] : [["\(at(1, 2))", "\(at(2, 1))", "\(at(1, 1)) on a1", "mode link"]]

        var dead = situation("the first real server is dead and behind another link", [server(1, 2), server(2, 2)])
        dead.outOfService = [server(1, 2)]
        dead.source = at(2, 1)
        dead.masqueradedLinks = isLink ? ["a1"] : []
        dead.limitations = isLink ? [] : [["\(at(1, 2))", "\(at(2, 1))"]]

        var allDead = situation("no real server is in service", [server(1, 2)])
        allDead.outOfService = [server(1, 2)]
        allDead.source = at(1, 1)

        var lost = situation("no route leads to any real server", [server(3, 2), server(3, 3)])
        lost.failure = "no route to \(at(3, 2)), no route to \(at(3, 3))"
        return [remote, own, loopbackOnly, mixed, divided, dead, allDead, lost]
    }

    /// What a named address does in route mode.
    private var hints: [PathSituation] {
        var noted = situation("a noted address of this node", [server(1, 2)])
        noted.hint = RouteHint(at(2, 1), notedIn: "LVSCARE_NODE_IP")
        noted.source = at(2, 1)
        noted.limitations = [["\(at(1, 2))", "\(at(2, 1))"]]

        var outdated = situation("a noted address that the node does not have", [server(1, 2)])
        outdated.hint = RouteHint(at(1, 77), notedIn: "LVSCARE_NODE_IP")
        outdated.source = at(1, 1)
        outdated.limitations = [["\(at(1, 77))", "LVSCARE_NODE_IP", "not used", "\(at(1, 1))"]]

        var named = situation("an address of this node that the operator named", [server(2, 2)])
        named.hint = RouteHint(at(2, 1))
        named.source = at(2, 1)

        var gateway = situation("a gateway that the operator named", [server(1, 2)])
        gateway.hint = RouteHint(at(1, 77))
        gateway.via = at(1, 77)
        return [noted, outdated, named, gateway]
    }

    /// Which VIP.
    private var addresses: [PathSituation] {
        var attached = situation("the VIP in a network of the node", [server(1, 2)])
        attached.vip = at(1, 99)
        attached.source = at(1, 1)
        attached.isSilenced = family == .ipv4

        var router = situation("the VIP is the default gateway", [server(1, 2)])
        router.vip = at(1, 254)
        router.gateway = at(1, 254)
        router.refusal = "default gateway"

        var realServer = situation("the VIP is the address of a real server", [server(1, 3), server(1, 2)])
        realServer.vip = at(1, 2)
        realServer.refusal = "address of the real server \(server(1, 2))"
        return [attached, router, realServer]
    }
}
