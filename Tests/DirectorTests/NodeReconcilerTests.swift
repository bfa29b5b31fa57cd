import Addressing
import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// Many services in one pass.
@Suite struct NodeReconcilerTests {
    private let plane = InMemoryDataPlane()

    private func service(_ number: UInt16) -> VirtualService {
        VirtualService(Endpoint(address: .loopback(.ipv4), port: 10_000 + number))
    }

    private func desired(_ count: UInt16, _ realServers: [RealServer] = [a, b]) -> [VirtualService: DesiredState] {
        Dictionary(
            uniqueKeysWithValues: (0..<count).map {
                (
                    service($0),
                    DesiredState(specification: Specification(service: service($0), realServers: realServers))
                )
            })
    }

    private func reconciler(_ count: UInt16, _ path: (any VIPPath)? = nil) -> Reconciler {
        var reconciler = Reconciler(plane)
        for number in 0..<count { reconciler.add(service(number)) }
        reconciler[pathTo: .loopback(.ipv4)] = path
        return reconciler
    }

    @Test func `a hundred services are one look and one change`() {
        var reconciler = reconciler(100)
        let reports = reconciler.pass(desired(100))
        #expect(reports.count == 100)
        #expect(reports.values.allSatisfy { $0.succeeded && $0.applied.count == 3 })
        #expect((plane.observations, plane.applications) == (1, 1))
        _ = reconciler.pass(desired(100))
        #expect((plane.observations, plane.applications) == (2, 1))
    }

    @Test func `one weight is one write`() {
        var reconciler = reconciler(100)
        _ = reconciler.pass(desired(100))
        var wanted = desired(100)
        var specification = Specification(service: service(7), realServers: [a, b])
        specification.declare(members: [RealServerSpecification(a, weight: 5), RealServerSpecification(b)])
        wanted[service(7)] = DesiredState(specification: specification)
        let written = plane.changes.count
        let reports = reconciler.pass(wanted)
        #expect(plane.changes.dropFirst(written) == [.setWeight(a, weight: 5)])
        #expect(reports.filter { $0.value.changedAnything }.keys.map(\.self) == [service(7)])
    }

    @Test func `a service that cannot be made leaves the others alone`() {
        var reconciler = reconciler(3)
        var wanted = desired(3)
        wanted[service(1)] = DesiredState(
            specification: Specification(service: service(1), scheduler: "nosuch", realServers: [a]))
        let reports = reconciler.pass(wanted)
        #expect(reports[service(1)]?.failures.map(\.kind) == [.unknownScheduler])
        #expect(reports[service(0)]?.succeeded == true)
        #expect(reports[service(2)]?.observed == observed([a: 1, b: 1]))
    }

    @Test func `a table that cannot be read fails all services of the pass, and no path is made`() {
        plane.fault = { $0 == .observe ? .refused(broken) : nil }
        let path = InMemoryPath()
        var reconciler = reconciler(2, path)
        let reports = reconciler.pass(desired(2))
        #expect(reports.values.allSatisfy { $0.failures == [broken] })
        #expect(path.present.isEmpty)
    }

    @Test func `what nobody named stays, and what is forgotten stays as it is`() {
        var reconciler = reconciler(2)
        plane.services[service(9)] = observed([c: 4])
        _ = reconciler.pass(desired(2))
        reconciler.forget(service(0))
        #expect(reconciler.pass(desired(2, [c])).keys.map(\.self) == [service(1)])
        #expect(plane.services[service(0)] == observed([a: 1, b: 1]))
        #expect(plane.services[service(9)] == observed([c: 4]))
        #expect(reconciler.cleanUp([service(1)])[service(1)]?.applied.map(\.change) == [.removeService])
        #expect(plane.services.count == 2)
    }

    // MARK: The path that services with one VIP share

    @Test func `a path is made when all who share it were looked at, and told with the first of them`() {
        let path = InMemoryPath()
        var reconciler = reconciler(3, path)
        let all = desired(3)
        let first = reconciler.pass(all.filter { $0.key != service(2) })
        #expect(path.present.isEmpty)
        #expect(first.values.allSatisfy { $0.pathChanges.isEmpty })
        // What belongs to nobody else in this pass is told with this one.
        let last = reconciler.pass([
            service(2): DesiredState(specification: Specification(service: service(2), realServers: [c]))
        ])
        #expect(path.present == Set(path.wanted))
        #expect(last[service(2)]?.pathChanges.count == 1)
        #expect(path.served == [a, b, c])
        #expect(path.reconciliations == 1)
        _ = reconciler.pass(all.filter { $0.key != service(0) })
        #expect(path.reconciliations == 1)
        path.present = []
        let repaired = reconciler.pass(all)
        #expect(path.reconciliations == 2)
        #expect(repaired[service(0)]?.pathChanges.count == 1)
        #expect(repaired[service(1)]?.pathChanges.isEmpty == true)
    }

    @Test func `a repair of a shared path is told as one`() {
        let path = InMemoryPath()
        var reconciler = reconciler(2, path)
        _ = reconciler.pass(desired(2))
        path.present = []
        #expect(reconciler.pass(desired(2))[service(0)]?.pathChanges.map(\.isRepair) == [true])
    }

    @Test func `one service that cannot be made keeps the path from nobody`() {
        let path = InMemoryPath()
        var reconciler = reconciler(2, path)
        var wanted = desired(2)
        wanted[service(0)] = DesiredState(
            specification: Specification(service: service(0), scheduler: "nosuch", realServers: [a]))
        let reports = reconciler.pass(wanted)
        #expect(reports[service(0)]?.observed == nil)
        #expect(reports[service(0)]?.pathChanges.count == 1)
        #expect(path.present == Set(path.wanted))
    }

    @Test func `who goes takes along what is there for it alone, and the last one the path`() {
        let path = InMemoryPath()
        var reconciler = reconciler(2, path)
        _ = reconciler.pass(desired(2))
        #expect(reconciler.cleanUp([service(0)])[service(0)]?.pathChanges.isEmpty == true)
        #expect(path.released == [service(0)])
        #expect(path.present == Set(path.wanted))
        reconciler.forget(service(0))
        #expect(reconciler.leader(of: .loopback(.ipv4)) == service(1))
        #expect(reconciler.cleanUp([service(1)])[service(1)]?.pathChanges.map(\.verb) == [.removed])
        #expect(path.present.isEmpty)
        reconciler.forget(service(1))
        #expect(reconciler[pathTo: .loopback(.ipv4)] == nil)
    }

    @Test func `a plan changes nothing, and a pass does what it says`() throws {
        var reconciler = reconciler(3)
        _ = reconciler.pass(desired(2))
        plane.services[service(1)]?.realServers[a] = nil
        let wanted = desired(3)
        let plans = try reconciler.plan(wanted)
        #expect(plans[service(0)]?.changes.isEmpty == true)
        #expect(plans[service(1)]?.changes.map(\.change) == [.add(a, weight: 1)])
        #expect(plans[service(2)]?.changes.count == 3)
        #expect(plane.services[service(2)] == nil)
        let reports = reconciler.pass(wanted)
        for (service, plan) in plans { #expect(reports[service]?.applied == plan.changes) }
    }
}
