import Addressing
import DirectorTestKit
import LVSCareModel
import RouteNetlink
import Testing

@testable import Director

/// A network that leaves steps about tables pending until somebody asks, as that of Linux does.
private final class BatchingNetwork: NodeNetwork {
    let network = InMemoryNetwork()
    /// Whether what is pending is refused.
    var refusal: KernelFailure?
    private var outcomes: [PathStep: PathStepOutcome] = [:]
    private var noted: [PathStep] = []
    /// Number of times that all of it was carried out.
    private(set) var batches = 0

    var isSilenced: Bool { network.isSilenced }
    var lacksPacketFilter: Bool { network.lacksPacketFilter }

    func ways(to addresses: [IPAddress]) -> [IPAddress: Route] { network.ways(to: addresses) }
    func link(named name: String) -> ObservedLink? { network.link(named: name) }
    func setting(_ name: String) -> Result<String, UnreadableSetting> { network.setting(name) }
    func gateways(_ family: IPAddress.Family) -> Set<IPAddress> { network.gateways(family) }
    func survey(of vip: IPAddress) -> PathSurvey { network.survey(of: vip) }

    func apply(_ step: PathStep) -> PathStepOutcome {
        guard [.masquerading, .resolution].contains(step.part) else { return network.apply(step) }
        noted.append(step)
        return .pending
    }

    func outcome(of step: PathStep) -> PathStepOutcome {
        if !noted.isEmpty {
            batches += 1
            for step in noted { outcomes[step] = refusal.map(PathStepOutcome.failed) ?? network.apply(step) }
            noted = []
        }
        return outcomes.removeValue(forKey: step) ?? .done(nil)
    }
}

/// Steps that are carried out together with those of other paths.
@Suite struct PendingStepTests {
    private let network = BatchingNetwork()
    private let plane = InMemoryDataPlane()

    private func path(_ number: UInt8, ports: [UInt16] = [80]) -> (services: [VirtualService], path: PathReconciler) {
        let vip = IPAddress(octets: [10, 99, 0, number]) ?? .loopback(.ipv4)
        let services = ports.map { VirtualService(Endpoint(address: vip, port: $0)) }
        let wanted = WantedPath(
            to: vip, for: services, mode: .link(name: "lvscare", masqueradeBit: 0), realServers: [a])
        return (services, PathReconciler(PathPlanner(wanted, on: nil), in: network))
    }

    private func reconciler(_ paths: [(services: [VirtualService], path: PathReconciler)]) -> Reconciler {
        var reconciler = Reconciler(plane)
        for (services, path) in paths {
            for service in services { reconciler.add(service) }
            if let vip = services.first?.endpoint?.address { reconciler[pathTo: vip] = path }
        }
        return reconciler
    }

    private func desired(_ services: [VirtualService]) -> [VirtualService: DesiredState] {
        Dictionary(
            uniqueKeysWithValues: services.map {
                ($0, DesiredState(specification: Specification(service: $0, realServers: [a])))
            })
    }

    @Test func `all paths of a pass are one batch, and each tells what became of its own`() {
        let paths = (1...20).map { path($0) }
        var reconciler = reconciler(paths)
        let services = paths.flatMap(\.services)
        let reports = reconciler.pass(desired(services))
        #expect(network.batches == 1)
        #expect(network.network.masqueradings.count == 20)
        for service in services {
            let changes = reports[service]?.pathChanges ?? []
            #expect(changes.contains { $0.verb == .added && $0.object.contains("masquerade") })
            #expect(reports[service]?.succeeded == true)
        }
        let quiet = reconciler.pass(desired(services))
        #expect(quiet.values.allSatisfy { $0.pathChanges.isEmpty && $0.succeeded })
        #expect(network.batches == 2)
        // What somebody changes later is told as a repair.
        _ = network.network.apply(.stopMasquerading(services[3]))
        let repaired = reconciler.pass(desired(services))
        #expect(repaired.filter { !$0.value.pathChanges.isEmpty }.keys.map(\.self) == [services[3]])
        #expect(repaired[services[3]]?.pathChanges.allSatisfy { $0.isRepair } == true)
        let cleaned = reconciler.cleanUp(services)
        #expect(network.batches == 4)
        #expect(network.network.masqueradings.isEmpty)
        #expect(cleaned.values.allSatisfy { $0.pathChanges.contains { $0.verb == .removed } })
    }

    @Test func `a refusal is in the report of each path once, however many services it has`() {
        let refusal = KernelFailure(operation: "change", object: "table", code: 1)
        network.refusal = refusal
        let paths = [path(1, ports: [80, 81, 82]), path(2)]
        var reconciler = reconciler(paths)
        let reports = reconciler.pass(desired(paths.flatMap(\.services)))
        #expect(reports[paths[0].services[0]]?.failures == [refusal])
        #expect(reports[paths[1].services[0]]?.failures == [refusal])
        // All else was put in place.
        #expect(network.network.links.contains { $0.link.name == "lvscare" && $0.addresses.count == 2 })
        network.refusal = nil
        let again = reconciler.pass(desired(paths.flatMap(\.services)))
        #expect(again.values.allSatisfy { $0.succeeded })
        #expect(network.network.masqueradings.count == 4)
    }

    @Test func `what is missing on the node is told once for a path`() {
        network.network.hasPacketFilter = false
        let one = path(1, ports: [80, 81])
        var reconciler = reconciler([one])
        let report = reconciler.pass(desired(one.services))[one.services[0]]
        #expect(report?.limitations.count { $0.missing == "nf_tables" } == 1)
        #expect(report?.succeeded == true)
    }

    @Test func `what was pending is taken back with the rest`() {
        let one = path(1)
        var reconciler = reconciler([one])
        let reports = reconciler.pass(desired(one.services))
        #expect(network.network.masqueradings.count == 1)
        let undone = reconciler.rollBack(reports)
        #expect(network.network.masqueradings.isEmpty && network.network.routes.isEmpty)
        #expect(undone[one.services[0]]?.pathChanges.contains { $0.object.contains("stopMasquerading") } == true)
    }
}
