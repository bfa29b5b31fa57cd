import Addressing
import RouteNetlink
import Testing

/// What the kernel makes of a route, and what makes two of them the same.
@Suite struct RouteComparisonTests {
    private func local(_ destination: String) throws -> Route {
        Route(destination: try block(destination), table: .local, type: .local, outputInterface: .loopback)
    }

    /// As read back after `ip route add local … dev lo table local`.
    @Test func `the kernel may fill in scope and metric`() throws {
        var found = try local("10.9.9.9/32")
        found.scope = .host
        found.metric = 0
        #expect(found.fulfills(try local("10.9.9.9/32")))

        var found6 = try local("fd99::9/128")
        found6.scope = .universe
        found6.metric = 1024
        #expect(found6.fulfills(try local("fd99::9/128")))
        var wanted6 = try local("fd99::9/128")
        wanted6.metric = 0
        wanted6.scope = .host
        wanted6.protocol = .unspecified
        #expect(found6.fulfills(wanted6))
    }

    /// `ip -6 route add fd44::5/64 dev d0` is shown as `fd44::/64`; IPv4 refuses it.
    @Test func `IPv6 drops host bits`() throws {
        #expect(Route(destination: try block("fd44::5/64")).normalized.destination == (try block("fd44::/64")))
        #expect(Route(destination: try block("fd44::ffff/123")).normalized.destination == (try block("fd44::ffe0/123")))
        #expect(Route(destination: try block("10.1.9.9/24")).normalized.destination == (try block("10.1.9.9/24")))
    }

    @Test func `state does not count`() throws {
        let wanted = Route(destination: try block("10.20.0.0/16"), outputInterface: LinkIndex(rawValue: 2))
        var found = wanted
        found.scope = .link
        found.flags = [.dead, .linkDown]
        #expect(found.fulfills(wanted))
        found.flags.insert(.onLink)
        #expect(!found.fulfills(wanted))
    }

    @Test func `the kernel may choose the link`() throws {
        let wanted = Route(destination: try block("10.20.0.0/16"), gateway: try address("10.1.2.1"))
        var found = wanted
        found.outputInterface = LinkIndex(rawValue: 2)
        #expect(found.fulfills(wanted))
        #expect(!wanted.fulfills(found))
    }

    @Test func `routes that refuse packets are on no link`() throws {
        let wanted = Route(destination: try block("fd23::/32"), type: .blackhole)
        var found = wanted
        found.outputInterface = .loopback
        #expect(found.fulfills(wanted))
    }

    @Test func `one next hop is equal to gateway and link`() throws {
        let gateway = try address("10.1.2.1")
        let wanted = Route(destination: try block("10.20.0.0/16"), nextHops: [NextHop(gateway: gateway)])
        let found = Route(
            destination: try block("10.20.0.0/16"), outputInterface: LinkIndex(rawValue: 2), gateway: gateway)
        #expect(found.fulfills(wanted))
    }

    @Test func `several next hops are not equal to one`() throws {
        let hops = [NextHop(gateway: try address("10.1.2.1")), NextHop(gateway: try address("10.1.2.2"))]
        let several = Route(destination: try block("10.20.0.0/16"), nextHops: hops)
        #expect(!several.fulfills(Route(destination: try block("10.20.0.0/16"))))
        #expect(!several.fulfills(Route(destination: try block("10.20.0.0/16"), gateway: try address("10.1.2.1"))))
        var heavier = several
        heavier.nextHops[0].weight = 2
        #expect(!heavier.fulfills(several))
    }

    static let differences: [(String, @Sendable (inout Route) -> Void)] = [
        ("source hint", { $0.preferredSource = .loopback(.ipv4) }),
        ("type", { $0.type = .unicast }),
        ("table", { $0.table = .main }),
        ("link", { $0.outputInterface = LinkIndex(rawValue: 2) }),
        ("gateway", { $0.gateway = .loopback(.ipv4) }),
        ("metric", { $0.metric = 50 }),
        ("maker", { $0.protocol = .static }),
        ("scope", { $0.scope = .universe }),
        ("type of service", { $0.typeOfService = 4 }),
    ]

    @Test(arguments: differences)
    func `routes that differ do not fulfil one another`(by name: String, change: @Sendable (inout Route) -> Void) throws
    {
        let wanted = try local("10.9.9.9/32")
        var found = wanted
        change(&found)
        #expect(!found.fulfills(wanted))
    }

    /// The kernel answers EEXIST to the second of two routes that differ only in these.
    @Test func `the identity of a route leaves configuration out`() throws {
        var first = try local("fd99::9/128")
        var second = first
        first.preferredSource = .loopback(.ipv6)
        second.metric = 1024
        second.type = .unicast
        #expect(first.identity == second.identity)
        second.metric = 50
        #expect(first.identity != second.identity)
    }
}
