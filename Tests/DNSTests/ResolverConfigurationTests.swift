import Addressing
import DNS
import Testing

@Suite struct ResolverConfigurationTests {
    @Test func `of a file`() {
        let configuration = ResolverConfiguration(
            """
            # made by somebody
            ; and somebody else
            domain old.example
            search one.example  two.example
            nameserver 10.0.0.53
            nameserver\tfd00::53   # the second
             nameserver 10.0.0.99
            nameserver fe80::1%eth0
            nameserver none
            nameserver 10.0.0.54
            nameserver 10.0.0.55
            options ndots:2 timeout:3 attempts:4 rotate use-vc edns0
            options unknown:7 ndots: timeout:x
            sortlist 10.0.0.0
            """)
        #expect(
            configuration
                == ResolverConfiguration(
                    servers: ["10.0.0.53", "fd00::53", "10.0.0.54"].map { Endpoint(address: address($0), port: 53) },
                    search: ["one.example", "two.example"].map { name($0) }, ndots: 2, timeout: .seconds(3),
                    attempts: 4, rotates: true, usesStreams: true))
    }

    @Test(arguments: ["", "\n\n", "nonsense", "nameserver", "options", "\0", "nameserver\0 1.2.3.4"])
    func `of nothing`(text: String) {
        #expect(ResolverConfiguration(text) == ResolverConfiguration())
        #expect(ResolverConfiguration(text).servers.map { "\($0)" } == ["127.0.0.1:53"])
    }

    @Test(arguments: [
        ("options ndots:99 timeout:99 attempts:99", 15, 30, 5), ("options ndots:-1 timeout:0 attempts:0", 0, 1, 1),
        ("options ndots:99999999999999999999", 1, 5, 2),
    ])
    func `within the limits of the C library`(text: String, ndots: Int, timeout: Int, attempts: Int) {
        let configuration = ResolverConfiguration(text)
        #expect(configuration.ndots == ndots)
        #expect(configuration.timeout == .seconds(timeout))
        #expect(configuration.attempts == attempts)
    }

    @Test(arguments: [
        ("", "node.a.example", ["a.example"]), ("", "node", []), ("search", "node.a.example", []),
        ("search b\nsearch c d", "node.a", ["c", "d"]), ("search b\ndomain c", "", ["c"]), ("search ..", "node.a", []),
        ("domain b.example extra", "node.a", ["b.example"]),
    ])
    func `the domains to search`(text: String, hostName: String, search: [String]) {
        #expect(ResolverConfiguration(text, hostName: hostName).search == search.map { name($0) })
    }

    @Test func `values have the same limits`() {
        let configuration = ResolverConfiguration(ndots: .max, timeout: .seconds(-1), attempts: .min)
        #expect(configuration.ndots == 15 && configuration.timeout == .seconds(1) && configuration.attempts == 1)
    }
}
