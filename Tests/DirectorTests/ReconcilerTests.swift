import Addressing
import Director
import DirectorTestKit
import LVSCareModel
import Testing

@Suite struct ReconcilerTests {
    let table = InMemoryDataPlane()
    let path = InMemoryPath(["local route", "setting"])
    let desired = DesiredState(specification: specification([a, b]))

    private func reconciler() -> SoleReconciler { SoleReconciler(service: vip, plane: table, path: path) }

    @Test func `one pass sets everything up`() {
        var reconciler = reconciler()
        let report = reconciler.pass(desired)
        #expect(report.succeeded)
        #expect(
            report.applied.map(\.change)
                == [.createService(scheduler: .roundRobin), .add(a, weight: 1), .add(b, weight: 1)])
        #expect(report.pathChanges.map(\.object) == ["local route", "setting"])
        #expect(report.observed == table.services[vip])
        #expect(report.observed == observed([a: 1, b: 1]))
    }

    @Test func `a pass with nothing to do writes nothing`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        let applications = table.applications
        let report = reconciler.pass(desired)
        #expect(report == PassReport(observed: observed([a: 1, b: 1])))
        #expect(!report.changedAnything)
        #expect(table.applications == applications)
        #expect(table.observations == 2)
    }

    @Test func `the report has the kernel's table after the pass`() {
        table.services[vip] = ObservedService(
            ServiceConfiguration(scheduler: "sh", persistence: .init()),
            realServers: [
                a: ObservedRealServer(
                    .init(forwarding: .tunnel, weight: 7), activeConnections: 3, inactiveConnections: 4),
                c: ObservedRealServer(weight: 0),
                server(4): ObservedRealServer(weight: 2),
            ])
        var reconciler = reconciler()
        let report = reconciler.pass(desired)
        #expect(report.applied.count == 5)
        #expect(report.observed == table.services[vip])
    }

    @Test func `the service is there before the path and goes after it`() {
        final class Witness: VIPPath {
            let table: InMemoryDataPlane
            var weightsAtSetUp: Int?
            var servicesAtRemoval: Int?
            init(_ table: InMemoryDataPlane) { self.table = table }
            func refusal() -> KernelFailure? { nil }
            func noticed() {}
            func reconcile(serving inService: Set<RealServer>) -> PathReport {
                weightsAtSetUp = table.services[vip]?.realServers.count
                return PathReport()
            }
            func remove() -> PathReport {
                servicesAtRemoval = table.services.count
                return PathReport()
            }
            func release(_ services: [VirtualService]) -> PathReport { PathReport() }
            func rollBack() -> PathReport { PathReport() }
        }
        let witness = Witness(table)
        var reconciler = SoleReconciler(service: vip, plane: table, path: witness)
        _ = reconciler.pass(desired)
        #expect(witness.weightsAtSetUp == 2)
        _ = reconciler.cleanUp()
        #expect(witness.servicesAtRemoval == 1)
        #expect(table.services.isEmpty)
    }

    @Test func `a table that cannot be read does not stop the path`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        path.present = []
        table.fault = { $0 == .observe ? .refused(broken) : nil }
        let report = reconciler.pass(desired)
        #expect(report.failures == [broken])
        #expect(report.observed == nil)
        #expect(path.present == ["local route", "setting"])
        #expect(table.applications == 1)
    }

    @Test func `a first pass that cannot read the table leaves everything as it is`() {
        table.fault = { $0 == .observe ? .refused(broken) : nil }
        var reconciler = reconciler()
        let report = reconciler.pass(desired)
        #expect(report.failures == [broken])
        #expect(path.present == [])
        #expect(table.applications == 0)
    }

    @Test func `a VIP that must not be used leaves everything as it is`() {
        path.refused = broken
        var reconciler = reconciler()
        let report = reconciler.pass(desired)
        #expect(report.failures == [broken])
        #expect(report.observed == nil)
        #expect(table.applications == 0 && table.services.isEmpty)
        #expect(path.present == [])
    }

    @Test func `what other real servers in service bring about is no repair`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        path.present = []
        table.services[vip]?.realServers[a]?.weight = 0
        #expect(reconciler.pass(desired).pathChanges.map(\.isRepair) == [false, false])
        path.present = []
        #expect(reconciler.pass(desired).pathChanges.map(\.isRepair) == [true, true])
    }

    @Test func `the path learns who is in service`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        #expect(path.served == [a, b])
        table.services[vip]?.realServers[a]?.weight = 0
        _ = reconciler.pass(desired)
        #expect(path.served == [b], "a quiescent real server stays quiescent as long as nothing is known about it")
    }

    @Test func `a path that fails does not stop the table`() {
        path.failure = broken
        var reconciler = reconciler()
        let report = reconciler.pass(desired)
        #expect(report.failures == [broken])
        #expect(table.services[vip] == observed([a: 1, b: 1]))
    }

    @Test func `one refused change does not stop the others`() {
        table.fault = { $0 == .change(.add(a, weight: 1)) ? .refused(broken) : nil }
        var reconciler = reconciler()
        let report = reconciler.pass(desired)
        #expect(report.failures == [broken])
        #expect(report.observed == observed([b: 1]))
        table.fault = { _ in nil }
        #expect(reconciler.pass(desired).applied.map(\.change) == [.add(a, weight: 1)])
    }

    @Test func `a service that cannot be created is one failure, not one for each real server`() {
        table.schedulers = []
        var reconciler = reconciler()
        let report = reconciler.pass(desired)
        #expect(report.failures.map(\.code) == [2])
        #expect(report.observed == nil)
        #expect(report.applied.isEmpty)
    }

    @Test func `a lost reply is no reason to make changes twice or too early`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        var failing = desired
        failing[a] = Health(state: .unhealthy, failedChecks: 1)
        table.fault = { if case .change = $0 { .replyLost(broken) } else { nil } }
        #expect(reconciler.pass(failing).failures == [broken])
        #expect(table.services[vip] == observed([a: 0, b: 1]))
        table.fault = { _ in nil }
        // Quiesced by the check that is still the latest: nothing to do before the next one.
        #expect(reconciler.pass(failing).applied.isEmpty)
        failing[a]?.failedChecks = 2
        #expect(reconciler.pass(failing).applied.map(\.change) == [.remove(a)])
    }

    @Test func `other services are left alone`() {
        let other = VirtualService(Endpoint(address: .loopback(.ipv4), port: 443))
        table.services[other] = observed([c: 4], scheduler: Scheduler(rawValue: "mh"))
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        _ = reconciler.cleanUp()
        #expect(table.services == [other: observed([c: 4], scheduler: Scheduler(rawValue: "mh"))])
    }

    @Test func `a cleanup reports its removals`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        let report = reconciler.cleanUp()
        #expect(report.applied == [PlannedChange(.removeService, cause: .cleanUp)])
        #expect(report.pathChanges.map(\.description) == ["removed setting", "removed local route"])
        #expect(report.observed == nil)
        #expect(reconciler.cleanUp() == PassReport())
    }

    @Test func `the cleanup of one part survives a failure of the other`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        path.failure = broken
        #expect(reconciler.cleanUp().failures == [broken])
        #expect(table.services.isEmpty)
        path.failure = nil
        table.fault = { $0 == .observe ? .refused(broken) : nil }
        let report = reconciler.cleanUp()
        #expect(report.failures == [broken])
        #expect(report.pathChanges.count == 2)
    }

    @Test func `a set-up after a cleanup is declared, not repaired`() {
        var reconciler = reconciler()
        _ = reconciler.pass(desired)
        _ = reconciler.cleanUp()
        #expect(reconciler.pass(desired).applied.allSatisfy { $0.cause == .declared })
    }
}
