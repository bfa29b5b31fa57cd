import Addressing
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import RouteNetlink

@Suite struct RouteNetlinkErrorTests {
    private func refusal(
        _ errno: Errno, message: String? = nil, of operation: (RouteNetlinkClient) throws -> Void
    ) throws -> RouteNetlinkError {
        try #require(throws: RouteNetlinkError.self) { try operation(refusing(errno, message: message)) }
    }

    /// `ip route add local 10.9.9.10/32 dev lo table local src 10.77.77.77`
    @Test func `an error has operation and object`() throws {
        let route = Route(
            destination: try block("10.9.9.10/32"), table: .local, type: .local, outputInterface: .loopback,
            preferredSource: try address("10.77.77.77"))
        let error = try refusal(.invalidArgument, message: "Invalid prefsrc address") { try $0.add(route) }
        #expect(error.operation == .add)
        #expect(error.object == "route local 10.9.9.10/32 dev lo table local src 10.77.77.77")
        #expect(error.errno == .invalidArgument)
        #expect(error.kernelMessage == "Invalid prefsrc address")
        #expect(
            error.description.hasPrefix("cannot add route local 10.9.9.10/32 dev lo table local src 10.77.77.77: "))
        #expect(error.description.hasSuffix(": Invalid prefsrc address"))
    }

    static let predicates: [(Errno, Set<String>)] = [
        (.fileExists, ["alreadyExists"]),
        (.noSuchProcess, ["notFound"]),
        // ENODEV
        (.operationNotSupportedByDevice, ["notFound"]),
        (.notPermitted, ["notPermitted"]),
        (.networkUnreachable, ["networkUnreachable"]),
        (.noRouteToHost, ["networkUnreachable"]),
        (.notSupported, ["notSupported"]),
        (.invalidArgument, []),
        (.addressNotAvailable, []),
    ]

    @Test(arguments: predicates)
    func `an error has its reason`(errno: Errno, kinds: Set<String>) throws {
        let route = Route(destination: try block("10.20.0.0/16"))
        let error = try refusal(errno) { try $0.add(route) }
        let all = [
            "alreadyExists": error.alreadyExists, "notFound": error.notFound, "notPermitted": error.notPermitted,
            "networkUnreachable": error.networkUnreachable, "notSupported": error.notSupported,
        ]
        #expect(Set(all.filter(\.value).keys) == kinds)
    }

    static let reasons: [(RouteNetlinkError.Operation, NetlinkError, RouteNetlinkError.Reason)] = [
        (.add, .refused(.notPermitted, ExtendedAcknowledgement()), .notPermitted),
        (.add, .refused(.fileExists, ExtendedAcknowledgement()), .alreadyExists),
        (.delete, .refused(.noSuchProcess, ExtendedAcknowledgement()), .notFound),
        (.delete, .refused(.addressNotAvailable, ExtendedAcknowledgement()), .notFound),
        (.add, .refused(.addressNotAvailable, ExtendedAcknowledgement()), .other),
        (.add, .refused(.permissionDenied, ExtendedAcknowledgement()), .ipv6SwitchedOff),
        (.lookUp, .refused(.permissionDenied, ExtendedAcknowledgement()), .refusedByRoute),
        (.lookUp, .refused(.invalidArgument, ExtendedAcknowledgement()), .refusedByRoute),
        (.lookUp, .invalid("a name"), .invalid),
        (.add, .attributeTooLong(9), .invalid),
        (.add, .refused(.invalidArgument, ExtendedAcknowledgement()), .invalid),
        (.list, .refused(.addressFamilyNotSupported, ExtendedAcknowledgement()), .notSupported),
        (.replace, .refused(.noBufferSpace, ExtendedAcknowledgement()), .outOfMemory),
        (.replace, .timeout, .unanswered), (.replace, .overrun, .unanswered),
        (.open, .system("socket", .tooManyOpenFiles), .other),
    ]

    @Test(arguments: reasons)
    func `tells what the kernel meant`(
        operation: RouteNetlinkError.Operation, underlying: NetlinkError, reason: RouteNetlinkError.Reason
    ) {
        #expect(RouteNetlinkError(operation, "route", underlying: underlying).reason == reason)
    }

    /// `ip addr del 10.99.2.4/32 dev d0`: "Cannot assign requested address"
    @Test func `a missing address is not found`() throws {
        let address = InterfaceAddress(link: .loopback, local: try block("10.99.2.4/32"))
        #expect(try refusal(.addressNotAvailable) { try $0.delete(address) }.notFound)
        #expect(try !refusal(.addressNotAvailable) { try $0.add(address) }.notFound)
    }

    @Test func `faults of the connection have no errno`() throws {
        let (silent, _) = scripted([])
        let error = try #require(throws: RouteNetlinkError.self) { try silent.links() }
        #expect(error.underlying == .timeout)
        #expect(error.errno == nil)
        #expect(error.description == "cannot list links: the kernel did not answer in time")
        // An acknowledgement without an answer, and an answer that is something else.
        let (evasive, _) = scripted([.replies([.status(0)])])
        #expect(throws: RouteNetlinkError(.lookUp, "link d0", underlying: .noReply)) { try evasive.link(named: "d0") }
        let (confused, _) = scripted([
            .replies([.init(type: 24, payload: [UInt8](repeating: 0, count: 12)), .status(0)])
        ])
        #expect(throws: RouteNetlinkError(.lookUp, "link d0", underlying: .noReply)) { try confused.link(named: "d0") }
    }

    @Test func `an error names its object as the ip command does`() throws {
        let d0 = LinkIndex(rawValue: 2)
        let names: [(String, (RouteNetlinkClient) throws -> Void)] = [
            ("cannot add link d0 type dummy", { try $0.addDummyLink(named: "d0") }),
            ("cannot delete link if2", { try $0.deleteLink(at: d0) }),
            ("cannot set link if2 up", { try $0.setLink(at: d0, up: true) }),
            ("cannot look up link d0", { _ = try $0.link(named: "d0") }),
            ("cannot list addresses dev if2", { _ = try $0.addresses(of: d0) }),
            ("cannot list routes table local ::/0", { _ = try $0.routes(RouteFilter(family: .ipv6, table: .local)) }),
            ("cannot look up route to 10.0.0.1", { _ = try $0.route(to: try address("10.0.0.1")) }),
        ]
        for (name, operation) in names {
            let error = try refusal(.notPermitted, of: operation)
            #expect(error.description.hasPrefix(name + ": "))
        }
    }

    @Test func `calls links by the names that it is given`() throws {
        let kernel = ScriptedKernel { _ in [.replies([.status(Errno.notPermitted.rawValue)])] }
        let client = RouteNetlinkClient(over: NetlinkConnection(over: kernel)) { link in
            link.rawValue == 2 ? "eth0" : nil
        }
        let (eth0, other) = (LinkIndex(rawValue: 2), LinkIndex(rawValue: 3))
        let route = Route(destination: try block("10.20.0.0/16"), outputInterface: eth0)
        let address = InterfaceAddress(link: other, local: try block("10.0.0.5/24"))
        #expect(client.text(of: route) == "10.20.0.0/16 dev eth0")
        #expect(client.text(of: address) == "10.0.0.5/24 dev if3")
        let names: [(String, () throws -> Void)] = [
            ("cannot delete link eth0", { try client.deleteLink(at: eth0) }),
            ("cannot set link if3 up", { try client.setLink(at: other, up: true) }),
            ("cannot add route 10.20.0.0/16 dev eth0", { try client.add(route) }),
        ]
        for (name, operation) in names {
            let error = try #require(throws: RouteNetlinkError.self) { try operation() }
            #expect(error.description.hasPrefix(name + ": "))
        }
    }

    @Test func `the first link is lo in every namespace`() {
        #expect(LinkIndex.loopback.nameHere == "lo")
        #expect(LinkIndex(rawValue: 0x7fff_fff0).nameHere == nil)
    }
}
