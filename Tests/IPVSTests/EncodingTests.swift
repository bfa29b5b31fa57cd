import Addressing
import IPVS
import Netlink
import NetlinkTestKit
import Testing

/// What the library sends is what ipvsadm sends for the same command.
///
/// ipvsadm repeats the whole description of an object where its name would do; there the library's bytes are the
/// beginning of ipvsadm's.
@Suite struct EncodingTests {
    static let web = Service.Identity.endpoint(.tcp, endpoint("10.0.0.1:80"))
    static let web6 = Service.Identity.endpoint(.tcp, endpoint("[2001:db8::10]:443"))

    static let services: [(Fixture, IPVSCommand)] = [
        (Sent.addTCP4, .addService(web, .init(scheduler: .roundRobin))),
        (Sent.setTCP4, .setService(web, .init(scheduler: .weightedRoundRobin))),
        (Sent.addUDP4, add(.udp, "10.0.0.1:53", .init(scheduler: .weightedLeastConnection))),
        (Sent.addSCTP4, add(.sctp, "10.0.0.1:5060", .init(scheduler: .leastConnection))),
        (Sent.addTCP6, .addService(web6, .init(scheduler: .roundRobin))),
        (Sent.addMark4, .addService(.firewallMark(7, .ipv4), .init(scheduler: .roundRobin))),
        (Sent.addMark6, .addService(.firewallMark(7, .ipv6), .init(scheduler: .roundRobin))),
        (Sent.addPersistent, add(.tcp, "10.0.0.2:80", .init(scheduler: .roundRobin, persistence: .init()))),
        (
            Sent.addPersistent600,
            add(
                .tcp, "10.0.0.3:80",
                .init(scheduler: .roundRobin, persistence: .init(timeout: 600, netmask: .ipv4(prefixLength: 24))))
        ),
        (
            Sent.addPersistentWithGaps,
            add(
                .tcp, "10.0.0.4:80",
                .init(scheduler: .roundRobin, persistence: .init(timeout: 600, netmask: .ipv4(0xff00_ff00))))
        ),
        (
            Sent.addPersistent6,
            add(
                .tcp, "[2001:db8::11]:443",
                .init(scheduler: .roundRobin, persistence: .init(timeout: 60, netmask: .ipv6(prefixLength: 64))))
        ),
        (
            Sent.addAnyPort,
            .addService(
                .endpoint(.tcp, Endpoint(address: endpoint("10.0.0.5:1").address, port: 0)),
                .init(scheduler: .roundRobin, persistence: .init(timeout: 300)))
        ),
        (
            Sent.addSIP,
            add(
                .udp, "10.0.0.6:5060",
                .init(scheduler: .roundRobin, persistence: .init(timeout: 60), persistenceEngine: "sip"))
        ),
        (
            Sent.addSIPWithoutPersistence,
            add(.udp, "10.0.0.7:5060", .init(scheduler: .roundRobin, persistenceEngine: "sip"))
        ),
        (Sent.addOnePacket, add(.udp, "10.0.0.8:53", .init(scheduler: .roundRobin, flags: .onePacket))),
        (
            Sent.addSH,
            add(
                .tcp, "10.0.0.9:80",
                .init(scheduler: .sourceHashing, flags: [.sourceHashingFallback, .sourceHashingPort]))
        ),
        (Sent.addMH, add(.tcp, "10.0.0.10:80", .init(scheduler: .maglevHashing, flags: .maglevFallback))),
        (Sent.addMHPort, add(.tcp, "10.0.0.11:80", .init(scheduler: .maglevHashing, flags: .maglevPort))),
        (Sent.addFlag3, add(.tcp, "10.0.0.12:80", .init(scheduler: .roundRobin, flags: .scheduler3))),
    ]

    static let others: [(Fixture, IPVSCommand)] = [
        (Sent.flush, .flush),
        (Sent.zeroAll, .zero(nil)),
        (Sent.setTimeouts, .setTimeouts(Timeouts(tcp: 1000, tcpFin: 130))),
        (Sent.startMaster, .startDaemon(SyncDaemon(.master, interface: "d0", syncID: 7))),
        (
            Sent.startBackup,
            .startDaemon(
                SyncDaemon(
                    .backup, interface: "d0", syncID: 8, maximumLength: 1400, group: IPAddress("224.0.0.99"),
                    port: 8899, ttl: 3))
        ),
        (
            Sent.startMasterIPv6,
            .startDaemon(SyncDaemon(.master, interface: "d0", syncID: 7, group: IPAddress("ff02::81")))
        ),
    ]

