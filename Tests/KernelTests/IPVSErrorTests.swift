import Addressing
import IPVS
import KernelTestKit
import Testing

extension KernelSuites {
    /// What the kernel refuses, and whether the error says what was meant.
    @Suite struct IPVSErrorTests {
        let ipvs: IPVSClient

        init() throws {
            ipvs = try freshIPVS()
            try ipvs.addService(Self.web, Self.roundRobin)
            try ipvs.addDestination(Self.server, Self.masquerade, to: Self.web)
        }

        static let web = Service.Identity.endpoint(.tcp, endpoint("10.0.0.1:80"))
        static let absent = Service.Identity.endpoint(.tcp, endpoint("10.0.0.1:81"))
        static let server = endpoint("192.0.2.10:80")
        static let other = endpoint("192.0.2.11:80")
        static let roundRobin = Service.Configuration(scheduler: .roundRobin)
        static let masquerade = Destination.Configuration(forwarding: .masquerade)

        static let refusals: [(IPVSCommand, IPVSError.Reason)] = [
            (.addService(web, roundRobin), .alreadyExists),
            (.setService(absent, roundRobin), .noSuchService),
            (.deleteService(absent), .noSuchService),
            (.deleteService(.firewallMark(1, .ipv4)), .noSuchService),
            (.zero(absent), .noSuchService),
            (.addService(absent, .init(scheduler: "nonesuch")), .unknownScheduler),
            (.setService(web, .init(scheduler: "nonesuch")), .unknownScheduler),
            (.addService(absent, .init(scheduler: .roundRobin, persistenceEngine: "none")), .unknownScheduler),
            (.addService(absent, .init(scheduler: "sixteen-letters-")), .invalid),
            (
                .addService(
                    .endpoint(.tcp, endpoint("[2001:db8::1]:80")),
                    .init(scheduler: .roundRobin, persistence: .init(netmask: .ipv6(prefixLength: 0)))), .invalid
            ),
            (
                .addService(
                    absent, .init(scheduler: .roundRobin, persistence: .init(netmask: .ipv6(prefixLength: 64)))),
                .invalid
            ),
            (.addDestination(server, masquerade, to: web), .alreadyExists),
            (.addDestination(server, masquerade, to: absent), .noSuchService),
            (.setDestination(other, masquerade, of: web), .noSuchDestination),
            (.setDestination(server, masquerade, of: absent), .noSuchService),
            (.deleteDestination(other, of: web), .noSuchDestination),
            (.deleteDestination(server, of: absent), .noSuchService),
            (.addDestination(endpoint("224.0.0.5:80"), masquerade, to: web), .invalid),
            (.addDestination(endpoint("[2001:db8::1]:80"), masquerade, to: web), .invalid),
            (.addDestination(other, .init(forwarding: .tunnel(.gue(port: 0))), to: web), .invalid),
            (.addDestination(other, .init(forwarding: .masquerade, weight: 2_147_483_648), to: web), .outOfRange),
            (
                .addDestination(
                    other, .init(forwarding: .masquerade, thresholds: ConnectionThresholds(upper: 5, lower: 6)), to: web
                ), .outOfRange
            ),
            (
                .setDestination(
                    server, .init(forwarding: .masquerade, thresholds: ConnectionThresholds(upper: 5, lower: 6)),
                    of: web),
                .outOfRange
            ),
            (.setTimeouts(Timeouts(tcp: 4_000_000_000)), .invalid),
            (.startDaemon(SyncDaemon(.master, interface: "nope0")), .noSuchInterface),
            (.stopDaemon(.master), .noSuchDaemon),
        ]

        @Test(arguments: refusals)
        func `a refusal has its reason`(command: IPVSCommand, reason: IPVSError.Reason) throws {
            let before = try IPVSOracle.saved()
            let error = try #require(throws: IPVSError.self) { try ipvs.apply(command) }
            #expect(error.reason == reason, "\(error)")
            #expect(try IPVSOracle.saved() == before)
        }

        @Test func `each error of a batch belongs to its command`() throws {
            let commands = Self.refusals.flatMap { command, _ in
                [command, .setDestination(Self.server, .init(forwarding: .masquerade, weight: 9), of: Self.web)]
            }
            let errors = ipvs.apply(commands)
            #expect(errors.map { $0?.reason } == Self.refusals.flatMap { [$0.1, nil] })
            #expect(
                try IPVSOracle.saved() == ["-A -t 10.0.0.1:80 -s rr", "-a -t 10.0.0.1:80 -r 192.0.2.10:80 -m -w 9"])
        }

        @Test func `an absent service or real server is nil, and its list an error`() throws {
            #expect(try ipvs.service(Self.absent) == nil)
            #expect(try ipvs.destination(Self.other, of: Self.web) == nil)
            try ipvs.deleteDestination(Self.server, of: Self.web)
            #expect(try ipvs.destinations(of: Self.web).isEmpty)
            let error = try #require(throws: IPVSError.self) { try ipvs.destinations(of: Self.absent) }
            #expect(error.reason == .noSuchService)
        }
    }
}
