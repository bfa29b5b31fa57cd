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
        (.setTimeouts(.init(tcp: 4_000_000_000)), 22, .invalid, "set the time-outs of IPVS: a time is too long"),
        (.startDaemon(.init(.master, interface: "d0")), 17, .alreadyExists, "master on d0: it is running already"),
        (.startDaemon(.init(.master, interface: "d0")), 19, .noSuchInterface, "no such network interface"),
        (.startDaemon(.init(.master, interface: "d0")), 22, .invalid, "cannot be synchronized"),
        (.stopDaemon(.backup), 3, .noSuchDaemon, "stop the synchronization daemon backup: it is not running"),
    ]

    @Test(arguments: refusals)
    func refusalGetsItsMeaning(
        command: IPVSCommand, errno: Int32, reason: IPVSError.Reason, words: String
    ) throws {
        let client = try ScriptedIPVS { _ in [.status(errno)] }.client
        let error = try #require(throws: IPVSError.self) { try client.apply(command) }
        #expect(error.reason == reason)
        #expect(error.errno == Errno(rawValue: errno))
        #expect(error.description.contains(words), "\(error)")
    }

    @Test func theKernelsOwnMessageIsPassedOn() throws {
        let client = try ScriptedIPVS { _ in [.status(22, message: "attribute type 8 has an invalid length")] }.client
        let error = try #require(throws: IPVSError.self) { try client.flush() }
        #expect(error.description.contains("(Invalid argument: attribute type 8 has an invalid length)"))
    }

    @Test func eachErrorOfABatchBelongsToItsCommand() throws {
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
        #expect(ipvs.kernel.sentDatagrams < 1 + servers.count / 200)
    }

    @Test func anEmptyBatchAsksNothing() throws {
        let ipvs = try ScriptedIPVS.obedient()
        #expect(ipvs.client.apply([]).isEmpty)
        #expect(ipvs.requests.isEmpty)
    }

    @Test func aKernelWithoutIPVS() throws {
        let kernel = ScriptedKernel { _ in [.replies([.status(2)])] }
        let error = try #require(throws: IPVSError.self) {
            try IPVSClient(over: NetlinkConnection(over: kernel))
        }
        #expect(error.reason == .unavailable)
        #expect(error.operation == .connect)
        #expect(error.description.hasPrefix("cannot connect to IPVS: this kernel has no IPVS; load it with"))
    }

    @Test func silence() throws {
        let client = try ScriptedIPVS { _ in [] }.client
        #expect(throws: IPVSError(.flush, underlying: .timeout)) { try client.flush() }
        let error = try #require(throws: IPVSError.self) { try client.services() }
        #expect(error.reason == .unanswered)
        #expect(error.operation == .listServices)
    }

    @Test func absenceOfAServiceIsNoError() throws {
        let client = try ScriptedIPVS { _ in [.status(3)] }.client
        #expect(try client.service(Self.web) == nil)
    }

    @Test func realServersOfAServiceThatIsNotThere() throws {
        // The kernel's answer to the dump is an empty list.
        let client = try ScriptedIPVS { request in
            request.header.flags.isSuperset(of: .dump) ? [.done()] : [.status(3)]
        }.client
        let error = try #require(throws: IPVSError.self) { try client.destinations(of: Self.web) }
        #expect(error.reason == .noSuchService)
        #expect(error.description.hasPrefix("cannot list the real servers of tcp 10.0.0.1:80: there is no such"))
        #expect(throws: IPVSError.self) { try client.destination(Self.server, of: Self.web) }
    }

    @Test func realServersOfAServiceWithoutAny() throws {
        let client = try ScriptedIPVS { request in
            request.header.flags.isSuperset(of: .dump)
                ? [.done()]
                : [.init(type: ScriptedIPVS.familyID, payload: Received.tcp4.bytes), .status(0)]
        }.client
        #expect(try client.destinations(of: Self.web).isEmpty)
        #expect(try client.destination(Self.server, of: Self.web) == nil)
    }

    @Test func aReplyWithoutTheServiceIsNoService() throws {
        let client = try ScriptedIPVS.answering([[1, 1, 0, 0]]).client
        #expect(throws: IPVSError(.getService, "tcp 10.0.0.1:80", underlying: .noReply)) {
            try client.service(Self.web)
        }
    }
}
