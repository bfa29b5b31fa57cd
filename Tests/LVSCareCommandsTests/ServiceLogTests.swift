import Addressing
import DirectorTestKit
import LVSCare
import LVSCareModel
import Logging
import Testing

@testable import LVSCareCommands

@Suite struct ServiceLogTests {
    let lines = LineLogHandlerTests.Lines()
    let server = RealServer(Endpoint(address: .ipv4(127, 0, 0, 1), port: 8081))
    let failure = ProbeFailure(
        reason: .status(503), phase: .response, elapsed: .microseconds(12_340), detail: "Service Unavailable")

    func log(_ level: Logger.Level = .debug) -> ServiceLog {
        ServiceLog(
            Logger(label: "test") { _ in
                LineLogHandler(settings: LogSettings(level: level), sink: lines.sink()) { LineLogHandlerTests.moment }
            })
    }

    /// What was written, without the time.
    var written: [String] { lines.all.map { String($0.dropFirst(25).dropLast()) } }

    @Test func `a remedy is for the check that failed`() {
        let vip = Endpoint(address: .ipv4(10, 0, 0, 1), port: 80)
        let checks = [
            NamedCheck(HealthCheck(probe: .http(HTTPProbeConfiguration(scheme: .https))), name: "secure"),
            NamedCheck(HealthCheck(probe: .http(HTTPProbeConfiguration(scheme: .http))), name: "plain"),
        ]
        let specification = Specification(
            service: .endpoint(.tcp, vip), members: [RealServerSpecification(server)], health: HealthPolicy(checks))
        let logger = Logger(label: "test") { _ in
            LineLogHandler(settings: LogSettings(level: .info), sink: lines.sink()) { LineLogHandlerTests.moment }
        }
        var log = ServiceLog(logger, of: specification, naming: .file)
        var transition = HealthTransition(
            realServer: server, from: .healthy, to: .unhealthy,
            outcome: .unhealthy(ProbeFailure(reason: .reset, phase: .response, elapsed: .zero)), consecutive: 1)
        transition.check = "plain"
        transition.hint = .speaksTLSOrTrouble
        log.write(.transition(transition), at: .now)
        #expect(written.first?.contains("if the port speaks TLS, use a check of the kind https") == true, "\(written)")
    }

