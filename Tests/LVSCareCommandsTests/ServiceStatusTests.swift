import Addressing
import DirectorTestKit
import LVSCare
import LVSCareModel
import Testing

@testable import LVSCareCommands

@Suite struct ServiceStatusTests {
    static let servers = (1...3).map { RealServer(Endpoint(address: .ipv4(10, 0, 0, $0), port: 6443)) }
    static let full = ObservedService(
        scheduler: .roundRobin,
        realServers: Dictionary(uniqueKeysWithValues: servers.map { ($0, ObservedRealServer(weight: 1)) }))
    static let refused = KernelFailure(
        operation: "add", object: "local route 10.0.0.9/32", code: 101, message: "Network is unreachable")

    static let service = VirtualService(Endpoint(address: .ipv4(10, 0, 0, 9), port: 6443))

    private func message(after events: [BalancerEvent.Kind]) -> [String] {
        var status = NodeStatus(of: [Specification(service: Self.service, realServers: Self.servers)])
        for event in events { _ = status.record(BalancerEvent(event, of: Self.service)) }
        return status.message
    }

    private func changed(_ change: TableChange) -> BalancerEvent.Kind {
        .changed(PlannedChange(change, cause: .declared))
    }

    @Test func `a service is ready after a pass without failures`() {
        #expect(message(after: []) == [])
        #expect(message(after: [.ready(Self.full)]) == ["READY=1", "STATUS=3 of 3 real servers in service"])
    }

    @Test func `a service is not ready while its path is incomplete`() {
        let text =
            "STATUS=3 of 3 real servers in service; cannot add local route 10.0.0.9/32: Network is unreachable (errno 101)"
        #expect(message(after: [.failed(Self.refused)]) == [])
        #expect(message(after: [.failed(Self.refused), .incomplete(Self.full)]) == [text])
        #expect(message(after: [.failed(Self.refused), .incomplete(Self.full), .failed(Self.refused)]) == [text])
        #expect(
            message(after: [.failed(Self.refused), .incomplete(Self.full), .recovered, .ready(Self.full)])
                == ["READY=1", "STATUS=3 of 3 real servers in service"])
    }

    @Test func `a service stays ready whatever fails later`() {
        #expect(
            message(after: [.ready(Self.full), .failed(Self.refused)]) == [
                "READY=1",
                "STATUS=3 of 3 real servers in service; "
                    + "cannot add local route 10.0.0.9/32: Network is unreachable (errno 101)",
            ])
    }

    @Test func `the status counts real servers that take new connections`() {
        let quiesced = changed(.setWeight(Self.servers[0], weight: .quiescent))
        func line(_ events: BalancerEvent.Kind...) -> String? { message(after: [.ready(Self.full)] + events).last }
        #expect(line(quiesced) == "STATUS=2 of 3 real servers in service")
        #expect(line(quiesced, changed(.remove(Self.servers[0]))) == "STATUS=2 of 3 real servers in service")
        #expect(
            line(quiesced, changed(.remove(Self.servers[0])), changed(.add(Self.servers[0], weight: 1)))
                == "STATUS=3 of 3 real servers in service")
        #expect(
            line(changed(.createService(scheduler: .roundRobin)), changed(.add(Self.servers[2], weight: 1)))
                == "STATUS=1 of 3 real servers in service")
        let undeclared = RealServer(Endpoint(address: .ipv4(10, 0, 0, 4), port: 6443))
        #expect(line(changed(.add(undeclared, weight: 1))) == "STATUS=3 of 3 real servers in service")
    }

    @Test func `says as long as it lasts that the virtual service is not answered`() {
        let phases: [ReachabilityReport.Phase] = [.verified, .began, .lasts, .ended]
        let lines = (1...phases.count).map { count in
            message(after: [.ready(Self.full)] + phases.prefix(count).map { .reachability(.init(phase: $0)) }).last
        }
        let (well, ill) = (
            "STATUS=3 of 3 real servers in service",
            "STATUS=3 of 3 real servers in service; not answered through the VIP"
        )
        #expect(lines == [well, ill, ill, well])
    }

    @Test func `a message is one line for each variable`() {
        let failure = KernelFailure(operation: "do", object: "a\nREADY=1", code: 0, message: "b")
        let message = message(after: [.failed(failure), .incomplete(Self.full)])
        #expect(message == ["STATUS=3 of 3 real servers in service; cannot do a\\nREADY=1: b"])
    }
}
