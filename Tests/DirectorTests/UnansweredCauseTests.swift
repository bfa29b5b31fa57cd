import Addressing
import Director
import LVSCareModel
import Testing

/// What the facts suggest.
@Suite struct UnansweredCauseTests {
    private let local: RealServer
    private let remote: RealServer
    private let source: IPAddress
    private let other: IPAddress

    init() throws {
        local = RealServer(try Endpoint("127.0.0.1:8081"))
        remote = RealServer(try Endpoint("10.77.0.2:8083"))
        source = try #require(IPAddress("10.77.0.1"))
        other = try #require(IPAddress("10.78.0.1"))
    }

    private func facts(_ realServers: [RealServer], _ change: (inout PathFacts) -> Void) -> PathFacts {
        var facts = PathFacts(realServers: realServers, source: source)
        facts.tracksConnections = true
        for realServer in realServers where !realServer.endpoint.address.isLoopback {
            facts.sources[realServer] = source
        }
        change(&facts)
        return facts
    }

    @Test func `finds nothing where nothing stands out`() {
        #expect(UnansweredCause.likely(facts([remote]) { _ in }) == .unknown)
        #expect(UnansweredCause.likely(facts([local]) { _ in }) == .unknown)
    }

    @Test func `a route that leads elsewhere comes first`() {
        let all = facts([remote]) {
            $0.route = .other("unicast 169.254.7.1/32 via 10.0.0.1")
            $0.tracksConnections = false
            $0.hasStatefulRules = true
        }
        #expect(UnansweredCause.likely(all) == .otherRoute("unicast 169.254.7.1/32 via 10.0.0.1"))
    }

    @Test func `stateful rules matter while connections are not tracked`() {
        func cause(_ realServers: [RealServer], tracks: Bool?, _ isStateful: Bool) -> UnansweredCause {
            UnansweredCause.likely(
                facts(realServers) {
                    $0.tracksConnections = tracks
                    $0.hasStatefulRules = isStateful
                })
        }
        #expect(cause([remote], tracks: false, true) == .untrackedConnections)
        #expect(cause([], tracks: false, true) == .untrackedConnections)
        #expect(cause([local, remote], tracks: false, true) == .untrackedConnections)
        #expect(cause([remote], tracks: true, true) == .unknown)
        #expect(cause([remote], tracks: nil, true) == .unknown)
        #expect(cause([remote], tracks: false, false) == .unknown)
    }

    @Test func `loopback real servers beside a source that is none are out of reach of a guarded loopback`() {
        #expect(
            UnansweredCause.likely(facts([local]) { $0.guardsLoopback = true }) == .guardedLoopback(source: source))
        #expect(UnansweredCause.likely(facts([local, remote]) { $0.guardsLoopback = true }) == .unknown)
        #expect(UnansweredCause.likely(facts([remote]) { $0.guardsLoopback = true }) == .unknown)
    }

    @Test func `names both sources where a real server is reached from another one`() {
        #expect(
            UnansweredCause.likely(facts([remote]) { $0.sources = [remote: other] })
                == .otherSource(used: source, expected: other, remote))
    }

    @Test func `an attached network explains only what never reached a real server`() throws {
        let network = try #require(CIDR(address: source, prefixLength: 24))
        #expect(UnansweredCause.likely(facts([]) { $0.attachedNetwork = network }) == .attachedNetwork(network))
        #expect(UnansweredCause.likely(facts([remote]) { $0.attachedNetwork = network }) == .unknown)
    }
}
