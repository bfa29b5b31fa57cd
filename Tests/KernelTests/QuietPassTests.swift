import Addressing
import Director
import DirectorTestKit
import IPVS
import KernelTestKit
import LVSCareModel
import Netlink
import RouteNetlink
import Testing

@testable import LVSCare

extension KernelSuites {
    @Suite struct QuietPassTests {
        /// `IPVS_CMD_GET_SERVICE`, `IPVS_CMD_GET_DEST` (`linux/ip_vs.h`); `RTM_GETLINK`, `RTM_GETADDR`, `RTM_GETROUTE`
        /// (`linux/rtnetlink.h`).
        private static let reads: (ipvs: Set<UInt8>, route: Set<UInt16>) = ([4, 8], [18, 22, 26])

        /// `path`: the socket calls that it may take beside those for the table.
        @Test(arguments: [(count: 3, isLink: false, path: 4), (1000, false, 4), (3, true, 10)])
        func `a quiet pass writes nothing and costs few system calls`(count: Int, isLink: Bool, path limit: Int) throws
        {
            let stage = try Stage()
            defer { withExtendedLifetime(stage) {} }
            let generic = try CountingTransport(.generic)
            let route = try CountingTransport(.route)
            let ipvs = try IPVSClient(over: NetlinkConnection(over: generic))
            let service = VirtualService(Stage.vip)
            let realServers = (0..<count).map {
                RealServer(Endpoint(address: .loopback(.ipv4), port: 8000 + UInt16($0)))
            }
            let routes = RouteNetlinkClient(over: NetlinkConnection(over: route))
            let wanted = WantedPath(
                to: Stage.vip.address, for: [service],
                mode: isLink ? .link(name: "lvscare", masqueradeBit: 0) : .route(nil),
                realServers: realServers)
            let path = PathReconciler(
                PathPlanner(wanted, on: nil), in: LinuxNetwork(through: routes))
            var reconciler = SoleReconciler(service: service, plane: IPVSDataPlane(ipvs), path: path)
            let desired = DesiredState(specification: Specification(service: service, realServers: realServers))

            let first = reconciler.pass(desired)
            #expect(first.succeeded)
            #expect(first.applied.count == count + 1)
            #expect(first.pathChanges.count == (isLink ? 6 : 4) + (hasNFTables && isLink ? 1 : 0))

            generic.reset()
            route.reset()
            let quiet = reconciler.pass(desired)
            #expect(quiet.succeeded)
            #expect(!quiet.changedAnything)
            #expect(quiet.observed?.realServers.count == count)
            #expect(generic.commands.allSatisfy { Self.reads.ipvs.contains($0) }, "\(generic.commands)")
            #expect(route.sent.allSatisfy { Self.reads.route.contains($0.type) })
            // Two questions to the balancer, whose answers come in pieces of up to 32 KiB; for the path one lookup, in
            // link mode also of the link and its addresses.
            #expect(generic.systemCalls <= 8 + count / 100 + 1)
            #expect(route.systemCalls <= limit)
        }
    }
}
