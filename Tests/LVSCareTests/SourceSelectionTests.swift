import Addressing
import Director
import RouteNetlink
import Testing

@testable import LVSCare

@Suite struct SourceSelectionTests {
    private func servers(_ texts: [String]) throws -> [RealServer] { try texts.map { RealServer(try Endpoint($0)) } }

    /// A node with the address 10.0.0.5, a network 10.0.0.0/24 and a route to 10.1.0.0/16 from 10.0.0.6.
    private func lookUp(_ address: IPAddress) -> Route? {
        let text = "\(address)"
        let source: String
        let type: RouteType
        switch text {
        case "10.0.0.5": (source, type) = (text, .local)
        case _ where text.hasPrefix("10.0.0."): (source, type) = ("10.0.0.5", .unicast)
        case _ where text.hasPrefix("10.1."): (source, type) = ("10.0.0.6", .unicast)
        default: return nil
        }
        return Route(destination: CIDR(host: address), type: type, preferredSource: IPAddress(source))
    }

    @Test(arguments: [
        (["10.0.0.7:6443"], "10.0.0.5"),
        (["10.1.0.7:6443", "10.0.0.7:6443"], "10.0.0.6"),
        (["127.0.0.1:6443", "10.0.0.5:6443", "10.1.0.7:6443"], "10.0.0.6"),
        (["192.0.2.1:6443", "10.0.0.7:6443"], "10.0.0.5"),
        (["127.0.0.1:6443", "10.0.0.5:6443"], "10.0.0.5"),
        (["127.0.0.1:6443", "192.0.2.1:6443"], "127.0.0.1"),
        (["[::1]:6443"], "::1"),
    ])
    func theFirstRealServerElsewhereDecides(realServers: [String], source: String) throws {
        let selection = SourceSelection(realServers: try servers(realServers))
        #expect(try selection.select(lookUp: lookUp) == IPAddress(source))
    }

    @Test func withoutAnyWayItSaysSoAndWhatHelps() throws {
        let selection = SourceSelection(realServers: try servers(["192.0.2.1:6443", "192.0.2.2:6443"]))
        let failure = #expect(throws: KernelFailure.self) { try selection.select(lookUp: lookUp) }
        #expect(try #require(failure).description.contains("192.0.2.1"))
        #expect(failure?.hint == .needsSource)
    }

    @Test func asksForEachAddressOnceAndNotForMoreThanItNeeds() throws {
        let many = (0..<1000).map { "10.0.0.5:\(1000 + $0)" } + ["10.0.0.7:1", "10.1.0.7:1"]
        var asked: [String] = []
        _ = try SourceSelection(realServers: try servers(many)).select {
            asked.append("\($0)")
            return lookUp($0)
        }
        #expect(asked == ["10.0.0.5", "10.0.0.7"])
    }
}
