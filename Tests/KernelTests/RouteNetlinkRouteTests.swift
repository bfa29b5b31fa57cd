import Addressing
import KernelTestKit
import Netlink
import RouteNetlink
import SystemPackage
import Testing

extension KernelSuites {
    /// Routes, with `ip route` as the oracle.
    @Suite struct RouteNetlinkRouteTests {
        /// Virtual address, source hint and another source hint, which the test adds.
        static let localRoutes = [
            (vip: "10.66.9.9", source: TestLink.address, other: "10.66.1.4"),
            (vip: "fd66:9::9", source: TestLink.address6, other: "fd66:1::4"),
        ]

        private func localRoute(_ vip: String, source: String?) throws -> Route {
            Route(
                destination: try addressBlock(vip), table: .local, type: .local, outputInterface: .loopback,
                preferredSource: try source.map(ipAddress))
        }

        @Test func `the routes are those of the ip command`() throws {
            try TestLink.with { link in
                let routes = [
                    "local 10.66.9.9/32 dev lo table local src 10.66.1.3 proto 77",
                    "10.67.0.0/16 via 10.66.1.1 metric 50",
                    "10.68.0.0/16 via inet6 fd66:1::1 dev rn-test",
                    "10.69.0.0/16 nexthop via 10.66.1.1 weight 3 nexthop via 10.66.1.2",
                    "10.70.0.1/32 via 192.0.2.1 dev rn-test onlink table 70000",
                    "blackhole 10.71.0.0/16 table 1066",
                    "unreachable 10.72.0.0/16 metric 7",
                    "10.66.5.0/24 dev rn-test scope link src 10.66.1.3",
                    "fd67::/32 via fd66:1::1 metric 50",
                    "local fd66:9::9/128 dev lo table local src fd66:1::3",
                    "fd69::/32 nexthop via fd66:1::1 dev rn-test nexthop via fd66:1::2 dev rn-test",
                    "fd70::/64 from fd66:1::/64 via fd66:1::1 dev rn-test",
                    "prohibit fd71::/32 table 1066",
                ]
                defer { IPCommand.cleanUp(routes.map { "route delete \($0)" }) }
                try IPCommand.run(routes.map { "route add \($0)" })

                let all = try link.client.routes()
                let ours = Set(try link.shown(all))
                let theirs = try ShownRoute.all()
                #expect(ours.subtracting(theirs) == [])
                #expect(theirs.subtracting(ours) == [])
                // The kernel's filters and ours choose the same.
                for family in [IPAddress.Family.ipv4, .ipv6, nil] {
                    for table in [RouteTable.local, .main, RouteTable(rawValue: 1066), nil] {
                        let filter = RouteFilter(family: family, table: table)
                        let expected = all.filter { route in
                            (family == nil || route.family == family) && (table == nil || route.table == table)
                        }
                        #expect(try link.client.routes(filter) == expected)
                    }
                }
                let one = RouteFilter(table: .local, destination: try addressBlock("10.66.9.9"))
                #expect(try link.client.routes(one).map(\.protocol) == [RouteProtocol(rawValue: 77)])
                #expect(try link.client.routes(RouteFilter(table: RouteTable(rawValue: 4242))).isEmpty)
                for family in IPAddress.Family.allCases {
                    let filter = RouteFilter(family: family, table: RouteTable(rawValue: 4242))
                    #expect(try link.client.routes(filter).isEmpty)
                }
            }
        }

        /// What `ip` gives to a route and this library gives no meaning.
        static let rich = [
            "10.67.0.0/16 via 10.66.1.1 dev rn-test mtu lock 1400 advmss 1360 hoplimit 9 realms 3",
            "10.69.0.0/16 nexthop via 10.66.1.1 dev rn-test realms 5 weight 3 nexthop via 10.66.1.2 dev rn-test",
            "fd67::/32 via fd66:1::1 dev rn-test metric 50 mtu 1300 pref high",
        ]

        @Test(arguments: rich)
        func `a route that is replaced by itself keeps what it had`(text: String) throws {
            try TestLink.with { link in
                let block = text.prefix { $0 != " " }
                let show = (block.contains(":") ? "-6" : "-4") + " route show exact \(block)"
                defer { IPCommand.cleanUp("route delete \(text)") }
                try IPCommand.run("route add \(text)")
                let before = try IPCommand.run(show)
                let filter = RouteFilter(table: .main, destination: try addressBlock(String(block)))
                let route = try #require(try link.client.routes(filter).first)

                try link.client.replace(route)
                #expect(try IPCommand.run(show) == before)
                #expect(try link.client.routes(filter) == [route])
                if route.family == .ipv6 {
                    var passing = route
                    passing.lifetime = .seconds(500)
                    try link.client.replace(passing)
                    #expect(try IPCommand.run(show).contains("expires"))
                    #expect(try link.client.routes(filter).map { ($0.lifetime ?? .zero) > .seconds(400) } == [true])
                }
                try link.client.delete(route)
                #expect(try link.client.routes(filter).isEmpty)
            }
        }