    static let destinations: [(Fixture, IPVSCommand)] = [
        (Sent.addMasquerade, add("192.0.2.10:8080", .init(forwarding: .masquerade, weight: 3))),
        (Sent.addDirectRoute, add("192.0.2.11:80", .init(forwarding: .directRoute))),
        (Sent.addTunnel, add("192.0.2.12:80", .init(forwarding: .tunnel, weight: 2))),
        (
            Sent.addThresholds,
            add(
                "192.0.2.13:80",
                .init(forwarding: .masquerade, weight: 5, thresholds: ConnectionThresholds(upper: 1000, lower: 800)))
        ),
        (Sent.addGUE, add("192.0.2.14:80", .init(forwarding: .tunnel(.gue(port: 6080))))),
        (Sent.addGUEChecksum, add("192.0.2.15:80", .init(forwarding: .tunnel(.gue(port: 6080, checksum: .full))))),
        (
            Sent.addGUERemoteChecksum,
            add("192.0.2.16:80", .init(forwarding: .tunnel(.gue(port: 6080, checksum: .remote))))
        ),
        (Sent.addGRE, add("192.0.2.18:80", .init(forwarding: .tunnel(.gre())))),
        (Sent.addGREChecksum, add("192.0.2.19:80", .init(forwarding: .tunnel(.gre(checksum: .full))))),
        (Sent.addIPv6ToIPv4, add("[2001:db8::12]:80", .init(forwarding: .tunnel))),
        (Sent.addIPv6, add("[2001:db8::20]:8443", .init(forwarding: .masquerade, weight: 4), to: web6)),
        (
            Sent.addToMark,
            .addDestination(
                Endpoint(address: endpoint("192.0.2.10:1").address, port: 0), .init(forwarding: .directRoute),
                to: .firewallMark(7, .ipv4))
        ),
        (
            Sent.setDestination,
            .setDestination(endpoint("192.0.2.10:8080"), .init(forwarding: .masquerade, weight: 0), of: web)
        ),
    ]

    static let names: [(Fixture, IPVSCommand)] = [
        (Sent.deleteUDP4, .deleteService(.endpoint(.udp, endpoint("10.0.0.1:53")))),
        (Sent.deleteMark6, .deleteService(.firewallMark(7, .ipv6))),
        (Sent.zeroOne, .zero(web)),
        (Sent.deleteDestination, .deleteDestination(endpoint("192.0.2.11:80"), of: web)),
        (Sent.deleteIPv6FromIPv4, .deleteDestination(endpoint("[2001:db8::12]:80"), of: web)),
        (Sent.stopMaster, .stopDaemon(.master)),
    ]

    @Test(arguments: services + others)
    func `a whole message is that of ipvsadm`(fixture: Fixture, command: IPVSCommand) throws {
        #expect(try sent(command) == fixture.bytes)
    }

    @Test(arguments: destinations)
    func `a destination is that of ipvsadm`(fixture: Fixture, command: IPVSCommand) throws {
        let ours = try parts(try sent(command))
        let theirs = try parts(fixture.bytes)
        #expect(ours.header == theirs.header)
        #expect(ours.attributes.map(\.type) == [1, 2])
        #expect(theirs.attributes[0].value.starts(with: ours.attributes[0].value))
        #expect(theirs.attributes[1].value == ours.attributes[1].value)
    }

    @Test(arguments: names)
    func `names begin as those of ipvsadm do`(fixture: Fixture, command: IPVSCommand) throws {
        let ours = try parts(try sent(command))
        let theirs = try parts(fixture.bytes)
        #expect(ours.header == theirs.header)
        #expect(ours.attributes.map(\.type) == theirs.attributes.map(\.type))
        for (our, their) in zip(ours.attributes, theirs.attributes) {
            #expect(our.value.isEmpty == false)
            #expect(their.value.starts(with: our.value))
        }
    }

    @Test func `a netmask of the other family is left out for the kernel to refuse`() throws {
        let persistence = Service.Persistence(timeout: 60, netmask: .ipv6(prefixLength: 64))
        let bytes = try sent(.addService(Self.web, .init(scheduler: .roundRobin, persistence: persistence)))
        var types: [UInt16] = []
        let service = try parts(bytes).attributes[0].value
        try service.span.bytes.forEachAttribute { (type, _) in types.append(type) }
        #expect(types == [1, 2, 3, 4, 6, 7, 8])
    }

    // MARK: Pieces

    private static func add(
        _ transport: TransportProtocol, _ text: String, _ configuration: Service.Configuration
    ) -> IPVSCommand {
        .addService(.endpoint(transport, endpoint(text)), configuration)
    }

    private static func add(
        _ text: String, _ configuration: Destination.Configuration, to service: Service.Identity = web
    ) -> IPVSCommand {
        .addDestination(endpoint(text), configuration, to: service)
    }

    /// What a client sends for `command`, from the generic header on.
    private func sent(_ command: IPVSCommand) throws -> [UInt8] {
        let ipvs = try ScriptedIPVS.obedient()
        try ipvs.client.apply(command)
        return try #require(ipvs.requests.first).payload
    }

    private struct Parts {
        var header: ArraySlice<UInt8>
        var attributes: [(type: UInt16, value: [UInt8])] = []
    }

    private func parts(_ message: [UInt8]) throws -> Parts {
        var parts = Parts(header: message.prefix(4))
        try message.span.bytes.forEachAttribute(from: 4) { (type, value) in
            parts.attributes.append((type, value.octets))
        }
        return parts
    }
}

/// An endpoint that the test's author wrote correctly.
func endpoint(_ text: String) -> Endpoint {
    guard let endpoint = try? Endpoint(text) else { preconditionFailure(text) }
    return endpoint
}
