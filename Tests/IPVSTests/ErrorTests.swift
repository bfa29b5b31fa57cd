import Addressing
import IPVS
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@Suite struct ErrorTests {
    static let web = EncodingTests.web
    static let server = endpoint("192.0.2.10:8080")
    static let configuration = Destination.Configuration(forwarding: .masquerade)

    static let refusals: [(IPVSCommand, Int32, IPVSError.Reason, String)] = [
        (
            .addService(web, .init(scheduler: "nonesuch")), 2, .unknownScheduler,
            "cannot add virtual service tcp 10.0.0.1:80 with scheduler nonesuch: the kernel cannot load this scheduler"
        ),
        (
            .setService(web, .init(scheduler: .roundRobin, persistenceEngine: "x")), 2, .unknownScheduler,
            "change virtual service tcp 10.0.0.1:80 with scheduler rr and persistence engine x: the kernel cannot load"
        ),
        (.addService(web, .init(scheduler: .roundRobin)), 17, .alreadyExists, "it exists already"),
        (.addService(web, .init(scheduler: .roundRobin)), 1, .notPermitted, "CAP_NET_ADMIN"),
        (.addService(web, .init(scheduler: .roundRobin)), 22, .invalid, "Invalid argument"),
        (.addService(web, .init(scheduler: .roundRobin)), 97, .unsupportedFamily, "addresses of this family"),
        (.addService(web, .init(scheduler: .roundRobin)), 12, .outOfMemory, "no memory"),
        (.deleteService(web), 3, .noSuchService, "cannot delete virtual service tcp 10.0.0.1:80: there is no such"),
        (.deleteService(web), 2, .unavailable, "modprobe ip_vs"),
        (
            .deleteDestination(server, of: web), 2, .noSuchDestination,
            "delete real server 192.0.2.10:8080 of tcp 10.0.0.1:80: the virtual service has no such real server"
        ),
        (.setDestination(server, configuration, of: web), 2, .noSuchDestination, "change real server"),
        (.setDestination(server, configuration, of: web), 3, .noSuchService, "no such virtual service"),
        (.setDestination(server, configuration, of: web), 34, .outOfRange, "lower threshold"),
        (.addDestination(server, configuration, to: web), 17, .alreadyExists, "192.0.2.10:8080 to tcp 10.0.0.1:80"),
        (.addDestination(server, configuration, to: web), 22, .invalid, "unicast"),
        (.addDestination(server, configuration, to: web), 105, .outOfMemory, "no memory"),
        (.addDestination(server, configuration, to: web), 5, .other, "Input/output error"),
        (.zero(web), 3, .noSuchService, "zero the statistics of tcp 10.0.0.1:80"),
        (.zero(nil), 1, .notPermitted, "zero the statistics of all virtual services"),
        (.flush, 1, .notPermitted, "cannot delete all virtual services: it needs"),
        (.setTimeouts(.init(tcp: 4_000_000_000)), 22, .invalid, "set the timeouts of IPVS: a time is too long"),
        (.startDaemon(.init(.master, interface: "d0")), 17, .alreadyExists, "master on d0: it is running already"),
        (.startDaemon(.init(.master, interface: "d0")), 19, .noSuchInterface, "no such network interface"),
        (.startDaemon(.init(.master, interface: "d0")), 22, .invalid, "cannot be synchronized"),
        (.stopDaemon(.backup), 3, .noSuchDaemon, "stop the synchronization daemon backup: it is not running"),
    ]

    @Test(arguments: refusals)
    func `a refusal has its meaning`(
        command: IPVSCommand, errno: Int32, reason: IPVSError.Reason, words: String
    ) throws {
        let client = try ScriptedIPVS { _ in [.status(errno)] }.client
        let error = try #require(throws: IPVSError.self) { try client.apply(command) }
        #expect(error.reason == reason)
        #expect(error.errno == Errno(rawValue: errno))
        #expect(error.description.contains(words), "\(error)")
    }

    @Test func `the kernel's own message is passed on`() throws {
        let client = try ScriptedIPVS { _ in [.status(22, message: "attribute type 8 has an invalid length")] }.client
        let error = try #require(throws: IPVSError.self) { try client.flush() }
        #expect(error.description.contains("(Invalid argument: attribute type 8 has an invalid length)"))
    }

    @Test func `each error of a batch belongs to its command`() throws {
        // Every third real server is there already.
        var count = 0
        let ipvs = try ScriptedIPVS { request in
            defer { count += 1 }
            return count % 3 == 1 ? [.status(17)] : ScriptedIPVS.acknowledge(request)
        }
        let servers = (0..<5000).map { number in
            Endpoint(address: Self.server.address, port: UInt16(number + 1))
        }
        let errors = ipvs.client.apply(servers.map { .addDestination($0, Self.configuration, to: Self.web) })
        #expect(errors.count == servers.count)
        for (number, error) in errors.enumerated() {
            #expect((error != nil) == (number % 3 == 1), "\(number)")
            guard let error else { continue }
            #expect(error.reason == .alreadyExists)
            #expect(error.object == "\(servers[number]) to tcp 10.0.0.1:80")
        }
        #expect(ipvs.requests.count == servers.count)
        // Hundreds of commands in each datagram, beside the one that looked for the family.
        #expect(ipvs.kernel.sentDatagrams <= 1 + servers.count / 200)
    }

    @Test func `an empty batch sends nothing`() throws {
        let ipvs = try ScriptedIPVS.obedient()
        #expect(ipvs.client.apply([]).isEmpty)
        #expect(ipvs.requests.isEmpty)
    }

    @Test func `a kernel without IPVS is reported as unavailable`() throws {
        let kernel = ScriptedKernel { _ in [.replies([.status(2)])] }
        let error = try #require(throws: IPVSError.self) {
            try IPVSClient(over: NetlinkConnection(over: kernel))
        }
        #expect(error.reason == .unavailable)
        #expect(error.operation == .connect)
        #expect(error.description.hasPrefix("cannot connect to IPVS: this kernel has no IPVS; load it with"))
    }

    @Test func `a silent kernel is unanswered`() throws {
        let client = try ScriptedIPVS { _ in [] }.client
        #expect(throws: IPVSError(.flush, underlying: .timeout)) { try client.flush() }
        let error = try #require(throws: IPVSError.self) { try client.services() }
        #expect(error.reason == .unanswered)
        #expect(error.operation == .listServices)
    }

    @Test func `a daemon that stops without an answer is no error`() throws {
        let ipvs = try ScriptedIPVS { request in
            request.payload.first == 10 ? [] : ScriptedIPVS.acknowledge(request)
        }
        try ipvs.client.stopDaemon(.master)
        #expect(ipvs.client.apply([.flush, .stopDaemon(.backup)]) == [nil, nil])
        // Behind each IPVS_CMD_DEL_DAEMON (10) goes an IPVS_CMD_SET_CONFIG (12) that leaves all three timeouts.
        let unchanged: [UInt8] = [12, 1, 0, 0, 8, 0, 4, 0, 0, 0, 0, 0, 8, 0, 5, 0, 0, 0, 0, 0, 8, 0, 6, 0, 0, 0, 0, 0]
        #expect(ipvs.requests.map(\.payload.first) == [10, 12, 17, 10, 12])
        #expect(ipvs.requests.last?.payload == unchanged)
    }

    @Test func `an absent service is no error`() throws {
        let client = try ScriptedIPVS { _ in [.status(3)] }.client
        #expect(try client.service(Self.web) == nil)
    }

    @Test func `the real servers of an absent service are an error`() throws {
        // The kernel's answer to the dump is an empty list.
        let client = try ScriptedIPVS { request in
            request.header.flags.isSuperset(of: .dump) ? [.done()] : [.status(3)]
        }.client
        let error = try #require(throws: IPVSError.self) { try client.destinations(of: Self.web) }
        #expect(error.reason == .noSuchService)
        #expect(error.description.hasPrefix("cannot list the real servers of tcp 10.0.0.1:80: there is no such"))
        #expect(throws: IPVSError.self) { try client.destination(Self.server, of: Self.web) }
    }

    @Test func `real servers are handed over one by one`() throws {
        let client = try ScriptedIPVS.answering([Received.masquerade.bytes, Received.tunnel.bytes]).client
        var found: [Destination] = []
        try client.forEachDestination(of: Self.web) { found.append($0) }
        #expect(found.map(\.identity) == [endpoint("192.0.2.10:8080"), endpoint("192.0.2.12:80")])
        #expect(try client.destinations(of: Self.web) == found)

        let other = try ScriptedIPVS { request in
            request.header.flags.isSuperset(of: .dump) ? [.done()] : [.status(3)]
        }.client
        let error = try #require(throws: IPVSError.self) { try other.forEachDestination(of: Self.web) { _ in } }
        #expect(error.reason == .noSuchService)
    }

    @Test func `an interrupted list is read again or reported`() throws {
        var interruptions = 1
        let client = try ScriptedIPVS { _ in
            defer { interruptions -= 1 }
            let flags: NetlinkFlags = interruptions > 0 ? [.multi, .dumpInterrupted] : .multi
            return [.init(type: ScriptedIPVS.familyID, flags: flags, payload: Received.tunnel.bytes), .done()]
        }.client
        #expect(try client.destinations(of: Self.web).count == 1)
        #expect(interruptions == -1)

        interruptions = 1
        var count = 0
        let error = try #require(throws: IPVSError.self) {
            try client.forEachDestination(of: Self.web) { _ in count += 1 }
        }
        #expect(error.underlying == .interrupted(attempts: 1))
        #expect(error.reason == .unanswered)
        #expect(count == 1)
    }

    @Test func `a service without real servers has an empty list`() throws {
        let client = try ScriptedIPVS { request in
            request.header.flags.isSuperset(of: .dump)
                ? [.done()]
                : [.init(type: ScriptedIPVS.familyID, payload: Received.tcp4.bytes), .status(0)]
        }.client
        #expect(try client.destinations(of: Self.web).isEmpty)
        #expect(try client.destination(Self.server, of: Self.web) == nil)
    }

    @Test func `a reply without the service is no service`() throws {
        let client = try ScriptedIPVS.answering([[1, 1, 0, 0]]).client
        #expect(throws: IPVSError(.getService, "tcp 10.0.0.1:80", underlying: .noReply)) {
            try client.service(Self.web)
        }
    }
}