        @Test(arguments: localRoutes)
        func `a local route with a source is added`(vip: String, source: String, other: String) throws {
            try TestLink.with { link in
                let route = try localRoute(vip, source: source)
                let filter = RouteFilter(table: .local, destination: route.destination)
                defer { IPCommand.cleanUp("route delete local \(vip) table local") }

                try link.client.add(route)
                let shown = try ShownRoute.to(route.destination, table: .local)
                #expect(shown.count == 1)
                #expect(shown.first?.prefsrc == source)
                #expect(shown.first?.dev == "lo")
                let found = try #require(try link.client.routes(filter).first)
                #expect(found.fulfills(route))
                #expect(found.identity == route.identity)
                #expect(found.scope == (found.family == .ipv4 ? .host : .universe))
                #expect(found.metric == (found.family == .ipv4 ? 0 : 1024))

                let again = #expect(throws: RouteNetlinkError.self) { try link.client.add(route) }
                #expect(again?.alreadyExists == true)
                #expect(try link.client.route(to: try ipAddress(vip)).preferredSource == (try ipAddress(source)))

                try IPCommand.run("address add \(other)/\(vip.contains(":") ? "64 nodad" : "24") dev \(TestLink.name)")
                let changed = try localRoute(vip, source: other)
                try link.client.replace(changed)
                #expect(try link.client.routes(filter).map { $0.fulfills(changed) } == [true])
                #expect(try ShownRoute.to(route.destination, table: .local).map(\.prefsrc) == [other])
                try link.client.replace(changed)
                #expect(try link.client.routes(filter).count == 1)

                // Not the route as it was before, but as it is now.
                let gone = #expect(throws: RouteNetlinkError.self) { try link.client.delete(route) }
                #expect(gone?.notFound == true)
                #expect(try link.client.routes(filter).count == 1)
                try link.client.delete(changed)
                #expect(try ShownRoute.to(route.destination, table: .local).isEmpty)
                let absent = #expect(throws: RouteNetlinkError.self) { try link.client.delete(changed) }
                #expect(absent?.notFound == true)
            }
        }