    @Test func `a verdict that a configuration changed is told with what changed`() {
        var log = log(.info)
        var failure = failure
        failure.check = "ready"
        for (to, cause, failure) in [
            (HealthState.unhealthy, HealthTransition.Cause.requirement(.all), failure),
            (.healthy, .requirement(.atLeast(2)), nil), (.healthy, .requirement(.any), nil), (.healthy, .checks, nil),
            (.healthy, .equalCheck, nil),
        ] as [(HealthState, HealthTransition.Cause, ProbeFailure?)] {
            let transition = HealthTransition(
                realServer: server, from: .unknown, to: to, cause: cause, failure: failure)
            log.write(.transition(transition), at: .now)
        }
        let changed = ["2 checks have to succeed", "one check has to succeed", "other checks"]
        #expect(
            written
                == [
                    "WARN  real server is unhealthy before=unknown "
                        + "cause=\"configuration changed: all checks have to succeed\" check=ready "
                        + "detail=\"Service Unavailable\" phase=response real-server=127.0.0.1:8081 "
                        + "reason=\"status 503\" took=12.3ms"
                ]
                + (changed.map { "configuration changed: " + $0 } + ["known from an equal check"]).map {
                    "NOTE  real server is healthy before=unknown cause=\"\($0)\" real-server=127.0.0.1:8081"
                })
    }

    @Test func `probes are logged at debug`() {
        var log = log()
        log.write(.probed(server, .healthy(.init(total: .milliseconds(3), status: 200))), at: .now)
        log.write(.probed(server, .unhealthy(failure)), at: .now)
        #expect(
            written == [
                "DEBUG probe succeeded real-server=127.0.0.1:8081 status=200 took=3.0ms",
                "DEBUG probe failed detail=\"Service Unavailable\" phase=response real-server=127.0.0.1:8081 reason=\"status 503\" took=12.3ms",
            ])
    }

    @Test func `no probe is logged at info`() {
        var log = log(.info)
        log.write(.probed(server, .unhealthy(failure)), at: .now)
        #expect(written.isEmpty)
    }

    @Test func `writes the loss of a real server as a warning and other changes as notices`() {
        var log = log(.info)
        log.write(
            .transition(
                .init(
                    realServer: server, from: .healthy, to: .unhealthy, outcome: .unhealthy(failure), consecutive: 1,
                    hint: failure.hint)),
            at: .now)
        log.write(.changed(.init(.setWeight(server, weight: 0), cause: .probeFailed(failure))), at: .now)
        log.write(.changed(.init(.remove(server), cause: .probeFailed(failure))), at: .now)
        log.write(.changed(.init(.setWeight(server, weight: 0), cause: .undeclared)), at: .now)
        log.write(.changed(.init(.setWeight(server, weight: 1), cause: .probeSucceeded)), at: .now)
        log.write(.pathChanged(.init(.added, "local route 10.0.0.1/32")), at: .now)
        log.write(.ready(.init(scheduler: .roundRobin)), at: .now)
        #expect(
            written == [
                "WARN  real server is unhealthy before=healthy checks=1 detail=\"Service Unavailable\" "
                    + "phase=response real-server=127.0.0.1:8081 reason=\"status 503\" "
                    + "remedy=\"look into the server's log\" took=12.3ms",
                "WARN  table changed cause=\"probe failed\" change=\"quiesce 127.0.0.1:8081\" reason=\"status 503\"",
                "WARN  table changed cause=\"probe failed\" change=\"remove 127.0.0.1:8081\" reason=\"status 503\"",
                "NOTE  table changed cause=\"not declared\" change=\"quiesce 127.0.0.1:8081\"",
                "NOTE  table changed cause=\"probe succeeded\" change=\"set weight of 127.0.0.1:8081 to 1\"",
                "NOTE  path changed change=\"added local route 10.0.0.1/32\"",
                "NOTE  virtual service is ready real-servers=0 scheduler=rr",
            ])
    }

    @Test func `the same failure is logged once a minute`() {
        let refusal = KernelFailure(operation: "add real server", object: "x", code: 12, message: "no memory")
        let other = KernelFailure(operation: "add real server", object: "y", code: 12, message: "no memory")
        var log = log()
        let start = ContinuousClock.now
        for second in 0...60 { log.write(.failed(refusal), at: start + .seconds(second)) }
        log.write(.failed(other), at: start + .seconds(60))
        log.write(.recovered, at: start + .seconds(61))
        log.write(.failed(refusal), at: start + .seconds(62))
        let line = "ERROR kernel refused errno=12 message=\"no memory\" object=x operation=\"add real server\""
        #expect(
            written == [
                line, line + " repeated=59", line.replacing("object=x", with: "object=y"),
                "NOTE  recovered: the kernel matches the specification", line,
            ])
    }

    @Test func `says at once and once a minute for each reason that it cannot probe`() {
        var log = log(.info)
        let begin = ContinuousClock.now
        let failures = ["too many open files", "cannot use the file /t: it is empty"].map {
            ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: $0)
        }
        for second in 0...60 {
            for failure in failures { log.write(.notProbed(server, failure), at: begin + .seconds(second)) }
        }
        let lines = failures.map {
            "ERROR real server not probed consequence=\"its verdict stays\" real-server=127.0.0.1:8081 reason=\"\($0.detail)\""
        }
        #expect(written == lines + lines.map { $0 + " repeated=59" })
    }

    @Test func `missed events are logged`() {
        var log = log()
        log.write(.missed(3), at: .now)
        #expect(written == ["WARN  events missed count=3"])
    }

    /// What others change is one line; single changes are there for whoever looks closer.
    @Test func `repairs are logged at notice and their steps at debug`() {
        let change = PlannedChange(.add(server, weight: 1), cause: .repaired(found: "no real server"))
        var pathChange = PathChange(.added, "route")
        pathChange.isRepair = true
        for level in [Logger.Level.info, .debug] {
            var log = log(level)
            log.write(.changed(change), at: .now)
            log.write(.pathChanged(pathChange), at: .now)
            log.write(.repaired(Repair(found: "another program deleted a", done: "added again")), at: .now)
        }
        let line = "NOTE  repaired done=\"added again\" found=\"another program deleted a\""
        #expect(
            written == [
                line,
                "DEBUG table changed cause=\"repaired, found no real server\" change=\"add 127.0.0.1:8081 with weight 1\"",
                "DEBUG path changed change=\"added route\"", line,
            ])
    }

    @Test func `a fight with another program is a line a minute`() {
        var log = log(.info)
        let repair = Repair(found: "another program deleted a", done: "added again")
        let start = ContinuousClock.now
        for second in 0...60 { log.write(.repaired(repair), at: start + .seconds(second)) }
        log.write(.repaired(Repair(found: "another", done: "x")), at: start)
        #expect(
            written == [
                "NOTE  repaired done=\"added again\" found=\"another program deleted a\"",
                "NOTE  repaired done=\"added again\" found=\"another program deleted a\" repeated=59",
                "NOTE  repaired done=x found=another",
            ])
    }

    @Test func `a limitation of the node is logged at warning`() {
        var log = log(.info)
        log.write(.degraded(Limitation(missing: "a=1", consequence: "b hangs", remedy: "sysctl -w a=1")), at: .now)
        #expect(
            written == [
                "WARN  virtual service degraded consequence=\"b hangs\" missing=\"a=1\" remedy=\"sysctl -w a=1\""
            ])
    }

    @Test func `connections that were aborted are logged at notice`() {
        var log = log(.info)
        log.write(.connectionsAborted(AbortedConnections(to: server, count: 3)), at: .now)
        #expect(
            written == [
                """
                NOTE  waiting connections aborted consequence="clients on this node connect anew" count=3 \
                real-server=127.0.0.1:8081
                """
            ])
    }

    @Test func `an outage is logged at error`() {
        var log = log(.info)
        let news: [(OutageReport.Phase, AllDown, Duration)] = [
            (.began, .remove, .zero), (.lasts, .remove, .seconds(60)), (.ended, .remove, .milliseconds(61_234)),
            (.began, .keep, .zero), (.lasts, .keep, .seconds(120)),
        ]
        for (phase, mode, duration) in news {
            log.write(.outage(OutageReport(phase: phase, mode: mode, duration: duration)), at: .now)
        }
        let kept =
            "WARN  every real server is unhealthy consequence=\"those that were healthy until now are kept: clients may get no answer\""
        #expect(
            written == [
                "ERROR every real server is unhealthy consequence=\"they are removed: clients are refused\"",
                "ERROR every real server is unhealthy consequence=\"they are removed: clients are refused\" lasting=60.0s",
                "NOTE  outage ended lasted=61.2s", kept, "\(kept) lasting=120.0s",
            ])
    }

    @Test func `says what a lost quorum and a sorry server mean`() {
        var log = log(.info)
        let sorryServer = server
        let quorum = OutageReport.Quorum(healthy: 1, required: 3)
        for report in [
            OutageReport(phase: .began, mode: .remove, duration: .zero, sorryServer: sorryServer, quorum: quorum),
            OutageReport(phase: .lasts, mode: .remove, duration: .seconds(60), quorum: quorum),
            OutageReport(phase: .ended, mode: .remove, duration: .seconds(61), quorum: quorum),
            OutageReport(phase: .began, mode: .keep, duration: .zero, sorryServer: sorryServer),
            OutageReport(phase: .began, mode: .remove, duration: .zero, failure: .quiesce),
        ] {
            log.write(.outage(report), at: .now)
        }
        let sorry = "consequence=\"new connections go to the sorry server \(sorryServer)\""
        #expect(
            written == [
                "WARN  quorum lost \(sorry) healthy-weight=1 required-weight=3",
                "WARN  quorum lost healthy-weight=1 lasting=60.0s required-weight=3",
                "NOTE  quorum regained lasted=61.0s",
                "ERROR every real server is unhealthy \(sorry)",
                "ERROR every real server is unhealthy consequence=\"they get no connections: clients are refused\"",
            ])
    }

    @Test func `names the check that decided where there are several`() {
        var log = log(.info)
        var failure = ProbeFailure(reason: .refused, phase: .connect, elapsed: .milliseconds(1))
        log.write(
            .transition(
                HealthTransition(
                    realServer: server, from: .healthy, to: .unhealthy, outcome: .unhealthy(failure), consecutive: 1,
                    check: "ready")), at: .now)
        failure.check = "ready"
        log.write(.changed(PlannedChange(.remove(server), cause: .probeFailed(failure))), at: .now)
        #expect(written.allSatisfy { $0.contains(" check=ready ") })
        #expect(written.count == 2)
    }

    @Test func `the end of a drain is logged with its reason`() {
        var log = log(.info)
        log.write(.changed(PlannedChange(.remove(server), cause: .drained)), at: .now)
        log.write(.changed(PlannedChange(.remove(server), cause: .drainTimedOut(connections: 3))), at: .now)
        #expect(
            written == [
                "WARN  table changed cause=drained change=\"remove 127.0.0.1:8081\"",
                "WARN  table changed cause=\"drain timeout, 3 active connections left\" change=\"remove 127.0.0.1:8081\"",
            ])
    }

    @Test func `the end of a monitored connection is logged at debug`() {
        var log = log()
        log.write(.connectionEnded(server, .lost), at: .now)
        #expect(written == ["DEBUG monitored connection ended end=lost real-server=127.0.0.1:8081"])
    }

    @Test func `warns of a virtual service that does not answer, with cause and remedy`() {
        var log = log()
        let failure = ProbeFailure(reason: .connectTimeout, phase: .connect, elapsed: .seconds(5))
        let reports = [
            ReachabilityReport(phase: .verified, realServers: [server]),
            ReachabilityReport(phase: .began, realServers: [server], failure: failure, cause: .untrackedConnections),
            ReachabilityReport(
                phase: .lasts, duration: .seconds(60), failure: failure, cause: .otherRoute("unicast 10.0.0.1/32")),
            ReachabilityReport(phase: .ended, realServers: [server], duration: .seconds(72)),
        ]
        for report in reports { log.write(.reachability(report), at: .now) }
        #expect(written.count == 4)
        #expect(written[0] == "DEBUG path verified real-servers=127.0.0.1:8081")
        #expect(written[1].hasPrefix("WARN  virtual service not answered cause=\"the packet filter goes by"))
        #expect(written[1].hasSuffix("remedy=\"set it on the node: sysctl -w net.ipv4.vs.conntrack=1\""))
        #expect(written[1].contains(" real-servers=127.0.0.1:8081 reason=\"connect timeout\" "))
        #expect(written[2].contains("take another route: unicast 10.0.0.1/32\" lasting=60.0s"))
        #expect(written[3] == "NOTE  virtual service answered again lasted=72.0s real-servers=127.0.0.1:8081")
    }

    @Test(arguments: [
        UnansweredCause.otherRoute(""), .untrackedConnections, .guardedLoopback(source: .loopback(.ipv4)), .unknown,
        .otherSource(
            used: .loopback(.ipv4), expected: .loopback(.ipv4),
            RealServer(Endpoint(address: .loopback(.ipv4), port: 1))), .attachedNetwork(CIDR(host: .loopback(.ipv4))),
    ])
    func `each cause has an explanation and a remedy on one line`(cause: UnansweredCause) {
        for text in [cause.explanation, cause.remedy] {
            #expect(!text.isEmpty)
            #expect(!text.contains("\n") && !text.contains("  "), "\(text)")
        }
    }
}
