import Addressing
import Director
import DirectorTestKit
import Epoll
import Foundation
import LVSCareModel
import SystemPackage

@testable import LVSCare

let vip = VirtualService(Endpoint(address: .loopback(.ipv4), port: 9))

/// Real servers that are asked every 20 ms whether they take connections.
func specification(_ realServers: [RealServer]) -> Specification {
    Specification(
        service: vip, realServers: realServers,
        healthCheck: HealthCheck(interval: .milliseconds(20), timeout: .seconds(2), probe: .tcp))
}

/// Real servers that are asked by HTTP once, and monitored from then on.
func monitoring(_ realServers: [RealServer]) -> Specification {
    Specification(
        service: vip, realServers: realServers,
        healthCheck: HealthCheck(
            interval: .seconds(3600), timeout: .seconds(5), jitter: 0,
            probe: .http(HTTPProbeConfiguration(scheme: .http, target: "/"))))
}

/// A core on a loop, with real probes on loopback, and a table and a path in memory.
final class BalancerScene {
    let loop: EpollLoop
    let table = InMemoryDataPlane()
    let path = InMemoryPath()
    let clients = InMemoryClientSockets()
    private(set) var core: LoadBalancerCore?

    private init(_ loop: EpollLoop) { self.loop = loop }

    /// Plays `body` on a loop with a thread of its own, and waits for the end of the scene.
    static func play(_ body: @escaping @Sendable (BalancerScene) throws -> Void) async throws {
        let failure: (any Error)? = await withCheckedContinuation { continuation in
            Thread {
                var failure: (any Error)?
                do {
                    let loop = try EpollLoop()
                    loop.schedule(at: loop.now + .seconds(20)) {
                        failure = Errno.timedOut
                        loop.stop()
                    }
                    try body(BalancerScene(loop))
                    loop.run()
                } catch {
                    failure = error
                }
                continuation.resume(returning: failure)
            }
            .start()
        }
        if let failure { throw failure }
    }

    /// A core that has not begun; `hear` gets what it tells. It verifies the path where there is a `side` to ask.
    @discardableResult
    func makeCore(
        for specification: Specification, asking side: ClientSide? = nil,
        hear: @escaping (BalancerEvent.Kind) -> Void = { _ in }
    ) -> LoadBalancerCore {
        makeCore(for: NodeSpecification([specification]), asking: side) { hear($0.kind) }
    }

    /// The same for many services.
    @discardableResult
    func makeCore(
        for specification: NodeSpecification, asking side: ClientSide? = nil, hear: @escaping (BalancerEvent) -> Void
    ) -> LoadBalancerCore {
        let services = NodeServices(specification, on: table, path: path, clients: clients, asking: side)
        let made = LoadBalancerCore(of: services, on: loop, report: hear)
        core = made
        return made
    }

    /// Stops the core and ends the scene.
    func end() {
        core?.stop()
        core = nil
        loop.stop()
    }

    /// Does `body` on the loop after `delay`.
    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        loop.schedule(at: .now + delay, body)
    }
}

extension NodeServices {
    /// Services on `table`, to all of whose VIPs `path` leads.
    init(
        _ specification: NodeSpecification, on table: InMemoryDataPlane, path: InMemoryPath,
        clients: InMemoryClientSockets? = nil, asking side: ClientSide? = nil
    ) {
        var reconciler = Reconciler(table, clients: clients)
        for service in specification.services {
            reconciler.add(service.service)
            if let vip = service.service.endpoint?.address { reconciler[pathTo: vip] = path }
        }
        self.init(specification, reconciler: reconciler, clientSide: side)
    }
}
