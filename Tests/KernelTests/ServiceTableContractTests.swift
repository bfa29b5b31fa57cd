import DirectorTestKit
import IPVS
import KernelTestKit
import LVSCareModel
import Testing

@testable import LVSCare

extension KernelSuites {
    /// The contract that the table in memory fulfils, on the table of the kernel.
    @Suite struct ServiceTableContractTests {
        static let contracts = [
            ServiceTableContract(service: VirtualService(endpoint("10.200.0.1:80"))),
            ServiceTableContract(service: VirtualService(endpoint("[fd00:200::1]:80"))),
        ]

        @Test(arguments: contracts.flatMap { contract in contract.cases.map { (contract, $0) } })
        func holds(contract: ServiceTableContract, contractCase: ServiceTableContract.Case) throws {
            let ipvs = try freshIPVS()
            let table = KernelServiceTable(ipvs)
            let vip = contract.service.name
            let mismatches = contract.mismatches(in: contractCase, on: table) { disturbance in
                switch disturbance {
                case .persistence:
                    try Shell.lines("ipvsadm -E -t '\(vip)' -s rr -p 360")
                case .tunnel(let server, let weight):
                    // ipvsadm insists on the service's own port for tunnels, the kernel does not.
                    try ipvs.setDestination(
                        server.endpoint, .init(forwarding: .tunnel, weight: weight), of: contract.service)
                }
                return true
            }
            #expect(mismatches == [])
        }
    }
}
