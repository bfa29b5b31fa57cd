import Addressing
import LVSCareModel
import Testing

@testable import LVSCare

/// Which services of a kernel are this program's, when all of that is to be removed.
@Suite struct NodeRemainsTests {
    private let vip = IPAddress("169.254.7.1") ?? .unspecified(.ipv4)
    private let other = IPAddress("169.254.7.2") ?? .unspecified(.ipv4)

    private func service(_ address: IPAddress, _ port: UInt16) -> VirtualService {
        VirtualService(.tcp, Endpoint(address: address, port: port))
    }

    private func owner(_ address: IPAddress, _ port: UInt16) -> TableOwner {
        .service(.tcp, Endpoint(address: address, port: port))
    }

    @Test func `services at an address to which only this program leads are its own`() {
        let remains = NodeRemains(
            vips: [vip], owners: [], foreign: [other],
            present: [service(vip, 80), service(vip, 443), service(other, 80)])
        #expect(remains.services == [service(vip, 443), service(vip, 80)])
        #expect(remains.doubtful.isEmpty)
        #expect(remains.vips == [vip])
    }

    @Test func `services at an address that somebody else's link has as well are in doubt`() {
        let present = [service(vip, 80), service(other, 80)]
        let remains = NodeRemains(vips: [vip, other], owners: [], foreign: [vip], present: present)
        #expect(remains.services == [service(other, 80)])
        #expect(remains.doubtful == [service(vip, 80)])
    }

    @Test func `services are in doubt that are missing in the tables where others of their address are`() {
        let present = [service(vip, 80), service(vip, 9999), service(other, 80)]
        let remains = NodeRemains(vips: [vip, other], owners: [owner(vip, 80)], foreign: [], present: present)
        #expect(remains.services == [service(vip, 80), service(other, 80)])
        #expect(remains.doubtful == [service(vip, 9999)])
    }

    @Test func `what stands in the tables is this program's, whoever has the address and whether the service is there`()
    {
        let remains = NodeRemains(
            vips: [], owners: [owner(vip, 80), .vip(other)], foreign: [vip], present: [service(other, 53)])
        #expect(remains.vips == [vip, other])
        #expect(remains.services == [service(vip, 80), service(other, 53)])
        #expect(remains.doubtful.isEmpty)
    }

    @Test func `firewall marks have no address, and stay`() {
        let mark = VirtualService.firewallMark(7, .ipv4)
        #expect(NodeRemains(vips: [vip], owners: [], foreign: [], present: [mark]).services.isEmpty)
    }
}
