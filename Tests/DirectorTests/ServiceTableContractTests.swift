import Addressing
import DirectorTestKit
import LVSCareModel
import Testing

@Suite struct ServiceTableContractTests {
    static let contracts = [IPAddress.Family.ipv4, .ipv6].map { family in
        ServiceTableContract(service: VirtualService(Endpoint(address: .loopback(family), port: 80)))
    }

    @Test(arguments: contracts[0].cases)
    func tableInMemoryKeepsTheContract(contractCase: ServiceTableContract.Case) {
        check(contractCase, of: Self.contracts[0])
    }

    @Test(arguments: contracts[1].cases)
    func tableInMemoryKeepsTheContractForIPv6(contractCase: ServiceTableContract.Case) {
        check(contractCase, of: Self.contracts[1])
    }

    private func check(_ contractCase: ServiceTableContract.Case, of contract: ServiceTableContract) {
        let table = InMemoryServiceTable()
        let mismatches = contract.mismatches(in: contractCase, on: table) {
            table.disturb($0, of: contract.service)
        }
        #expect(mismatches.isEmpty)
        #expect(table.services.isEmpty)
    }

    /// The contract must be able to fail.
    @Test func aTableThatForgetsIsFoundOut() {
        let contract = Self.contracts[0]
        let bad = contract.cases.filter { contractCase in
            let table = InMemoryServiceTable()
            table.fault = { operation in
                if case .change(.update) = operation { .refused(broken) } else { nil }
            }
            return !contract.mismatches(in: contractCase, on: table) { table.disturb($0, of: contract.service) }
                .isEmpty
        }
        #expect(bad.map(\.name).contains("probe fails, weight not 0: quiesce"))
        #expect(bad.count < contract.cases.count)
    }
}
