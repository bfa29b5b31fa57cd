import Addressing
import IPVS
import KernelTestKit
import Testing

extension KernelSuites {
    /// Every kind of service and real server, written by one side and read by the other.
    @Suite struct IPVSTableTests {
        let ipvs: IPVSClient

        init() throws { ipvs = try freshIPVS() }

        static let web = Service.Identity.endpoint(.tcp, endpoint("10.0.0.1:80"))

        /// A line of `ipvsadm -S`, and what it says as values.
        static let services: [(String, Service.Identity, Service.Configuration)] = [
            ("-A -t 10.0.0.1:80 -s rr", web, .init(scheduler: .roundRobin)),
            ("-A -u 10.0.0.1:53 -s wlc", udp("10.0.0.1:53"), .init(scheduler: .weightedLeastConnection)),
            (
                "-A --sctp-service 10.0.0.1:5060 -s lc", .endpoint(.sctp, endpoint("10.0.0.1:5060")),
                .init(scheduler: .leastConnection)
            ),
            ("-A -t [2001:db8::10]:443 -s wrr", tcp("[2001:db8::10]:443"), .init(scheduler: .weightedRoundRobin)),
            ("-A -u [2001:db8::10]:53 -s rr", udp("[2001:db8::10]:53"), .init(scheduler: .roundRobin)),
            ("-A -f 7 -s rr", .firewallMark(7, .ipv4), .init(scheduler: .roundRobin)),
            ("-A -f 2147483647 -6 -s rr", .firewallMark(2_147_483_647, .ipv6), .init(scheduler: .roundRobin)),
            ("-A -t 10.0.0.2:80 -s rr -p 360", tcp("10.0.0.2:80"), persistent(.init())),
            (
                "-A -t 10.0.0.3:80 -s rr -p 600 -M 255.255.255.0", tcp("10.0.0.3:80"),
                persistent(.init(timeout: 600, netmask: .ipv4(prefixLength: 24)))
            ),
            (
                "-A -t 10.0.0.4:80 -s rr -p 600 -M 255.0.255.0", tcp("10.0.0.4:80"),
                persistent(.init(timeout: 600, netmask: .ipv4(0xff00_ff00)))
            ),
            (
                "-A -t [2001:db8::11]:443 -s rr -p 60 -M 64", tcp("[2001:db8::11]:443"),
                persistent(.init(timeout: 60, netmask: .ipv6(prefixLength: 64)))
            ),
            ("-A -t [2001:db8::12]:443 -s rr -p 60", tcp("[2001:db8::12]:443"), persistent(.init(timeout: 60))),
            ("-A -t 10.0.0.5:0 -s rr -p 300", tcp("10.0.0.5:0"), persistent(.init(timeout: 300))),
            ("-A -f 9 -s rr -p 2678400", .firewallMark(9, .ipv4), persistent(.init(timeout: 2_678_400))),
            (
                "-A -u 10.0.0.6:5060 -s rr -p 60 --pe sip", udp("10.0.0.6:5060"),
                .init(scheduler: .roundRobin, persistence: .init(timeout: 60), persistenceEngine: "sip")
            ),
            (
                "-A -u 10.0.0.7:5060 -s rr --pe sip", udp("10.0.0.7:5060"),
                .init(scheduler: .roundRobin, persistenceEngine: "sip")
            ),
            ("-A -u 10.0.0.8:53 -s rr -o", udp("10.0.0.8:53"), .init(scheduler: .roundRobin, flags: .onePacket)),
            (
                "-A -t 10.0.0.9:80 -s sh -b sh-fallback,sh-port", tcp("10.0.0.9:80"),
                .init(scheduler: .sourceHashing, flags: [.sourceHashingFallback, .sourceHashingPort])
            ),
            (
                "-A -t 10.0.0.10:80 -s mh -b mh-fallback", tcp("10.0.0.10:80"),
                .init(scheduler: .maglevHashing, flags: .maglevFallback)
            ),
            (
                "-A -t 10.0.0.11:80 -s mh -b mh-port", tcp("10.0.0.11:80"),
                .init(scheduler: .maglevHashing, flags: .maglevPort)
            ),
            (
                "-A -t 10.0.0.12:80 -s rr -b flag-3", tcp("10.0.0.12:80"),
                .init(scheduler: .roundRobin, flags: .scheduler3)
            ),
        ]

