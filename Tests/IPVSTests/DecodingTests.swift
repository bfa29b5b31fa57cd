import Addressing
import IPVS
import Testing

/// What the library makes of a kernel's answers is what ipvsadm had set, and what ipvsadm shows.
@Suite struct DecodingTests {
    /// Each answer with the message that had set the object, whose command is the one in the table of encodings.
    static let services: [(Fixture, Fixture)] = [
        (Received.tcp4, Sent.setTCP4), (Received.sctp4, Sent.addSCTP4), (Received.tcp6, Sent.addTCP6),
        (Received.mark4, Sent.addMark4), (Received.persistent, Sent.addPersistent),
        (Received.persistent600, Sent.addPersistent600), (Received.persistentWithGaps, Sent.addPersistentWithGaps),
        (Received.persistent6, Sent.addPersistent6), (Received.anyPort, Sent.addAnyPort),
        (Received.sip, Sent.addSIP), (Received.sipWithoutPersistence, Sent.addSIPWithoutPersistence),
        (Received.onePacket, Sent.addOnePacket), (Received.sh, Sent.addSH), (Received.mh, Sent.addMH),
        (Received.mhPort, Sent.addMHPort), (Received.flag3, Sent.addFlag3),
    ]

    static let destinations: [(Fixture, Fixture)] = [
        (Received.masquerade, Sent.setDestination), (Received.tunnel, Sent.addTunnel),
        (Received.thresholds, Sent.addThresholds), (Received.gue, Sent.addGUE),
        (Received.gueChecksum, Sent.addGUEChecksum), (Received.gueRemoteChecksum, Sent.addGUERemoteChecksum),
        (Received.gre, Sent.addGRE), (Received.greChecksum, Sent.addGREChecksum),
        (Received.ipv6ToIPv4, Sent.addIPv6ToIPv4), (Received.ipv6, Sent.addIPv6),
        (Received.directRoute, Sent.addToMark),
    ]

    @Test(arguments: services)
    func `a service is read from the kernel's message`(answer: Fixture, setBy message: Fixture) throws {
        let service = try #require(try ScriptedIPVS.answering([answer.bytes]).client.services().first)
        let command = try #require(EncodingTests.services.first { $0.0.bytes == message.bytes }).1
        switch command {
        case .addService(let identity, let configuration), .setService(let identity, let configuration):
            #expect(service.identity == identity)
            #expect(service.configuration == configuration)
            #expect(service.statistics == Statistics())
        default: Issue.record("\(command) does not make a service")
        }
    }

    @Test(arguments: destinations)
    func `a destination is read from the kernel's message`(answer: Fixture, setBy message: Fixture) throws {
        let command = try #require(EncodingTests.destinations.first { $0.0.bytes == message.bytes }).1
        switch command {
        case .addDestination(let identity, let configuration, let service),
            .setDestination(let identity, let configuration, let service):
            let client = try ScriptedIPVS.answering([answer.bytes]).client
            let destination = try #require(try client.destinations(of: service).first)
            #expect(destination.identity == identity)
            #expect(destination.configuration == configuration)
            #expect(destination.connections == Destination.Connections())
        default: Issue.record("\(command) does not make a real server")
        }
    }

    @Test func `statistics are read from the kernel's message`() throws {
        // ipvsadm -Ln --stats --exact showed 5, 25, 22, 1629, 1399 for this answer; the rates are in the bytes.
        let expected = Statistics(
            connections: 5, incomingPackets: 25, outgoingPackets: 22, incomingBytes: 1629, outgoingBytes: 1399,
            rates: .init(
                connections: 1, incomingPackets: 3, outgoingPackets: 3, incomingBytes: 191, outgoingBytes: 167))
        let service = try ScriptedIPVS.answering([Received.serviceWithTraffic.bytes]).client.services()[0]
        #expect(service.statistics == expected)
        #expect(service.configuration.persistence == .init(timeout: 100))
        let destination = try ScriptedIPVS.answering([Received.destinationWithTraffic.bytes]).client
            .destinations(of: service.identity)[0]
        #expect(destination.statistics == expected)
        // ipvsadm -Ln --persistent-conn: 1 persistent, 1 active, 4 inactive.
        #expect(destination.connections == .init(active: 1, inactive: 4, persistent: 1))
        #expect(destination.identity == endpoint("127.0.0.1:8081"))
    }

    @Test func `statistics of an old kernel are read from its narrow ones`() throws {
        // IPVS_DEST_ATTR_STATS64 (12) becomes a type that nobody knows.
        var bytes = Received.destinationWithTraffic.bytes
        let wide = try #require((0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [0xa0, 0, 12, 0] })
        bytes[wide + 2] = 200
        // Without IPVS_DEST_ATTR_ADDR_FAMILY (11) the family is the service's.
        let family = try #require((0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [6, 0, 11, 0] })
        bytes[family + 2] = 201
        let destination = try ScriptedIPVS.answering([bytes]).client.destinations(of: EncodingTests.web)[0]
        #expect(destination.statistics.connections == 5)
        #expect(destination.statistics.incomingBytes == 1629)
        #expect(destination.statistics.rates.outgoingBytes == 167)
        #expect(destination.identity == endpoint("127.0.0.1:8081"))
    }

    @Test func `information is read from the kernel's message`() throws {
        let info = try ScriptedIPVS.answering([Received.info.bytes]).client.info()
        // "IP Virtual Server version 1.2.1 (size=4096)"
        #expect(info.version.description == "1.2.1")
        #expect(info.connectionTableSize == 4096)
    }

    @Test func `timeouts are read from the kernel's message`() throws {
        // "Timeout (tcp tcpfin udp): 1000 130 300"
        let timeouts = try ScriptedIPVS.answering([Received.timeouts.bytes]).client.timeouts()
        #expect(timeouts == Timeouts(tcp: 1000, tcpFin: 130, udp: 300))
    }

    @Test func `daemons are read from the kernel's message`() throws {
        let daemons = try ScriptedIPVS.answering([Received.masterIPv6.bytes, Received.backup.bytes]).client.daemons()
        #expect(
            daemons == [
                // "master sync daemon (mcast=d0, syncid=7, maxlen=1452, group=ff02::81, port=8848, ttl=1)"
                SyncDaemon(
                    .master, interface: "d0", syncID: 7, maximumLength: 1452, group: IPAddress("ff02::81"),
                    port: 8848, ttl: 1),
                // "backup sync daemon (mcast=d0, syncid=8, maxlen=1400, group=224.0.0.99, port=8899, ttl=3)"
                SyncDaemon(
                    .backup, interface: "d0", syncID: 8, maximumLength: 1400, group: IPAddress("224.0.0.99"),
                    port: 8899, ttl: 3),
            ])
    }

    @Test func `empty lists are answers`() throws {
        let client = try ScriptedIPVS.answering([]).client
        #expect(try client.services().isEmpty)
        #expect(try client.daemons().isEmpty)
    }
}
