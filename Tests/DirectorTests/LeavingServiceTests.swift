import Addressing
import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// Services that nobody wants any more.
@Suite struct LeavingServiceTests {
    private static let leaving = VirtualService(Endpoint(address: .loopback(.ipv4), port: 10_001))
    private static let staying = VirtualService(.udp, Endpoint(address: .loopback(.ipv4), port: 10_001))

    /// Director and reconciler with a clock that moves when it is told to; every probe succeeds at once.
    private final class World {
        var director: NodeDirector
        var reconciler: Reconciler
        let plane = InMemoryDataPlane()
        var now = ContinuousClock.now
        var wake: ContinuousClock.Instant?
        var forgotten: [VirtualService] = []

        init(_ specifications: [Specification]) {
            director = NodeDirector(specifications, seed: 1)
            reconciler = Reconciler(plane)
            for specification in specifications { reconciler.add(specification.service) }
            handle(.start)
        }

        func handle(_ input: NodeDirector.Input) {
            for directive in director.handle(input, at: now) {
                switch directive {
                case .probe(let probe, _, _): handle(.probeFinished(probe, answered))
                case .wake(let instant): wake = instant
                case .reconcile(let services):
                    let desired = services.compactMap { service in
                        director[service].map { (service, $0.desired) }
                    }
                    handle(.passFinished(reconciler.pass(Dictionary(uniqueKeysWithValues: desired), at: now)))
                case .forget(let service):
                    forgotten.append(service)
                    reconciler.forget(service)
                case .heartbeat, .closeConnection, .cancelProbe, .report, .reportSuspicion, .reportOutage: break
                }
            }
        }

        func advance(by duration: Duration) {
            let end = now + duration
            while let instant = wake, instant <= end {
                wake = nil
                now = max(now, instant)
                handle(.wake)
            }
            now = end
        }

        func weights(_ service: VirtualService) -> [RealServer: Weight]? {
            plane.services[service]?.realServers.mapValues(\.weight)
        }
    }

    private func specification(_ service: VirtualService, drainTimeout: Duration = .zero) -> Specification {
        Specification(
            service: service, realServers: [a, b], healthCheck: HealthCheck(jitter: 0, watches: false),
            drainTimeout: drainTimeout)
    }

    private func world(drainTimeout: Duration = .zero) -> World {
        World([specification(Self.leaving, drainTimeout: drainTimeout), specification(Self.staying)])
    }

    @Test func `are quiesced at once, emptied an interval later, and removed`() {
        let world = world()
        world.advance(by: .seconds(3))
        world.handle(.configurationChanged([specification(Self.staying)]))
        #expect(world.weights(Self.leaving) == [a: 0, b: 0])
        world.advance(by: .milliseconds(4_900))
        #expect(world.weights(Self.leaving) == [a: 0, b: 0])
        world.advance(by: .milliseconds(200))
        #expect(world.plane.services[Self.leaving] == nil)
        #expect(world.forgotten == [Self.leaving])
        #expect(world.weights(Self.staying) == [a: 1, b: 1])
        #expect(world.plane.abruptRemovals.isEmpty)
        let changes = world.plane.changes.count
        world.advance(by: .seconds(60))
        #expect(world.plane.changes.count == changes)
    }

    @Test func `wait for their connections as long as their policy says`() {
        let world = world(drainTimeout: .seconds(30))
        world.advance(by: .seconds(3))
        world.plane.services[Self.leaving]?.realServers[a]?.activeConnections = 7
        world.handle(.configurationChanged([specification(Self.staying)]))
        world.advance(by: .seconds(20))
        #expect(world.weights(Self.leaving) == [a: 0])
        #expect(world.forgotten.isEmpty)
        world.plane.services[Self.leaving]?.realServers[a]?.activeConnections = 0
        world.advance(by: .seconds(2))
        #expect(world.forgotten == [Self.leaving])
    }

    @Test func `that come back are as they were`() {
        let world = world()
        world.advance(by: .seconds(3))
        world.handle(.configurationChanged([specification(Self.staying)]))
        world.advance(by: .seconds(1))
        world.handle(.configurationChanged([specification(Self.leaving), specification(Self.staying)]))
        #expect(world.weights(Self.leaving) == [a: 1, b: 1])
        world.advance(by: .seconds(60))
        #expect(world.forgotten.isEmpty)
        #expect(world.weights(Self.leaving) == [a: 1, b: 1])
    }

    @Test func `that somebody else has deleted are gone at once`() {
        let world = world()
        world.advance(by: .seconds(3))
        world.plane.services[Self.leaving] = nil
        world.handle(.configurationChanged([specification(Self.staying)]))
        #expect(world.forgotten == [Self.leaving])
        #expect(world.plane.services.keys.map(\.self) == [Self.staying])
    }
}