        /// The same for real servers, each with the line of its service.
        static let destinations: [(String, String, Service.Identity, Destination.Identity, Destination.Configuration)] =
            [
                line("-r 192.0.2.10:8080 -m -w 3", "192.0.2.10:8080", .init(forwarding: .masquerade, weight: 3)),
                line("-r 192.0.2.11:80 -g -w 1", "192.0.2.11:80", .init(forwarding: .directRoute)),
                line(
                    "-r 192.0.2.12:80 -i -w 0 --tun-type ipip", "192.0.2.12:80", .init(forwarding: .tunnel, weight: 0)),
                line(
                    "-r 192.0.2.13:80 -m -w 2147483647", "192.0.2.13:80",
                    .init(forwarding: .masquerade, weight: 2_147_483_647)),
                tunnel("--tun-type gue --tun-port 6080 --tun-nocsum", .gue(port: 6080)),
                tunnel("--tun-type gue --tun-port 65535 --tun-csum", .gue(port: 65535, checksum: .full)),
                tunnel("--tun-type gue --tun-port 6080 --tun-remcsum", .gue(port: 6080, checksum: .remote)),
                tunnel("--tun-type gre --tun-nocsum", .gre()),
                tunnel("--tun-type gre --tun-csum", .gre(checksum: .full)),
                line(
                    "-r [2001:db8::12]:80 -i -w 1 --tun-type ipip", "[2001:db8::12]:80", .init(forwarding: .tunnel)),
                (
                    "-A -t [2001:db8::10]:443 -s rr", "-a -t [2001:db8::10]:443 -r [2001:db8::20]:8443 -m -w 4",
                    tcp("[2001:db8::10]:443"), endpoint("[2001:db8::20]:8443"),
                    .init(forwarding: .masquerade, weight: 4)
                ),
                (
                    "-A -t [2001:db8::10]:443 -s rr",
                    "-a -t [2001:db8::10]:443 -r 192.0.2.1:443 -i -w 1 --tun-type ipip",
                    tcp("[2001:db8::10]:443"), endpoint("192.0.2.1:443"), .init(forwarding: .tunnel)
                ),
                (
                    "-A -f 7 -s rr", "-a -f 7 -r 192.0.2.10:0 -g -w 1", .firewallMark(7, .ipv4),
                    endpoint("192.0.2.10:0"), .init(forwarding: .directRoute)
                ),
                (
                    "-A -f 7 -6 -s rr", "-a -f 7 -6 -r [2001:db8::1]:0 -g -w 2", .firewallMark(7, .ipv6),
                    endpoint("[2001:db8::1]:0"), .init(forwarding: .directRoute, weight: 2)
                ),
                // The kernel reports a real server on this host as it was given.
                line("-r 127.0.0.1:8080 -m -w 1", "127.0.0.1:8080", .init(forwarding: .masquerade)),
            ]

        @Test(arguments: services)
        func `a service that we make is shown by ipvsadm`(
            line: String, identity: Service.Identity, configuration: Service.Configuration
        ) throws {
            try ipvs.addService(identity, configuration)
            #expect(try IPVSOracle.saved() == [line])
            #expect(try ipvs.services() == [Service(identity: identity, configuration: configuration)])
        }

        @Test(arguments: services)
        func `a service that ipvsadm makes is read`(
            line: String, identity: Service.Identity, configuration: Service.Configuration
        ) throws {
            try IPVSOracle.restore([line])
            #expect(try ipvs.services() == [Service(identity: identity, configuration: configuration)])
            #expect(try ipvs.service(identity)?.configuration == configuration)
            try ipvs.deleteService(identity)
            #expect(try IPVSOracle.saved() == [])
        }

        @Test(arguments: services)
        func `every service can become every other`(
            line: String, identity: Service.Identity, configuration: Service.Configuration
        ) throws {
            let before = Service.Configuration(
                scheduler: .weightedRoundRobin, flags: [.onePacket, .scheduler1, .scheduler2, .scheduler3],
                persistence: .init(timeout: 77), persistenceEngine: "sip")
            try ipvs.addService(identity, before)
            #expect(try ipvs.service(identity)?.configuration == before)
            try ipvs.setService(identity, configuration)
            #expect(try IPVSOracle.saved() == [line])
            #expect(try ipvs.service(identity)?.configuration == configuration)
        }

        @Test(arguments: destinations)
        func `a destination that we make is shown by ipvsadm`(
            serviceLine: String, line: String, service: Service.Identity, identity: Destination.Identity,
            configuration: Destination.Configuration
        ) throws {
            try ipvs.addService(service, .init(scheduler: .roundRobin))
            try ipvs.addDestination(identity, configuration, to: service)
            #expect(try IPVSOracle.saved() == [serviceLine, line])
            #expect(
                try ipvs.destinations(of: service) == [Destination(identity: identity, configuration: configuration)])
        }

        @Test(arguments: destinations)
        func `a destination that ipvsadm makes is read`(
            serviceLine: String, line: String, service: Service.Identity, identity: Destination.Identity,
            configuration: Destination.Configuration
        ) throws {
            try IPVSOracle.restore([serviceLine, line])
            let expected = Destination(identity: identity, configuration: configuration)
            #expect(try ipvs.destination(identity, of: service) == expected)
            try ipvs.deleteDestination(identity, of: service)
            #expect(try IPVSOracle.saved() == [serviceLine])
        }

