import Director
import DirectorTestKit
import LVSCareModel
import Testing

/// What an operator reads about what another program did.
@Suite struct RepairTests {
    let table = InMemoryDataPlane()
    let path = InMemoryPath(["local route", "setting"])
    let desired = DesiredState(specification: specification([a, b, c]))

    /// The repairs of the pass after `disturb` changed what a complete pass had left.
    private func repairs(_ desired: DesiredState? = nil, after disturb: () -> Void) -> [String] {
        var reconciler = SoleReconciler(service: vip, plane: table, path: path)
        let first = reconciler.pass(desired ?? self.desired)
        #expect(first.repairs.isEmpty, "what is declared for the first time is no repair")
        #expect(reconciler.pass(desired ?? self.desired).repairs.isEmpty)
        disturb()
        let repairs = reconciler.pass(desired ?? self.desired).repairs.map(\.description)
        #expect(reconciler.pass(desired ?? self.desired).repairs.isEmpty)
        return repairs
    }

    @Test func `a deleted service is one repair`() {
        #expect(
            repairs { table.services[vip] = nil }
                == ["another program deleted the virtual service; restored with 3 real servers"])
    }

    @Test func `real servers that fared alike are one repair`() {
        let change = { (servers: [RealServer]) in
            for server in servers { table.services[vip]?.realServers[server] = nil }
        }
        #expect(
            repairs { change([b]) } == ["another program deleted a real server (\(b)); added again"])
        #expect(
            repairs { change([a, b, c]) }
                == ["another program deleted 3 real servers (\(a), \(b), \(c)); added again"])
    }

    @Test func `three of many real servers are named`() {
        let desired = DesiredState(specification: specification(servers(50)))
        #expect(
            repairs(desired) { table.services[vip]?.realServers = [:] }
                == [
                    "another program deleted 50 real servers (\(server(1)), \(server(2)), \(server(3)) and 47 more); added again"
                ])
    }

    @Test func `different damages are different repairs`() {
        let undeclared = server(9)
        let found = repairs {
            table.services[vip]?.scheduler = Scheduler(rawValue: "wlc")
            table.services[vip]?.realServers[a]?.weight = 7
            table.services[vip]?.realServers[b] = nil
            table.services[vip]?.realServers[undeclared] = ObservedRealServer(weight: 5)
        }
        #expect(
            found == [
                "another program gave the virtual service scheduler wlc; set to rr",
                "another program deleted a real server (\(b)); added again",
                "another program altered a real server (\(a): weight 7); set back",
                "another program gave connections to a real server (\(undeclared): real server with weight 5); quiesced",
            ])
    }

    @Test func `parts of the path are repairs of their own`() {
        #expect(repairs { path.present.remove("local route") } == ["local route was missing; added local route"])
        let changes = [
            PathChange(.set, "x=1", found: "x=0"), PathChange(.removed, "route 1"),
            PathChange(.replaced, "table t", found: "other rules in it"),
            PathChange(.added, "route 2", found: "route 3"),
        ].map { change in
            var change = change
            change.isRepair = true
            return change
        }
        #expect(
            PassReport(pathChanges: changes).repairs.map(\.description) == [
                "x=0; set x=1", "route 1 was there; removed", "other rules in it; replaced table t",
                "route 3; added route 2",
            ])
    }

    @Test func `a path that never was right is not repaired`() {
        path.failure = broken
        var reconciler = SoleReconciler(service: vip, plane: table, path: path)
        _ = reconciler.pass(desired)
        path.failure = nil
        let second = reconciler.pass(desired)
        #expect(second.pathChanges.count == 2)
        #expect(second.repairs.isEmpty)
        path.present = []
        #expect(reconciler.pass(desired).repairs.count == 2)
    }
}

/// Taking back what a pass added.
@Suite struct RollBackTests {
    let table = InMemoryDataPlane()
    let path = InMemoryPath(["local route", "setting"])
    let desired = DesiredState(specification: specification([a, b]))

    @Test func `a rollback removes everything that was new`() {
        var reconciler = SoleReconciler(service: vip, plane: table, path: path)
        let undone = reconciler.rollBack(reconciler.pass(desired))
        #expect(undone.succeeded)
        #expect(table.services.isEmpty)
        #expect(path.present.isEmpty)
        #expect(undone.applied.map(\.description) == ["remove virtual service (rolled back)"])
        #expect(undone.pathChanges.map(\.description) == ["removed setting", "removed local route"])
    }

    @Test func `a rollback keeps everything that was there before`() {
        table.services[vip] = observed([a: 1])
        path.present = ["local route"]
        var reconciler = SoleReconciler(service: vip, plane: table, path: path)
        let undone = reconciler.rollBack(reconciler.pass(desired))
        #expect(undone.applied.map(\.change) == [.remove(b)])
        #expect(table.services[vip] == observed([a: 1]))
        #expect(path.present == ["local route"])
    }

    @Test func `a rollback gives a quiesced real server its weight back`() {
        let before = observed([a: 0, b: 3, c: 2, server(4): 0], scheduler: Scheduler(rawValue: "wlc"))
        table.services[vip] = before
        var reconciler = SoleReconciler(service: vip, plane: table, path: path)
        let report = reconciler.pass(desired)
        #expect(report.applied.count == 4)
        let undone = reconciler.rollBack(report)
        #expect(undone.succeeded)
        #expect(table.services[vip] == before)
        #expect(undone.observed == before)
    }

    @Test func `what others forward otherwise is put back as it was`() {
        table.services[vip] = ObservedService(
            scheduler: .roundRobin, realServers: [c: ObservedRealServer(weight: 0, forwarding: .tunnel)])
        var reconciler = SoleReconciler(service: vip, plane: table, path: path)
        let undone = reconciler.rollBack(reconciler.pass(desired))
        #expect(
            undone.applied.map(\.change)
                == [.add(c, RealServerConfiguration(forwarding: .tunnel, weight: 0)), .remove(b), .remove(a)])
    }

    @Test func `a pass with nothing to do has no rollback`() {
        var reconciler = SoleReconciler(service: vip, plane: table, path: path)
        _ = reconciler.pass(desired)
        let undone = reconciler.rollBack(reconciler.pass(desired))
        #expect(!undone.changedAnything)
        #expect(table.services[vip] == observed([a: 1, b: 1]))
    }
}
