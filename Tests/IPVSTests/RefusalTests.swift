import Addressing
import IPVS
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

/// What the kernel would take for something else, or no message can carry, is refused before anything is sent.
@Suite struct RefusalTests {
    private static let web = Service.Identity.endpoint(.tcp, Endpoint(address: .loopback(.ipv4), port: 80))
    private static let server = Endpoint(address: .loopback(.ipv4), port: 8080)
    private static let long = String(repeating: "x", count: 70_000)

    static let commands: [IPVSCommand] = [
        // For the kernel, a mark of 0 is none, and this the service tcp 0.0.0.0:0.
        .addService(.firewallMark(0, .ipv4), Service.Configuration(scheduler: .roundRobin)),
        .deleteService(.firewallMark(0, .ipv6)),
        .addDestination(server, Destination.Configuration(forwarding: .masquerade), to: .firewallMark(0, .ipv4)),
        .zero(.firewallMark(0, .ipv4)),
        // The kernel looks at three bits (`IP_VS_CONN_F_FWD_MASK`): 9 would be `local`.
        .addDestination(server, Destination.Configuration(forwarding: .other(9)), to: web),
        .setDestination(server, Destination.Configuration(forwarding: .other(.max)), of: web),
        // These have names, and read back by them.
        .addDestination(server, Destination.Configuration(forwarding: .other(3)), to: web),
        .addService(web, Service.Configuration(scheduler: "rr\0x")),
        .addService(web, Service.Configuration(scheduler: Scheduler(rawValue: long))),
        .addService(web, Service.Configuration(scheduler: .roundRobin, persistenceEngine: "")),
        .setService(web, Service.Configuration(scheduler: .roundRobin, persistenceEngine: "sip\0")),
        // 2³² ticks of a clock of 1000 Hz, beyond which the kernel's number overflows.
        .addService(
            web,
            Service.Configuration(
                scheduler: .roundRobin, persistence: Service.Persistence(timeout: Seconds(rawValue: 4_294_968)))),
        .startDaemon(SyncDaemon(.master, interface: "eth0\0x")),
        .startDaemon(SyncDaemon(.master, interface: long)),
    ]

    @Test(arguments: commands)
    func `a command that cannot be sent as it is was not done`(command: IPVSCommand) throws {
        let ipvs = try ScriptedIPVS.obedient()
        let error = #expect(throws: IPVSError.self) { try ipvs.client.apply(command) }
        #expect(error?.reason == .invalid)
        #expect(error?.underlying.hadNoEffect == true)
        #expect(error.map { "\($0)".contains("may have been done") } == false)
        #expect(ipvs.requests.isEmpty)
    }

    @Test func `there is no service of the mark 0 to ask for`() throws {
        let ipvs = try ScriptedIPVS.obedient()
        let error = #expect(throws: IPVSError.self) { try ipvs.client.destinations(of: .firewallMark(0, .ipv4)) }
        #expect(error?.reason == .invalid)
        #expect(ipvs.requests.isEmpty)
    }

    @Test func `the numbers that fit and have no name are sent`() throws {
        let ipvs = try ScriptedIPVS.obedient()
        for number in UInt32(5)...7 {
            let configuration = Destination.Configuration(forwarding: .other(number))
            try ipvs.client.addDestination(Self.server, configuration, to: Self.web)
        }
        #expect(ipvs.requests.count == 3)
    }

    @Test func `a command too long for the socket was not done`() throws {
        let ipvs = try ScriptedIPVS.obedient()
        ipvs.kernel.sendLimit = 40
        let error = #expect(throws: IPVSError.self) {
            try ipvs.client.addService(Self.web, Service.Configuration(scheduler: .roundRobin))
        }
        #expect(error?.reason == .other)
        #expect(error?.underlying.hadNoEffect == true)
    }

    @Test func `options of a service cannot hide the bits that are not theirs`() {
        var flags: Service.Flags = [.onePacket]
        flags.formUnion(Service.Flags(rawValue: 0x3))
        flags.insert(Service.Flags(rawValue: 0x1))
        #expect(flags.rawValue == 0x4)
    }
}
