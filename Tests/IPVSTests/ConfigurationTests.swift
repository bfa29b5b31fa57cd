import Addressing
import IPVS
import Testing

@Suite struct ConfigurationTests {
    @Test func `masks of the whole address are equal`() {
        #expect(Netmask.ipv4(0xffff_ffff) == .host)
        #expect(Netmask.ipv4(prefixLength: 32) == .host)
        #expect(Netmask.ipv4(prefixLength: 200) == .host)
        #expect(Netmask.ipv6(prefixLength: 128) == .host)
        #expect(Netmask.ipv4(prefixLength: 24) == .ipv4(0xffff_ff00))
        #expect(Netmask.ipv4(prefixLength: 0) == .ipv4(0))
        #expect(Netmask.ipv6(prefixLength: 64) != .host)
    }

    @Test func `flags that the kernel sets are no part of the value`() {
        #expect(Service.Flags(rawValue: 0x3) == [])
        #expect(Service.Flags(rawValue: 0x7) == .onePacket)
        // Bits of later kernels are kept.
        #expect(Service.Flags(rawValue: 0x8002).rawValue == 0x8000)
    }

    @Test func `values have a text`() {
        #expect(Service.Identity.endpoint(.tcp, endpoint("[fd00::1]:80")).description == "tcp [fd00::1]:80")
        #expect(Service.Identity.firewallMark(7, .ipv6).description == "firewall mark 7 (IPv6)")
        #expect(TransportProtocol(rawValue: 50).description == "protocol 50")
        #expect(Seconds(rawValue: 5).description == "5 s")
        #expect(Seconds(rawValue: 5).duration == .seconds(5))
    }
}
