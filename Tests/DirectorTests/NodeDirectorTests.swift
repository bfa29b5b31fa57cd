import Addressing
import DirectorTestKit
import LVSCareModel
import Testing

@testable import Director

/// Many services in one engine.
@Suite struct NodeDirectorTests {
    private static let check = HealthCheck(jitter: 0, watches: false)
    private let start = ContinuousClock.now

    private func service(_ number: UInt16) -> VirtualService {
        VirtualService(Endpoint(address: .loopback(.ipv4), port: 10_000 + number))
    }

    private func specification(
        _ number: UInt16, _ realServers: [RealServer], _ healthCheck: HealthCheck = check
    ) -> Specification {
        Specification(service: service(number), realServers: realServers, healthCheck: healthCheck)
    }

    private func probes(_ directives: [NodeDirector.Directive]) -> [ProbeID] {
        directives.compactMap { if case .probe(let probe, _, _) = $0 { probe } else { nil } }
    }

    private func passes(_ directives: [NodeDirector.Directive]) -> [VirtualService] {
        var passing: [VirtualService] = []
        for case .reconcile(let services) in directives { passing += services }
        return passing
    }

    /// Starts, lets every first pass end at once, and returns the probes that begin then.
    private func begin(_ director: inout NodeDirector) -> [ProbeID] {
        var begun: [ProbeID] = []
        var directives = director.handle(.start, at: start)
        while case let passing = passes(directives), !passing.isEmpty {
            let reports = Dictionary(uniqueKeysWithValues: passing.map { ($0, PassReport()) })
            directives = director.handle(.passFinished(reports), at: start)
            begun += probes(directives)
        }
        return begun
    }

