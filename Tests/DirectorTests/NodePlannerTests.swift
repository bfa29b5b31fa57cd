import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// What holds for all services of a node.
@Suite struct NodePlannerTests {
    private let master = ConnectionSynchronization(.master, interface: "eth0", syncID: 7)
    private let backup = ConnectionSynchronization(.backup, interface: "eth0", syncID: 7)

    @Test func `what is not mentioned stays as it is`() {
        let observed = ObservedNode(synchronization: [master])
        #expect(NodePlanner.plan(NodeSpecification([]), against: observed).isEmpty)
        #expect(!NodePlanner.isNeeded(for: NodeSpecification([])))
        let timeouts = ConnectionTimeouts(udp: 300)
        #expect(NodePlanner.plan(NodeSpecification([], timeouts: timeouts), against: observed).isEmpty)
    }

    @Test func `only the timeouts that differ are set`() {
        let wanted = NodeSpecification([], timeouts: ConnectionTimeouts(tcp: 7200, tcpFIN: 120))
        let changes = NodePlanner.plan(wanted, against: ObservedNode())
        #expect(changes == [.setTimeouts(ConnectionTimeouts(tcp: 7200), found: ObservedNode().timeouts)])
        #expect(
            changes.map(\.description) == [
                "set timeouts to tcp 7200 s (found tcp 900 s, tcp-fin 120 s, udp 300 s)"
            ])
    }

    @Test func `a daemon that talks elsewhere makes room first`() {
        var elsewhere = master
        elsewhere.interface = "eth1"
        let wanted = NodeSpecification([], synchronization: [elsewhere, backup])
        let changes = NodePlanner.plan(wanted, against: ObservedNode(synchronization: [master]))
        #expect(
            changes == [.stopSynchronization(master), .startSynchronization(elsewhere), .startSynchronization(backup)])
        let none = NodeSpecification([], synchronization: [])
        #expect(
            NodePlanner.plan(none, against: ObservedNode(synchronization: [backup])) == [.stopSynchronization(backup)])
        #expect(changes.map(\.description)[0] == "stop synchronization as master on eth0 with id 7")
    }

    @Test func `a pass does what the plan says, and a refusal keeps nothing else from it`() {
        let plane = InMemoryDataPlane()
        plane.nodeFault = { change in
            if case .startSynchronization = change { broken } else { nil }
        }
        let reconciler = Reconciler(plane)
        let wanted = NodeSpecification(
            [], timeouts: ConnectionTimeouts(udp: 10), synchronization: [master])
        let first = reconciler.passNode(wanted)
        #expect(first.changes.count == 1)
        #expect(first.failures == [broken])
        plane.nodeFault = { _ in nil }
        #expect(reconciler.passNode(wanted).changes == [.startSynchronization(master)])
        let quiet = reconciler.passNode(wanted)
        #expect(quiet.changes.isEmpty && quiet.failures.isEmpty)
        #expect(plane.node == ObservedNode(timeouts: .init(tcp: 900, tcpFIN: 120, udp: 10), synchronization: [master]))
    }
}
