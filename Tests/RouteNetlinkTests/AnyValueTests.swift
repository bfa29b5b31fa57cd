import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import RouteNetlink

/// No value that a caller hands over traps or is sent as another one.
@Suite struct AnyValueTests {
    @Test(arguments: [Int.min, -1, 0, 257, .max])
    func `a weight that does not fit is refused before anything is sent`(weight: Int) throws {
        let (client, kernel) = scripted([.replies([.status(0)])])
        var route = Route(destination: try block("10.20.0.0/16"))
        route.nextHops = [NextHop(gateway: try address("10.0.0.1"), weight: weight)]
        let error = #expect(throws: RouteNetlinkError.self) { try client.add(route) }
        #expect(error?.errno == .invalidArgument)
        #expect(kernel.requests.isEmpty)
        #expect(!route.description.isEmpty)
    }

    @Test(arguments: ["", "a-name-of-16-byte", "eth0\0x", "\0"])
    func `no link has an impossible name`(name: String) throws {
        let kernel = ScriptedKernel { _ in [.replies([.status(Errno.outOfRange.rawValue)])] }
        let client = RouteNetlinkClient(over: NetlinkConnection(over: kernel))
        #expect(try client.link(named: name) == nil)
        #expect(kernel.requests.isEmpty)
    }

    @Test(arguments: ["", "a-name-of-16-byte", "eth0\0x", "%d", "eth%d"])
    func `a link of an impossible name, or of one that the kernel would make up, is not made`(name: String) throws {
        let (client, kernel) = scripted([.replies([.status(0)])])
        let error = #expect(throws: RouteNetlinkError.self) { try client.addDummyLink(named: name) }
        #expect(error?.errno == .invalidArgument)
        #expect(kernel.requests.isEmpty)
    }

    @Test func `an address of the other family is not cut to its first four bytes`() throws {
        let (client, kernel) = scripted([.replies([.status(0)])])
        let (four, six) = (try address("10.0.0.1"), try address("fd00::1"))
        let block = try block("10.20.0.0/16")
        let attempts: [(RouteNetlinkClient) throws -> Void] = [
            { try $0.add(Route(destination: block, preferredSource: six)) },
            { try $0.replace(Route(destination: block, source: CIDR(host: six))) },
            { _ = try $0.route(to: four, from: six) }, { _ = try $0.route(to: six, from: four) },
            { try $0.add(InterfaceAddress(link: .loopback, local: block, peer: six)) },
        ]
        for attempt in attempts {
            let error = #expect(throws: RouteNetlinkError.self) { try attempt(client) }
            #expect(error?.reason == .invalid)
        }
        #expect(kernel.requests.isEmpty)
    }

    @Test func `an alias is not cut short at a NUL`() throws {
        let (client, kernel) = scripted([.replies([.status(0)])])
        let error = #expect(throws: RouteNetlinkError.self) { try client.setLink(at: .loopback, alias: "a\0b") }
        #expect(error?.errno == .invalidArgument)
        #expect(kernel.requests.isEmpty)
    }
}
