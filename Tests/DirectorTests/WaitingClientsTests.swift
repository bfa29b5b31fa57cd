import Addressing
import Director
import DirectorTestKit
import LVSCareModel
import SocketDiagnostics
import Testing

/// Clients on this node that wait for a real server which is removed because it is dead.
@Suite struct WaitingClientsTests {
    let table = InMemoryDataPlane()
    let clients = InMemoryClientSockets()
    let service = Endpoint(address: .loopback(.ipv4), port: 80)
    let cannot = KernelFailure(operation: "destroy", object: "TCP socket", code: 95, message: "Operation not supported")

    private func client(_ port: UInt16) -> Endpoint { Endpoint(address: .loopback(.ipv4), port: port) }

    private func reconciler() -> SoleReconciler {
        SoleReconciler(service: vip, plane: table, path: nil, clients: clients)
    }

    /// `a`, `b` and `c`, of which those in `unhealthy` have failed so many checks.
    private func desired(
        _ unhealthy: [RealServer: Int] = [:], _ change: (inout Specification) -> Void = { _ in }
    ) -> DesiredState {
        var specification = specification()
        change(&specification)
        var desired = DesiredState(specification: specification)
        for realServer in specification.realServers {
            let checks = unhealthy[realServer]
            desired[realServer] = Health(state: checks == nil ? .healthy : .unhealthy, failedChecks: checks ?? 0)
        }
        return desired
    }

    /// Has `a` quiesced at its first failing check and removed at the next, in as many passes; returns the report of the last.
    private func remove(
        _ reconciler: inout SoleReconciler, _ change: (inout Specification) -> Void = { _ in }
    ) -> PassReport {
        _ = reconciler.pass(desired([:], change))
        _ = reconciler.pass(desired([a: 1], change))
        return reconciler.pass(desired([a: 2], change))
    }

    @Test func `are let go when it is removed, and no others`() {
        let waiting = [client(40_001), client(40_002)].map { clients.open(from: $0, to: service, leadingTo: a) }
        clients.open(from: client(40_003), to: service, leadingTo: b)
        clients.open(from: client(40_004), to: service, leadingTo: nil)
        clients.open(from: client(40_005), to: Endpoint(address: .loopback(.ipv4), port: 81), leadingTo: a)
        var reconciler = reconciler()
        _ = reconciler.pass(desired())
        #expect(reconciler.pass(desired([a: 1])).abortedConnections.isEmpty)
        #expect(clients.lists == 0, "nobody is looked for before the removal")
        clients.willAbort = { [table] in #expect(table.services[vip]?.realServers[a] == nil, "the removal comes first")
        }
        let report = reconciler.pass(desired([a: 2]))
        #expect(report.abortedConnections == [AbortedConnections(to: a, count: 2)])
        #expect(report.limitations.isEmpty)
        #expect(clients.aborted == waiting)
        #expect(clients.open.map(\.local.port) == [40_003, 40_004, 40_005])
        #expect(reconciler.pass(desired([a: 3])).abortedConnections.isEmpty)
        #expect(clients.lists == 1)
    }

    /// Soon after the removal the kernel forgets the connections.
    @Test func `are found before it is removed`() {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        var reconciler = reconciler()
        table.fault = { [clients] operation in
            if operation == .change(.remove(a)) { clients.connections = [:] }
            return nil
        }
        #expect(remove(&reconciler).abortedConnections == [AbortedConnections(to: a, count: 1)])
    }

    @Test func `are let go where it is removed at once`() {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        var reconciler = reconciler()
        _ = reconciler.pass(desired())
        let report = reconciler.pass(desired([a: 1]) { $0.policy.failure = .remove })
        #expect(report.abortedConnections == [AbortedConnections(to: a, count: 1)])
    }

    @Test func `nobody is asked for connections where this node has no socket`() {
        var reconciler = reconciler()
        #expect(remove(&reconciler).abortedConnections.isEmpty)
        #expect((clients.lists, clients.lookups) == (1, 0))
    }

    static let leftAlone: [@Sendable (inout Specification) -> Void] = [
        { $0.abortsWaiting = false }, { $0.policy.failure = .quiesce },
    ]

    @Test(arguments: leftAlone)
    func `stay where that is wanted, and where it only gets weight 0`(
        change: @Sendable (inout Specification) -> Void
    ) {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        var reconciler = reconciler()
        #expect(remove(&reconciler, change).abortedConnections.isEmpty)
        #expect(clients.lists == 0)
    }

