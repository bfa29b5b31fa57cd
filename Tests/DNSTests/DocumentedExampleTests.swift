import Addressing
import DNS
import Testing

/// The code that `DNS.docc` quotes.
@Suite struct DNSExampleTests {
    @Test func `a lookup is run by carrying out its directives`() throws {
        let configuration = ResolverConfiguration("nameserver 10.0.0.53\noptions timeout:2")
        let hosts = HostsTable("10.0.0.1 api.example.com")
        var random = SystemRandomNumberGenerator()
        var addresses: [IPAddress] = []

        var lookup = Lookup("api.example.com", configuration: configuration, hosts: hosts, within: .seconds(5))
        for directive in lookup.handle(.start, using: &random) {
            switch directive {
            case .ask(let exchange): print("send \(exchange.octets.count) bytes to \(exchange.server)")
            case .end(let number): print("close the socket of exchange \(number)")
            case .grace(let duration): print("report in \(duration)")
            case .finish(let result): addresses = try result.get().addresses
            }
        }

        #expect(addresses == [IPAddress("10.0.0.1")])
    }
}
