import Addressing
import LoadBalancing
import Testing

/// The code that `LoadBalancing.docc` quotes.
@Suite struct LoadBalancingExampleTests {
    @Test func `services and real servers are plain values`() throws {
        let web = VirtualService(.tcp, try Endpoint("10.103.97.2:443"))
        var service = ServiceConfiguration(scheduler: .weightedLeastConnection)
        service.persistence = .init(timeout: 600, netmask: .ipv4(prefixLength: 24))
        let remote = RealServerConfiguration(forwarding: .tunnel(.gue(port: 6080)), weight: 10)

        #expect(web.family == .ipv4)
        #expect(service.flags.isEmpty)
        #expect(remote.thresholds == .none)
        #expect("\(web)" == "tcp 10.103.97.2:443")
    }
}