    @Test func `stay where every real server fails and all are kept`() {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        var reconciler = reconciler()
        for checks in 0...3 {
            var desired = desired(checks == 0 ? [:] : [a: checks, b: checks, c: checks]) { $0.allDown = .keep }
            desired.latelyHealthy = [a, b, c]
            #expect(reconciler.pass(desired).abortedConnections.isEmpty)
        }
        #expect(clients.lists == 0)
    }

    @Test func `stay when it is drained, is not declared any more, or the service is cleaned up`() {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        // Its connections end within the drain timeout, or not.
        for connections: UInt32 in [0, 1] {
            var reconciler = reconciler()
            let start = ContinuousClock.now
            let drains: (inout Specification) -> Void = { $0.drainTimeout = .seconds(10) }
            _ = reconciler.pass(desired([:], drains), at: start)
            _ = reconciler.pass(desired([a: 1], drains), at: start)
            table.services[vip]?.realServers[a]?.activeConnections = 1
            _ = reconciler.pass(desired([a: 2], drains), at: start)
            table.services[vip]?.realServers[a]?.activeConnections = connections
            let report = reconciler.pass(desired([a: 3], drains), at: start + .seconds(11))
            #expect(report.applied.map(\.change) == [.remove(a)])
        }
        var reconciler = reconciler()
        _ = reconciler.pass(desired())
        for checks in 1...3 {
            var undeclared = desired { $0.declare([b, c]) }
            undeclared.undeclaredChecks = checks
            _ = reconciler.pass(undeclared)
        }
        #expect(table.services[vip]?.realServers[a] == nil)
        #expect(reconciler.cleanUp().succeeded)
        #expect(clients.lists == 0)
    }

    @Test func `stay while the kernel refuses the removal`() {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        var reconciler = reconciler()
        table.fault = { $0 == .change(.remove(a)) ? .refused(broken) : nil }
        let report = remove(&reconciler)
        #expect(report.failures == [broken])
        #expect(report.abortedConnections.isEmpty && clients.aborted.isEmpty)
        table.fault = { _ in nil }
        #expect(reconciler.pass(desired([a: 3])).abortedConnections == [AbortedConnections(to: a, count: 1)])
    }

    @Test func `a connection that has ended meanwhile is none that was aborted`() {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        clients.willAbort = { [clients] in clients.open = [] }
        var reconciler = reconciler()
        let report = remove(&reconciler)
        #expect(report.abortedConnections.isEmpty)
        #expect(report.limitations.isEmpty)
    }

    @Test(arguments: [true, false])
    func `a kernel that cannot let them go is told of once, and nothing else changes`(lists: Bool) {
        clients.open(from: client(40_001), to: service, leadingTo: a)
        clients.open(from: client(40_002), to: service, leadingTo: b)
        if lists { clients.abortFailure = cannot } else { clients.listFailure = cannot }
        var reconciler = reconciler()
        let report = remove(&reconciler)
        #expect(report.applied.map(\.change) == [.remove(a)])
        #expect(report.succeeded && report.abortedConnections.isEmpty)
        #expect(report.limitations.map(\.missing) == ["a way to abort connections (\(cannot))"])
        let later = (1...2).map { reconciler.pass(desired([a: 2, b: $0])) }
        #expect(later.map(\.limitations) == [[], []])
        #expect(later[1].applied.map(\.change) == [.remove(b)])
    }

    @Test(arguments: [
        VirtualService.endpoint(.udp, Endpoint(address: .loopback(.ipv4), port: 80)),
        .endpoint(.tcp, Endpoint(address: .loopback(.ipv4), port: 0)), .firewallMark(7, .ipv4),
    ])
    func `services without a TCP port are left alone`(service: VirtualService) {
        var specification = specification()
        specification.service = service
        var reconciler = SoleReconciler(service: service, plane: table, path: nil, clients: clients)
        for checks in 0...2 {
            var desired = DesiredState(specification: specification)
            if checks > 0 { desired[a] = Health(state: .unhealthy, failedChecks: checks) }
            _ = reconciler.pass(desired)
        }
        #expect(table.services[service]?.realServers[a] == nil)
        #expect(clients.lists == 0)
    }
}
