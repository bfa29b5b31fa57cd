import Addressing
import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

@Suite struct DataPlaneContractTests {
    private static let contracts = DataPlaneContract.services.map(DataPlaneContract.init)

    @Test(arguments: contracts.flatMap { contract in contract.cases.map { (contract, $0) } })
    func `the plane in memory keeps the contract`(contract: DataPlaneContract, contractCase: DataPlaneContract.Case) {
        let plane = InMemoryDataPlane()
        let mismatches = contract.mismatches(in: contractCase, on: plane) {
            plane.disturb($0, of: contract.service)
        }
        #expect(mismatches.isEmpty)
        #expect(plane.services.isEmpty)
    }

    @Test func `the plane in memory keeps the contract for many services`() {
        #expect(DataPlaneContract.mismatchesOfMany(on: InMemoryDataPlane()).isEmpty)
    }

    /// The contract must be able to fail.
    @Test func `a plane that forgets is found out`() {
        let contract = Self.contracts[0]
        let bad = contract.cases.filter { contractCase in
            let plane = InMemoryDataPlane()
            plane.fault = { operation in
                if case .change(.update) = operation { .refused(broken) } else { nil }
            }
            return !contract.mismatches(in: contractCase, on: plane) { plane.disturb($0, of: contract.service) }
                .isEmpty
        }
        #expect(bad.map(\.name).contains("probe fails, weight not 0: quiesce"))
        #expect(bad.count < contract.cases.count)
    }

    @Test func `what a plane cannot do is said in a sentence`() throws {
        var plain = DataPlaneFeatures.ipvs
        plain.name = "nf_tables"
        plain.forwarding = [.masquerade]
        plain.protocols = [.tcp]
        plain.hasFirewallMarks = false
        plain.hasPersistence = false
        let server = RealServer(try Endpoint("192.168.0.2:80"))
        let (tcp, udp) = (
            VirtualService(try Endpoint("10.0.0.1:80")), VirtualService(.udp, try Endpoint("10.0.0.1:53"))
        )
        func objection(_ service: VirtualService, _ member: RealServerSpecification, persists: Bool = false) -> String?
        {
            plain.objection(
                to: Specification(
                    service: service,
                    configuration: ServiceConfiguration(scheduler: .roundRobin, persistence: persists ? .init() : nil),
                    members: [member]))
        }
        #expect(objection(tcp, .init(server)) == nil)
        #expect(objection(tcp, .init(server, forwarding: .local)) == nil)
        #expect(objection(udp, .init(server)) == "nf_tables does not balance udp")
        #expect(objection(.firewallMark(7, .ipv4), .init(server)) == "nf_tables has no services by firewall mark")
        #expect(objection(tcp, .init(server), persists: true) == "nf_tables has no persistence")
        #expect(
            objection(tcp, .init(server, forwarding: .tunnel))
                == "nf_tables has no tunnels, which is wanted for 192.168.0.2:80")
        let sorry = ServicePolicy(sorryServer: .init(server, forwarding: .directRoute))
        #expect(
            plain.objection(to: Specification(service: tcp, members: [], policy: sorry))
                == "nf_tables has no direct routing, which is wanted for 192.168.0.2:80")
        #expect(
            DataPlaneFeatures.ipvs.objection(
                to: Specification(service: udp, members: [.init(server, forwarding: .directRoute)])) == nil)
    }
}
