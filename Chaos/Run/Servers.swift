import ChaosModel
import KernelTestKit

/// The real servers of the scene, and the undeclared ones that answer.
final class Servers {
    private struct Place: Hashable {
        var vip: VIP
        var site: Site
    }

    /// Those of a place: the latest, and closed ones that still serve their connections.
    private var running: [Place: [EchoServer]] = [:]
    private let undeclared: [EchoServer]
    private let scene: Scene

    init(_ scene: Scene) throws {
        self.scene = scene
        undeclared = try VIP.allCases.map { try EchoServer(scene.undeclared(of: $0, answers: true)) }
        for vip in VIP.allCases {
            for site in Site.allCases { try open(vip, site) }
        }
    }

    /// A new program listens.
    func open(_ vip: VIP, _ site: Site) throws {
        running[Place(vip: vip, site: site), default: []].append(
            try EchoServer(scene.endpoint(of: vip, site), in: Scene.namespace(of: site)))
    }

    func kill(_ vip: VIP, _ site: Site) {
        for server in running.removeValue(forKey: Place(vip: vip, site: site)) ?? [] { server.kill() }
    }

    func close(_ vip: VIP, _ site: Site) {
        for server in running[Place(vip: vip, site: site)] ?? [] { server.stopListening() }
    }

    func setSilent(_ vip: VIP, _ site: Site, _ isSilent: Bool) {
        for server in running[Place(vip: vip, site: site)] ?? [] { server.isSilent = isSilent }
    }
}
