import Addressing
import LVSCareModel
import LVSCareSettings

extension ConfigurationDecoder {
    private static let noPath = "path: none"

    /// How packets get to `service`, which `virtual` says; by `own`, or else by the defaults; `nil` where it is mistaken.
    func path(_ own: Node?, to service: VirtualService, _ virtual: Node) -> Path? {
        guard let vip = service.endpoint?.address else {
            if let own, let path = path(own, for: nil), path != Path.none {
                refuse(own, "a firewall mark has no address to which a path could lead", expected: "none")
            }
            return Path.none
        }
        let node = own ?? defaults?[ServiceKeys.path]
        guard let path = node.map({ self.path($0, for: vip) }) ?? Path.route(hint: nil) else { return nil }
        if path != Path.none, let value = virtual.value {
            mistakes.attempt(try PathRules.refuseLoopback(vip, value, leaving: Self.noPath))
        }
        return path
    }

    /// The path that `node` says, for a VIP where there is one; `nil` where it is mistaken.
    func path(_ node: Node, for vip: IPAddress?) -> Path? {
        let words = [PathKeys.route.name, PathKeys.link.name, "none"]
        guard let (word, more) = choice(node, words: words, expected: ServiceKeys.path.form) else { return nil }
        switch word {
        case PathKeys.route.name: return .route(hint: more.flatMap { routeHint($0, for: vip) })
        case PathKeys.link.name: return more.map(link) ?? link(nil)
        default:
            guard let more else { return Path.none }
            refuseKind(of: more, expected: "none alone")
            return nil
        }
    }

    private func routeHint(_ node: Node, for vip: IPAddress?) -> RouteHint? {
        guard let mapping = mapping(node, .routePath), let value = text(mapping, PathKeys.address), let vip else {
            return nil
        }
        return mistakes.attempt(try PathRules.nodeAddress(value, for: vip)).map { RouteHint($0) }
    }

    private func link(_ node: Node?) -> Path {
        guard let node, let mapping = mapping(node, .linkPath) else {
            return .link(name: PathRules.defaultInterface, masqueradeBit: 0)
        }
        let name = read(text(mapping, PathKeys.interface), PathRules.interface)
        return .link(
            name: name ?? PathRules.defaultInterface, masqueradeBit: number(mapping, PathKeys.masqueradeBit) ?? 0)
    }

    /// Refuses services of one VIP that do not have one path.
    func refuseSeveralPaths() {
        var first: [IPAddress: Int] = [:]
        for (number, service) in services.enumerated() {
            guard let vip = service.specification.service.endpoint?.address, let path = service.path else { continue }
            guard let other = first[vip].map({ services[$0] }) else {
                first[vip] = number
                continue
            }
            guard other.path != path else { continue }
            refuse(
                service.pathNode ?? service.virtual,
                "the service at \(other.virtual.place) has the same VIP \(vip) and another path",
                expected: "one path for all services of a VIP")
        }
    }
}
