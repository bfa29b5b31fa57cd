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

/// Real servers that are asked by HTTP once, and watched from then on.
func watching(_ realServers: [RealServer]) -> Specification {
    Specification(
        service: vip, realServers: realServers,
        healthCheck: HealthCheck(
            interval: .seconds(3600), timeout: .seconds(5), jitter: 0,
            probe: .http(HTTPProbeConfiguration(scheme: .http, target: "/"))))
}

/// A caretaker on a loop, with real probes on loopback, and a table and a path in memory.
final class CareScene {
    let loop: EpollLoop
    let table = InMemoryDataPlane()
    let path = InMemoryPath()
    private(set) var caretaker: Caretaker?

    private init(_ loop: EpollLoop) { self.loop = loop }

    /// Plays `body` on a loop with a thread of its own, and waits for the end of the scene.
    static func play(_ body: @escaping @Sendable (CareScene) throws -> Void) async throws {
        let failure: (any Error)? = await withCheckedContinuation { continuation in
            Thread {
                var failure: (any Error)?
                do {
                    let loop = try EpollLoop()
                    loop.schedule(at: loop.now + .seconds(20)) {
                        failure = Errno.timedOut
                        loop.stop()
                    }
                    try body(CareScene(loop))
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

    /// A caretaker that has not begun; `hear` gets what it tells. It verifies the path where there is a `side` to ask.
    @discardableResult
    func makeCaretaker(
        for specification: Specification, asking side: ClientSide? = nil, hear: @escaping (CareEvent) -> Void = { _ in }
    ) -> Caretaker {
        let reconciler = SoleReconciler(service: specification.service, plane: table, path: path).reconciler
        var service = NodeService(specification, reconciler: reconciler)
        service.clientSide = side
        let made = Caretaker(of: service, on: loop, report: hear)
        caretaker = made
        return made
    }

    /// Stops the caretaker and ends the scene.
    func end() {
        caretaker?.stop()
        caretaker = nil
        loop.stop()
    }

    /// Does `body` on the loop after `delay`.
    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        loop.schedule(at: .now + delay, body)
    }
}