        @Test func `lists default routes and their gateways`() throws {
            let routes = [
                "default metric 66 nexthop via 10.66.1.1 dev rn-test nexthop via inet6 fd66:1::1 dev rn-test",
                "default via 10.66.1.2 metric 67", "default via 10.66.1.2 table 1066", "unreachable default metric 68",
                "::/0 via fd66:1::2 metric 66",
            ]
            try TestLink.with { link in
                defer { IPCommand.cleanUp(routes.map { "route delete \($0)" }) }
                try IPCommand.run(routes.map { "route add \($0)" })
                func gateways(_ filter: RouteFilter) throws -> Set<String> {
                    Set(
                        try link.client.routes(filter).flatMap(\.hops).compactMap { hop in
                            hop.gateway.map { "\($0) dev \(hop.outputInterface == link.index ? TestLink.name : "?")" }
                        })
                }
                let test = "dev rn-test"
                #expect(
                    try gateways(.defaultRoutes(.ipv4))
                        == ["10.66.1.1 \(test)", "fd66:1::1 \(test)", "10.66.1.2 \(test)"])
                #expect(
                    try gateways(.defaultRoutes(.ipv4, table: RouteTable(rawValue: 1066))) == ["10.66.1.2 \(test)"])
                #expect(try gateways(.defaultRoutes(.ipv6)) == ["fd66:1::2 \(test)"])
            }
        }

        @Test func `many lookups cost few system calls and say what single ones say`() throws {
            let refusals = [
                "unreachable 10.72.0.0/16", "prohibit 10.73.0.0/16", "blackhole 10.74.0.0/16",
                "unreachable fd72::/32", "prohibit fd73::/32", "blackhole fd74::/32", "throw fd75::/32",
            ]
            try TestLink.with { link in
                defer { IPCommand.cleanUp(refusals.map { "route delete \($0)" }) }
                try IPCommand.run(refusals.map { "route add \($0)" })
                let transport = try CountingTransport(.route)
                let client = RouteNetlinkClient(over: NetlinkConnection(over: transport))

                let few = try ["10.66.1.9", "fd66:1::9", "127.0.0.1"].map(ipAddress)
                #expect(try client.routes(to: few).map { $0?.outputInterface } == [link.index, link.index, .loopback])
                #expect(transport.systemCalls == 2)

                let nowhere = try [
                    "10.72.0.1", "10.73.0.1", "10.74.0.1", "fd72::1", "fd73::1", "fd74::1", "fd75::1",
                ].map(ipAddress)
                let unknown = try ["192.0.2.1", "fd99::1"].map(ipAddress)
                let reached = try (1...23).map { try ipAddress("10.66.1.\($0)") }
                let destinations = nowhere + reached + unknown
                #expect(destinations.count == 32)
                transport.reset()
                let routes = try client.routes(to: destinations)
                #expect(transport.systemCalls <= 3)
                #expect(routes == destinations.map { try? link.client.route(to: $0) })
                #expect(routes.filter { $0 == nil }.count == refusals.count + unknown.count)
            }
        }

        /// All answers wait in the socket before the first is read.
        @Test func `thousands of lookups are all answered`() throws {
            try TestLink.with { link in
                let transport = try CountingTransport(.route)
                let client = RouteNetlinkClient(over: NetlinkConnection(over: transport))
                let destinations = try (0..<5000).map { number in
                    try ipAddress(number % 2 == 0 ? "10.66.1.\(number % 250)" : "fd66:1::\(String(number, radix: 16))")
                }
                let routes = try client.routes(to: destinations)
                #expect(routes.map { $0?.destination.address } == destinations)
                #expect(transport.systemCalls < 200)
            }
        }

        /// Replacing makes what is missing.
        @Test(arguments: localRoutes)
        func `replacing adds a route that is missing`(vip: String, source: String, other: String) throws {
            try TestLink.with { link in
                let route = try localRoute(vip, source: source)
                try link.client.replace(route)
                #expect(try ShownRoute.to(route.destination, table: .local).map(\.prefsrc) == [source])
                try link.client.delete(route)
            }
        }

        /// The virtual address is an address of this node as well, for which the kernel has an entry of its own.
        @Test func `a prepended route outranks the present one until it goes`() throws {
            try TestLink.with { link in
                let (vip, source, _) = Self.localRoutes[0]
                try IPCommand.run("address add \(vip)/32 dev \(TestLink.name)")
                let route = try localRoute(vip, source: source)
                let filter = RouteFilter(table: .local, destination: route.destination)
                let kernels = try link.client.routes(filter)
                #expect(kernels.map(\.protocol) == [.kernel])

                try link.client.prepend(route)
                #expect(try ShownRoute.to(route.destination, table: .local).map(\.prefsrc) == [source, vip])
                #expect(try link.client.route(to: try ipAddress(vip)).preferredSource == (try ipAddress(source)))
                let again = #expect(throws: RouteNetlinkError.self) { try link.client.prepend(route) }
                #expect(again?.alreadyExists == true)

                try link.client.delete(route)
                #expect(try link.client.routes(filter) == kernels)
            }
        }

        /// Without IPv4's order: another source hint makes no other route, and another gateway a second next hop.
        @Test func `a route is prepended in IPv6`() throws {
            try TestLink.with { link in
                let (vip, source, _) = Self.localRoutes[1]
                let local = try localRoute(vip, source: source)
                try link.client.prepend(local)
                let hinted = try localRoute(vip, source: "::1")
                let taken = #expect(throws: RouteNetlinkError.self) { try link.client.prepend(hinted) }
                #expect(taken?.alreadyExists == true)
                try link.client.delete(local)

                let destination = try addressBlock("fd67::/32")
                for gateway in ["fd66:1::1", "fd66:1::2"] {
                    try link.client.prepend(
                        Route(destination: destination, outputInterface: link.index, gateway: try ipAddress(gateway)))
                }
                #expect(try link.client.routes(RouteFilter(destination: destination)).map(\.nextHops.count) == [2])
            }
        }

        @Test(arguments: [("10.67.0.0/16", "10.66.1.1", "10.66.1.2"), ("fd67::/32", "fd66:1::1", "fd66:1::2")])
        func `a route with a gateway is added`(destination: String, gateway: String, other: String) throws {
            try TestLink.with { link in
                var route = Route(
                    destination: try addressBlock(destination), metric: 50, gateway: try ipAddress(gateway))
                let filter = RouteFilter(table: .main, destination: route.destination)
                if route.family == .ipv6 { route.outputInterface = link.index }
                try link.client.add(route)
                let shown = try #require(try ShownRoute.to(route.destination, table: .main).first)
                #expect(shown.gateway == gateway)
                #expect(shown.metric == 50)
                #expect(shown.dev == TestLink.name)
                #expect(try link.client.routes(filter).map { $0.fulfills(route) } == [true])

                let looked = try link.client.route(to: route.destination.address)
                #expect(looked.gateway == route.gateway)
                #expect(looked.outputInterface == link.index)

                route.gateway = try ipAddress(other)
                let taken = #expect(throws: RouteNetlinkError.self) { try link.client.add(route) }
                #expect(taken?.alreadyExists == true)
                try link.client.replace(route)
                #expect(try ShownRoute.to(route.destination, table: .main).map(\.gateway) == [other])
                try link.client.delete(route)
                #expect(try ShownRoute.to(route.destination, table: .main).isEmpty)
            }
        }

        /// Neighbours differ in one respect each; to the kernel, deletion without that respect means any of them.
        @Test(arguments: [
            ("10.67.0.1/32", ["", "metric 50", "metric 60", "table 1066"]),
            ("fd67::1/128", ["metric 40", "", "metric 2000", "table 1066"]),
        ])
        func `exactly one route is deleted`(destination: String, variants: [String]) throws {
            try TestLink.with { link in
                func neighbours() throws -> [Route] {
                    try link.client.routes(RouteFilter(destination: try addressBlock(destination)))
                }
                for index in variants.indices {
                    defer { IPCommand.cleanUp(variants.map { "route delete \(destination) dev rn-test \($0)" }) }
                    try IPCommand.run(variants.map { "route add \(destination) dev rn-test \($0)" })
                    let before = try neighbours()
                    try #require(before.count == variants.count)
                    try link.client.delete(before[index])
                    var expected = before
                    expected.remove(at: index)
                    #expect(try neighbours() == expected)
                }
            }
        }

        /// An IPv6 route with another type or source hint is another route to us, though not to the kernel.
        @Test func `a route that differs is not deleted`() throws {
            try TestLink.with { link in
                let route = try localRoute("fd66:9::9", source: TestLink.address6)
                try link.client.add(route)
                for different in [
                    try localRoute("fd66:9::9", source: nil), try localRoute("fd66:9::9", source: "::1"),
                    Route(destination: route.destination, table: .local, outputInterface: .loopback),
                ] {
                    let error = #expect(throws: RouteNetlinkError.self) { try link.client.delete(different) }
                    #expect(error?.notFound == true)
                }
                try link.client.delete(route)
            }
        }

        /// `ip route add` understands our descriptions, and makes of them what we meant.
        @Test func `routes are described as commands`() throws {
            try TestLink.with { link in
                let table = RouteTable(rawValue: 1066)
                let gateway = try ipAddress("10.66.1.1")
                let gateway6 = try ipAddress("fd66:1::1")
                let hops = [NextHop(gateway: gateway, weight: 2), NextHop(gateway: try ipAddress("10.66.1.2"))]
                let routes = [
                    try localRoute("10.66.9.9", source: TestLink.address),
                    try localRoute("fd66:9::9", source: TestLink.address6),
                    Route(destination: try addressBlock("0.0.0.0/0"), table: table, gateway: gateway),
                    Route(
                        destination: try addressBlock("fd67::/32"), protocol: .static, metric: 50,
                        outputInterface: link.index, gateway: gateway6),
                    Route(destination: try addressBlock("10.71.0.0/16"), type: .blackhole, metric: 4_000_000_000),
                    Route(destination: try addressBlock("fd71::/32"), table: table, type: .unreachable),
                    Route(
                        destination: try addressBlock("10.67.0.0/16"), outputInterface: link.index, gateway: gateway6),
                    Route(
                        destination: try addressBlock("10.68.0.0/16"), typeOfService: 0x10,
                        outputInterface: link.index, preferredSource: try ipAddress(TestLink.address)),
                    Route(
                        destination: try addressBlock("10.70.0.1/32"), outputInterface: link.index,
                        gateway: try ipAddress("192.0.2.1"), flags: .onLink),
                    Route(destination: try addressBlock("10.69.0.0/16"), nextHops: hops),
                    Route(
                        destination: try addressBlock("fd70::/64"), source: try addressBlock("fd66:1::/64"),
                        outputInterface: link.index, gateway: gateway6),
                    Route(
                        destination: try addressBlock("10.73.0.1"), scope: .universe, outputInterface: link.index),
                ]
                for route in routes {
                    let family = route.family == .ipv4 ? "-4" : "-6"
                    let filter = RouteFilter(table: route.table, destination: route.destination)
                    try IPCommand.run("\(family) route add \(route)")
                    let byCommand = try link.client.routes(filter)
                    #expect(byCommand.map { $0.fulfills(route) } == [true], "\(route), found \(byCommand)")
                    try link.client.delete(route)
                    #expect(try link.client.routes(filter).isEmpty)
                    // And by our own request, the very same comes about.
                    try link.client.add(route)
                    #expect(try link.client.routes(filter) == byCommand)
                    try link.client.delete(route)
                }
            }
        }

        @Test func `a lookup is that of the ip command`() throws {
            struct Answer: Decodable {
                var dev: String
                var gateway: String?
                var prefsrc: String?
            }
            try TestLink.with { link in
                try IPCommand.run(["route add 10.67.0.0/16 via 10.66.1.1", "route add fd67::/32 via fd66:1::1"])
                let names = Dictionary(uniqueKeysWithValues: try link.client.links().map { ($0.index, $0.name) })
                let destinations = [
                    "127.0.0.1", "10.66.1.3", "10.66.1.77", "10.67.3.4", "::1", "fd66:1::3", "fd66:1::77", "fd67::1",
                ]
                for destination in destinations {
                    let answer = try #require(
                        try IPCommand.list("route get \(destination)", as: Answer.self).first)
                    let route = try link.client.route(to: try ipAddress(destination))
                    #expect(route.outputInterface.flatMap { names[$0] } == answer.dev)
                    #expect(route.gateway.map { "\($0)" } == answer.gateway)
                    #expect(route.preferredSource.map { "\($0)" } == answer.prefsrc)
                    #expect(route.source == nil)
                }
                let sourced = try link.client.route(
                    to: try ipAddress("10.67.3.4"), from: try ipAddress(TestLink.address))
                #expect(sourced.gateway == (try ipAddress("10.66.1.1")))
                #expect(sourced.source == (try addressBlock(TestLink.address)))
            }
        }

        @Test(
            arguments: [
                ("10.70.0.1", nil, Errno.networkUnreachable), ("fd70::1", nil, .networkUnreachable),
                ("10.70.0.1", "unreachable", .noRouteToHost), ("fd70::1", "unreachable", .noRouteToHost),
                ("10.70.0.1", "prohibit", .permissionDenied), ("fd70::1", "prohibit", .permissionDenied),
                ("10.70.0.1", "blackhole", .invalidArgument), ("fd70::1", "blackhole", .invalidArgument),
            ] as [(String, String?, Errno)])
        func `a lookup of an unreachable destination is an error`(
            destination: String, type: String?, errno: Errno
        ) throws {
            try TestLink.with { link in
                if let type { try IPCommand.run("route add \(type) \(destination)") }
                defer { if let type { IPCommand.cleanUp("route delete \(type) \(destination)") } }
                let address = try ipAddress(destination)
                let error = #expect(throws: RouteNetlinkError.self) { try link.client.route(to: address) }
                #expect(error?.errno == errno)
                #expect(error?.networkUnreachable == [.networkUnreachable, .noRouteToHost].contains(errno))
            }
        }

        @Test func `refusals have their reasons`() throws {
            try TestLink.with { link in
                func error(adding route: Route) -> RouteNetlinkError? {
                    #expect(throws: RouteNetlinkError.self) { try link.client.add(route) }
                }
                let foreign = error(adding: try localRoute("10.66.9.9", source: "10.77.77.77"))
                #expect(foreign?.errno == .invalidArgument)
                #expect(foreign?.kernelMessage == "Invalid prefsrc address")
                let foreign6 = error(adding: try localRoute("fd66:9::9", source: "fd77::77"))
                #expect(foreign6?.errno == .invalidArgument)
                #expect(foreign6?.kernelMessage == "Invalid source address")

                let destination = try addressBlock("10.67.0.0/16")
                let destination6 = try addressBlock("fd67::/32")
                let offLink = Route(destination: destination, gateway: try ipAddress("192.0.2.1"))
                #expect(error(adding: offLink)?.networkUnreachable == true)
                let offLink6 = Route(destination: destination6, gateway: try ipAddress("fd99::1"))
                #expect(error(adding: offLink6)?.networkUnreachable == true)

                let nowhere = LinkIndex(rawValue: 9999)
                #expect(error(adding: Route(destination: destination, outputInterface: nowhere))?.notFound == true)
                #expect(error(adding: Route(destination: destination6, outputInterface: nowhere))?.notFound == true)
                let hostBits = Route(destination: try addressBlock("10.67.1.1/16"), outputInterface: link.index)
                #expect(error(adding: hostBits)?.errno == .invalidArgument)
            }
        }
    }
}