    @Test func `a hundred services with the same check of three targets are three probes`() {
        var director = NodeDirector((0..<100).map { specification($0, [a, b, c]) }, seed: 1)
        #expect(director.checkCount == 3)
        #expect(begin(&director).count == 3)
        var transitions = 0
        for probe in 1...3 {
            let id = ProbeID(check: CheckID(number: probe), attempt: probe)
            for directive in director.handle(.probeFinished(id, answered), at: start) {
                if case .report = directive { transitions += 1 }
            }
        }
        #expect(transitions == 300)
        for number in 0..<100 {
            #expect(
                director[service(UInt16(number))]?.desired.health.values.allSatisfy { $0.state == .healthy } == true)
        }
    }

    @Test func `checks that ask otherwise are others`() {
        let other = HealthCheck(interval: .seconds(1), jitter: 0, watches: false)
        var specifications = [specification(0, [a]), specification(1, [a], other)]
        specifications.append(
            Specification(
                service: service(2),
                members: [RealServerSpecification(b, checkEndpoint: a.endpoint)], health: HealthPolicy(Self.check)))
        var director = NodeDirector(specifications, seed: 1)
        #expect(director.checkCount == 2)
        #expect(begin(&director).count == 2)
        #expect(director.members(of: CheckID(number: 1)).map(\.realServer) == [a, b])
    }

    @Test func `what fails of one target fails in all services`() {
        var director = NodeDirector([specification(0, [a, b]), specification(1, [a])], seed: 1)
        let probe = begin(&director).first
        #expect(probe == ProbeID(check: CheckID(number: 1), attempt: 1))
        let directives = director.handle(
            .probeFinished(ProbeID(check: CheckID(number: 1), attempt: 1), refused), at: start + .seconds(1))
        #expect(passes(directives) == [service(0), service(1)])
        let outages = directives.compactMap { if case .reportOutage(let service, _) = $0 { service } else { nil } }
        #expect(outages == [service(1)])
    }

    @Test func `what stays keeps its verdict, and what is new shares it`() {
        var director = NodeDirector([specification(0, [a])], seed: 1)
        _ = begin(&director)
        let probe = ProbeID(check: CheckID(number: 1), attempt: 1)
        _ = director.handle(.probeFinished(probe, refused), at: start)
        let directives = director.handle(
            .configurationChanged([specification(0, [a]), specification(1, [a, b])]), at: start + .seconds(1))
        #expect(director[service(0)]?.desired[a]?.state == .unhealthy)
        #expect(director[service(1)]?.desired[a]?.state == .unhealthy)
        #expect(director[service(1)]?.desired[b]?.state == .unknown)
        #expect(passes(directives).contains(service(1)))
        let known = HealthTransition(
            realServer: a, from: .unknown, to: .unhealthy, cause: .equalCheck, failure: refused.failure)
        #expect(directives.filter { if case .report = $0 { true } else { false } } == [.report(service(1), known)])
        #expect(!directives.contains { if case .cancelProbe = $0 { true } else { false } })
        #expect(director.checkCount == 2)
    }

    @Test func `who wants a shared check otherwise takes its verdict along`() {
        let quicker = HealthCheck(interval: .seconds(1), jitter: 0, watches: false)
        var director = NodeDirector([specification(0, [a]), specification(1, [a])], seed: 1)
        _ = begin(&director)
        _ = director.handle(
            .probeFinished(ProbeID(check: CheckID(number: 1), attempt: 1), refused), at: start)
        _ = director.handle(
            .configurationChanged([specification(0, [a]), specification(1, [a], quicker)]), at: start)
        #expect(director.checkCount == 2)
        #expect(director[service(1)]?.desired[a]?.state == .unhealthy)
        // The last one changes its own check, which nobody else relies on.
        _ = director.handle(
            .configurationChanged([specification(0, [a], quicker), specification(1, [a], quicker)]), at: start)
        #expect(director.checkCount == 1)
        #expect(director[service(0)]?.desired[a]?.state == .unhealthy)
    }

    @Test func `a service that goes takes along the checks that nobody else relies on`() {
        var director = NodeDirector([specification(0, [a, b]), specification(1, [b, c])], seed: 1)
        _ = begin(&director)
        let directives = director.handle(.configurationChanged([specification(1, [b, c])]), at: start)
        #expect(
            directives.filter { if case .cancelProbe = $0 { true } else { false } }
                == [.cancelProbe(ProbeID(check: CheckID(number: 1), attempt: 1))])
        #expect(director.checkCount == 2)
        #expect(director.services == [service(1)])
    }

    @Test func `no pass has more than its size, and repairs are spread over the interval`() {
        let count = 1000
        var director = NodeDirector((0..<count).map { specification(UInt16($0), []) }, seed: 1)
        var now = start
        var directives = director.handle(.start, at: now)
        var most = 0
        var instants: [VirtualService: [Duration]] = [:]
        while now < start + .seconds(3) {
            let passing = passes(directives)
            most = max(most, passing.count)
            for service in passing { instants[service, default: []].append(now - start) }
            if passing.isEmpty {
                guard case .wake(let at)? = directives.last else { break }
                now = max(now, at)
                directives = director.handle(.wake, at: now)
            } else {
                let wake = directives.last
                let reports = Dictionary(uniqueKeysWithValues: passing.map { ($0, PassReport()) })
                directives = director.handle(.passFinished(reports), at: now)
                if directives.isEmpty, let wake { directives = [wake] }
            }
        }
        #expect(most == NodeDirector.passSize)
        #expect(instants.count == count)
        #expect(instants.values.allSatisfy { $0.first == .zero && $0.count >= 3 })
        let second = Set(instants.values.map { Int($0[1] / .milliseconds(10)) })
        #expect(second.count >= 100, "a hundred slots of 10 ms")
    }

    @Test func `probes and monitored connections are one budget for all services`() {
        let limits = ProbeLimits(probes: 4, connections: 100)
        let all = (1...20).map { server(UInt16($0)) }
        var director = NodeDirector(
            [specification(0, Array(all.prefix(10))), specification(1, Array(all.suffix(10)))], limits: limits, seed: 1)
        #expect(begin(&director).count == 4)
    }
}