        @Test(arguments: destinations)
        func `every destination can be changed`(
            serviceLine: String, line: String, service: Service.Identity, identity: Destination.Identity,
            configuration: Destination.Configuration
        ) throws {
            try ipvs.addService(service, .init(scheduler: .roundRobin))
            let before = Destination.Configuration(
                forwarding: .tunnel(.gue(port: 1, checksum: .full)), weight: 99,
                thresholds: ConnectionThresholds(upper: 7, lower: 3))
            try ipvs.addDestination(identity, before, to: service)
            #expect(try ipvs.destination(identity, of: service)?.configuration == before)
            try ipvs.setDestination(identity, configuration, of: service)
            #expect(try IPVSOracle.saved() == [serviceLine, line])
            #expect(try ipvs.destination(identity, of: service)?.configuration == configuration)
        }

        @Test(arguments: [ForwardingMethod.local, .bypass])
        func `forwarding methods that ipvsadm cannot set are set and read`(method: ForwardingMethod) throws {
            try ipvs.addService(Self.web, .init(scheduler: .roundRobin))
            try ipvs.addDestination(endpoint("192.0.2.10:80"), .init(forwarding: method), to: Self.web)
            #expect(try ipvs.destinations(of: Self.web).map(\.configuration.forwarding) == [method])
        }

        @Test func `thresholds are set and read`() throws {
            try ipvs.addService(Self.web, .init(scheduler: .roundRobin))
            let configuration = Destination.Configuration(
                forwarding: .masquerade, thresholds: ConnectionThresholds(upper: 1000, lower: 800))
            try ipvs.addDestination(endpoint("192.0.2.10:80"), configuration, to: Self.web)
            let line = try #require(try Shell.lines("ipvsadm -Ln --thresholds").last)
            #expect(line.split(separator: " ").map(String.init) == ["->", "192.0.2.10:80", "1000", "800", "0", "0"])
        }

        @Test func `services stand next to one another`() throws {
            try IPVSOracle.restore(Self.services.map(\.0))
            let found = Dictionary(uniqueKeysWithValues: try ipvs.services().map { ($0.identity, $0.configuration) })
            #expect(found == Dictionary(uniqueKeysWithValues: Self.services.map { ($0.1, $0.2) }))
            // With port 0 beside it, a look for a port that has no service finds none.
            #expect(try ipvs.service(Self.tcp("10.0.0.5:81")) == nil)
            try ipvs.flush()
            #expect(try ipvs.services().isEmpty)
            #expect(try IPVSOracle.saved().isEmpty)
        }

        @Test func `a table is services with their real servers`() throws {
            try IPVSOracle.restore([
                "-A -t 10.0.0.1:80 -s rr", "-a -t 10.0.0.1:80 -r 192.0.2.10:80 -m -w 3", "-A -f 7 -s wlc",
            ])
            let web = TableEntry(
                service: Service(identity: Self.web, configuration: .init(scheduler: .roundRobin)),
                destinations: [
                    Destination(
                        identity: endpoint("192.0.2.10:80"),
                        configuration: .init(forwarding: .masquerade, weight: 3))
                ])
            let mark = TableEntry(
                service: Service(
                    identity: .firewallMark(7, .ipv4), configuration: .init(scheduler: .weightedLeastConnection)))
            #expect(Set(try ipvs.table()) == [web, mark])
            #expect(try ipvs.table { $0 != Self.web } == [mark])
            #expect(try ipvs.tableEntry(Self.web) == web)
            #expect(try ipvs.tableEntry(Self.tcp("10.0.0.1:81")) == nil)
        }

        // MARK: Pieces

        private static func tcp(_ text: String) -> Service.Identity { .endpoint(.tcp, endpoint(text)) }

        private static func udp(_ text: String) -> Service.Identity { .endpoint(.udp, endpoint(text)) }

        private static func persistent(_ persistence: Service.Persistence) -> Service.Configuration {
            .init(scheduler: .roundRobin, persistence: persistence)
        }

        private static func line(
            _ options: String, _ identity: String, _ configuration: Destination.Configuration
        ) -> (String, String, Service.Identity, Destination.Identity, Destination.Configuration) {
            ("-A -t 10.0.0.1:80 -s rr", "-a -t 10.0.0.1:80 \(options)", web, endpoint(identity), configuration)
        }

        private static func tunnel(
            _ options: String, _ tunnel: Tunnel
        ) -> (String, String, Service.Identity, Destination.Identity, Destination.Configuration) {
            line("-r 192.0.2.14:80 -i -w 1 \(options)", "192.0.2.14:80", .init(forwarding: .tunnel(tunnel)))
        }
    }
}
