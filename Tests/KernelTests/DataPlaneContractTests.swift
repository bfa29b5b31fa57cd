import DirectorTestKit
import IPVS
import KernelTestKit
import LVSCareModel
import Testing

@testable import LVSCare

extension KernelSuites {
    /// The contract that the data plane in memory fulfils, on the kernel's.
    @Suite struct DataPlaneContractTests {
        static let contracts = DataPlaneContract.services.map(DataPlaneContract.init)

        @Test(arguments: contracts.flatMap { contract in contract.cases.map { (contract, $0) } })
        func `the contract holds on the kernel`(
            contract: DataPlaneContract, contractCase: DataPlaneContract.Case
        ) throws {
            let ipvs = try freshIPVS()
            let plane = IPVSDataPlane(ipvs)
            let mismatches = contract.mismatches(in: contractCase, on: plane) { disturbance in
                switch disturbance {
                case .persistence:
                    try Shell.lines("ipvsadm -E \(contract.service.option) -s rr -p 360")
                case .tunnel(let server, let weight):
                    // ipvsadm insists on the service's own port for tunnels, the kernel does not.
                    try ipvs.setDestination(
                        server.endpoint, .init(forwarding: .tunnel, weight: weight), of: contract.service)
                }
                return true
            }
            #expect(mismatches == [])
        }

        @Test func `holds for many services at a time`() throws {
            #expect(DataPlaneContract.mismatchesOfMany(on: IPVSDataPlane(try freshIPVS())) == [])
        }
    }
}

extension VirtualService {
    /// How ipvsadm(8) is told of it.
    fileprivate var option: String {
        switch self {
        case .endpoint(.udp, let endpoint): "-u '\(endpoint)'"
        case .endpoint(.sctp, let endpoint): "--sctp-service '\(endpoint)'"
        case .endpoint(_, let endpoint): "-t '\(endpoint)'"
        case .firewallMark(let mark, let family): "-f \(mark)" + (family == .ipv6 ? " -6" : "")
        }
    }
}
