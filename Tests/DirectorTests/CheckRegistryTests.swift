import LVSCareModel
import Testing

@testable import Director

/// Which real servers rely on which checks.
@Suite struct CheckRegistryTests {
    private let ready = ProbeConfiguration.http(HTTPProbeConfiguration(target: "/readyz"))
    private let other = ProbeConfiguration.http(HTTPProbeConfiguration(target: "/other"))

    private func specification(_ checks: [HealthCheck], _ realServers: [RealServer] = [a]) -> Specification {
        let named = checks.enumerated().map { NamedCheck($1, name: "number \($0)") }
        return Specification(
            service: vip, members: realServers.map { RealServerSpecification($0) }, health: HealthPolicy(named))
    }

    private func check(_ probe: ProbeConfiguration, _ interval: Int = 5) -> HealthCheck {
        HealthCheck(interval: .seconds(interval), probe: probe)
    }

    private let member = CheckRegistry.Member(service: vip, realServer: a)

    private func ids(_ numbers: Int...) -> [CheckID] { numbers.map(CheckID.init(number:)) }

    private func target(_ check: HealthCheck) -> ProbeTarget {
        ProbeTarget(a.endpoint, check)
    }

    /// A registry of one real server with these checks.
    private func registry(_ checks: [HealthCheck]) -> CheckRegistry {
        var registry = CheckRegistry()
        _ = registry.adopt(specification(checks), of: vip, insteadOf: [])
        return registry
    }

    @Test func `checks are in the declared order, equal ones are one`() {
        var registry = CheckRegistry()
        let steps = registry.adopt(
            specification([check(.tcp), check(ready), check(.tcp)]), of: vip, insteadOf: [])
        #expect(steps.count == 2)
        #expect(registry[member] == ids(1, 2, 1))
        #expect(registry.members(of: CheckID(number: 1)) == [member])
        #expect(registry.adopt(specification([], []), of: vip, insteadOf: [a]).count == 2)
        #expect(registry.count == 0)
        #expect(registry[member].isEmpty)
    }

    @Test func `what stays is left alone, wherever it is declared`() {
        var registry = registry([check(.tcp), check(ready)])
        #expect(registry.adopt(specification([check(ready), check(.tcp)]), of: vip, insteadOf: [a]) == [])
        #expect(registry[member] == ids(2, 1))
    }

    @Test func `a check that asks the same takes the place of the former one`() {
        var registry = registry([check(.tcp), check(ready)])
        let steps = registry.adopt(specification([check(ready, 9), check(.tcp, 9)]), of: vip, insteadOf: [a])
        #expect(
            steps == [
                .replace(CheckID(number: 2), with: target(check(ready, 9))),
                .replace(CheckID(number: 1), with: target(check(.tcp, 9))),
            ])
        #expect(registry[member] == ids(2, 1))
    }

    @Test func `the only one that comes takes the place of the only one that goes`() {
        var registry = registry([check(.tcp), check(ready)])
        #expect(
            registry.adopt(specification([check(.tcp), check(other)]), of: vip, insteadOf: [a])
                == [.replace(CheckID(number: 2), with: target(check(other)))])
    }

    @Test func `where several come and go nothing is known of the new ones`() {
        var registry = registry([check(.tcp), check(ready)])
        #expect(
            registry.adopt(
                specification([check(other), check(.grpc(GRPCProbeConfiguration()))]), of: vip, insteadOf: [a])
                == [
                    .add(CheckID(number: 3), target(check(other)), basis: nil),
                    .add(CheckID(number: 4), target(check(.grpc(GRPCProbeConfiguration()))), basis: nil),
                    .remove(CheckID(number: 1)), .remove(CheckID(number: 2)),
                ])
        #expect(registry.count == 2)
    }

    @Test func `a check more is added, one less is removed`() {
        var registry = registry([check(.tcp)])
        #expect(
            registry.adopt(specification([check(ready), check(.tcp)]), of: vip, insteadOf: [a])
                == [.add(CheckID(number: 2), target(check(ready)), basis: nil)])
        #expect(registry.adopt(specification([check(ready)]), of: vip, insteadOf: [a]) == [.remove(CheckID(number: 1))])
        #expect(registry[member] == ids(2))
    }
}
