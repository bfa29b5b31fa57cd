import Addressing
import Director
import Glibc
import IPVS
import LVSCareModel
import RouteNetlink

extension ClientSide {
    /// What this network namespace's kernel says; read only. Nothing is opened before it is asked.
    static func ofKernel() -> ClientSide {
        let routes = LazyRoutes()
        return ClientSide(
            isLocal: { vip in (try? routes.client()?.route(to: vip))?.type == .local },
            realServer: { client, service in ConnectionTable.destination(of: client, at: service) },
            findFacts: { facts, vip in facts.completed(by: vip) })
    }
}

/// A client for routes that is opened when it is needed, and tried again where it cannot be had.
private final class LazyRoutes {
    private var opened: RouteNetlinkClient?

    func client() -> RouteNetlinkClient? {
        opened = opened ?? (try? RouteNetlinkClient())
        return opened
    }
}

extension PathFacts {
    /// Most real servers whose routes are looked up.
    private static let mostRealServers = 8

    /// The same with what the kernel says about the path to `vip`; what cannot be read is left as it is.
    fileprivate func completed(by vip: IPAddress) -> PathFacts {
        var facts = self
        facts.tracksConnections = (try? Sysctl(name: BalancerSetting.trackConnections.name).read()).map { $0 != "0" }
        let filter = PacketFilterFacts.find(for: vip.family)
        facts.hasStatefulRules = filter.isStateful
        facts.guardsLoopback = filter.guardsLoopback
        guard let routes = try? RouteNetlinkClient() else { return facts }
        if let found = try? routes.route(to: vip) {
            if found.type != .local { facts.route = .other(routes.text(of: found)) }
        } else {
            facts.route = .other("")
        }
        for realServer in realServers.prefix(Self.mostRealServers) {
            guard let route = try? routes.route(to: realServer.endpoint.address), route.type != .local else { continue }
            facts.sources[realServer] = route.preferredSource
        }
        facts.attachedNetwork = (try? routes.addresses(family: vip.family))?.lazy.map(\.local)
            .first { $0.prefixLength < vip.family.bitWidth && $0.contains(vip) }
        return facts
    }
}
