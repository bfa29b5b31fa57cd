import Addressing
import ChaosModel
import Glibc
import IPVS
import KernelTestKit
import RouteNetlink
import Synchronization

/// One run: sets the scene, carries out the plan round by round, and has everything judged.
final class Run {
    private let options: Options
    private let plan: Plan
    private let recorder = Recorder()
    private let ipvs: IPVSClient
    private let routes: RouteNetlinkClient
    private let stage: Stage
    private let scene: Scene
    private let servers: Servers
    private let foreign: Foreign
    private let daemons: Daemons
    private let hand: Hand
    private let observer: Observer
    private let clients: Clients
    private var checker: Checker
    private var report: Report
    private var number = 0
    /// Time that a pass of a daemon, a probe and the kernel take, which on a slow kernel grows with that of a look.
    private let work: Duration
    /// The state before there was anything of ours.
    private let before: (netlink: [String], shown: [String])
    /// Our rules as `nft` showed them at first.
    private let rules: [String]

    /// After this many violations nothing new is to be learned.
    private static let enough = 10
    /// What work takes at least.
    private static let usualWork: Duration = .milliseconds(150)
    /// A daemon that has not started by then is not going to.
    private static let longestStart: Duration = .seconds(20)
    /// A state that lasts this long after a round is not going to change. A probe of a hung server has its timeout, and all
    /// the time in which an emulated processor kept the daemon busy.
    private static let despair: Duration = .seconds(30)

    /// Sets the scene, and waits until the daemons have made their table.
    init(_ options: Options, _ plan: Plan) throws {
        self.options = options
        self.plan = plan
        report = Report(plan: plan, usesFiles: options.usesFiles)
        // Link-local addresses that come a second later would look like somebody's doing.
        try Shell.lines("sysctl -q -w net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0")
        stage = try Stage()
        var scene = Scene(mode: plan.mode)
        if options.usesFiles { scene.companions = try Companions(scene) }
        self.scene = scene
        try scene.prepare(stage)
        ipvs = try IPVSClient()
        routes = try RouteNetlinkClient()
        servers = try Servers(scene)
        foreign = try Foreign(ipvs, routes, usesFiles: options.usesFiles)
        if plan.mode.hasRules, !foreign.hasRules { throw Failure("mode \(plan.mode.rawValue) needs nf_tables") }
        if !foreign.hasRules { report.limits.append("no nf_tables in this kernel: no table of others") }
        before = (try foreign.snapshot(), try foreign.shown())
        daemons = Daemons(
            recorder, scene, interval: options.sabotage == .slowChecks ? "1h" : "\(scene.interval.milliseconds)ms")
        observer = Observer(recorder, scene, daemons.processes)
        clients = Clients(recorder, scene)
        hand = try Hand(
            ipvs, routes, scene: scene, servers: servers, daemons: daemons, foreign: foreign, clock: recorder)
        for vip in VIP.allCases {
            let began = recorder.now
            try daemons.start(vip)
            while !daemons.isReady(vip) {
                guard recorder.now - began < Self.longestStart else {
                    throw Failure("the \(vip) daemon does not start:\n\(daemons.log(of: vip, lines: 20))")
                }
                usleep(5_000)
            }
            report.starts.append(recorder.now - began)
        }
        rules = plan.mode.hasRules ? try Rules.shown() : []
        var sight = try Sight(scene)
        var looks: [Duration] = []
        for _ in 0..<20 {
            let look = try sight.look(recorder)
            looks.append(look.ended - look.began)
        }
        let look = looks.sorted()[looks.count / 2]
        report.cadence = Observer.rest + look
        work = Self.usualWork + look * 4
        checker = Checker(
            Checker.Expectation(configuration: "rr", facts: scene.facts),
            timing: Timing(
                // As long as jitter may make it.
                interval: scene.interval * 1.1, timeout: scene.timeout, work: work, cadence: report.cadence))
    }

    /// Carries out the plan; returns whether all promises were kept.
    func carryOut() throws -> Bool {
        observer.start()
        try waitUntilConverged(since: recorder.now)
        clients.start()
        let began = recorder.now
        for (index, round) in plan.rounds.enumerated() {
            usleep(UInt32(round.pause / .microseconds(1)))
            guard recorder.now - began < .seconds(options.duration) else {
                report([
                    Violation(
                        .repaired, at: recorder.now,
                        "after \(options.duration) s only \(number) of \(plan.count) disturbances are done")
                ])
                break
            }
            try carryOut(round)
            if options.sabotage != nil, index == 3 { try sabotage() }
            guard report.violations.count < Self.enough, report.isHopeful else { break }
            let quiet = recorder.now
            // Ending is much work in little time, and everything else here goes on meanwhile.
            report(daemons.inspect { checker.lateness(since: $0) + work * 2 })
            try compareForeign(shown: index % 10 == 9)
            if index % 10 == 9 { try compareRules() }
            if options.verbose { printLine("  inspected in \((recorder.now - quiet).milliseconds) ms") }
            if index % 5 == 4 { report.progress(done: number, requests: checker.requests, at: recorder.now) }
        }
        report.length = recorder.now - began
        clients.stop()
        try waitUntilConverged(since: recorder.now)
        observer.stop()
        report.connectionsKept = clients.kept.load(ordering: .relaxed)
        report.ends = daemons.lengthsOfEnds
        report.deaths = daemons.lengthsOfDeaths
        report.survivor = daemons.latest[plan.survivor]
        try cleanUp()
        report.summarize(checker)
        return report.violations.isEmpty
    }

    // MARK: Rounds

    private enum Action {
        case begin(Plan.Step)
        case end(Int, Disturbance)
        /// The daemon of this service was started at this moment, and the disturbance is over when it is ready.
        case await(Int, VIP, since: Moment)
    }

    private func carryOut(_ round: Plan.Round) throws {
        let began = recorder.now
        var agenda = round.steps.map { (at: began + $0.delay, action: Action.begin($0)) }
        while !agenda.isEmpty {
            judge()
            guard let next = agenda.indices.min(by: { agenda[$0].at < agenda[$1].at }) else { break }
            let wait = agenda[next].at - recorder.now
            if wait > .zero {
                usleep(UInt32(min(wait, .milliseconds(10)) / .microseconds(1)))
                continue
            }
            switch agenda.remove(at: next).action {
            case .begin(let step):
                number += 1
                report.note(number, step.disturbance)
                if options.verbose { printLine("#\(number) at \(recorder.now.milliseconds) ms: \(step.disturbance)") }
                recorder.record(.began(number, step.disturbance, at: recorder.now))
                try hand.begin(number, step.disturbance, byProgram: step.byProgram)
                if let away = step.disturbance.away {
                    agenda.append((at: recorder.now + away, action: .end(number, step.disturbance)))
                } else {
                    recorder.record(.ended(number, at: recorder.now))
                }
            case .end(let number, let disturbance):
                let moment = recorder.now
                report(try hand.end(number, disturbance))
                switch disturbance {
                case .daemonKilled(let vip, _), .daemonTerminated(let vip, _):
                    agenda.append((at: moment, action: .await(number, vip, since: moment)))
                default: recorder.record(.ended(number, at: recorder.now))
                }
            case .await(let number, let vip, let since):
                if daemons.isReady(vip) {
                    report.starts.append(recorder.now - since)
                    recorder.record(.ended(number, at: recorder.now))
                } else if recorder.now - since > Self.longestStart {
                    throw Failure("the \(vip) daemon does not start:\n\(daemons.log(of: vip, lines: 20))")
                } else {
                    agenda.append((at: recorder.now + .milliseconds(10), action: .await(number, vip, since: since)))
                }
            }
        }
        let quiet = recorder.now
        try waitUntilConverged(since: quiet)
        if options.verbose {
            printLine(
                "  round of \((quiet - began).milliseconds) ms, converged in \((recorder.now - quiet).milliseconds) ms")
        }
        try hand.tidy()
        clients.tour()
        judge()
    }

    private func waitUntilConverged(since began: Moment) throws {
        repeat {
            usleep(10_000)
            judge()
            if let problem = observer.problem { throw Failure("the observer cannot look: \(problem)") }
            if recorder.now - began > Self.despair {
                report.isHopeful = false
                report([Violation(.repaired, at: recorder.now, "given up, still not as wanted: \(checker.pending)")])
                return
            }
        } while !checker.hasConverged
        try waitForCompanions(since: began)
    }

    /// The further services are to be what the files say, too.
    private func waitForCompanions(since began: Moment) throws {
        guard let companions = scene.companions else { return }
        while true {
            let differences = try companions.differences(ipvs)
            if differences.isEmpty { return }
            guard recorder.now - began <= Self.despair else {
                report.isHopeful = false
                return report([
                    Violation(
                        .repaired, at: recorder.now,
                        "given up, services of the file are not as it says: \(differences.joined(separator: "; "))")
                ])
            }
            usleep(20_000)
            judge()
        }
    }

    private func judge() {
        for event in recorder.drain() { report(checker.record(event)) }
    }

    private func report(_ violations: [Violation]) {
        for violation in violations where report.violations.count < Self.enough {
            report.record(violation)
            for vip in VIP.allCases {
                for line in daemons.log(of: vip, lines: 4) { printLine("    \(vip) daemon: \(line)") }
            }
        }
    }

    // MARK: Others

    /// Has `nft` say whether our rules are what they were, which the observer says as well.
    private func compareRules() throws {
        guard plan.mode.hasRules else { return }
        let now = try? Rules.shown()
        guard now != rules, checker.hasConverged else { return }
        let shown = now?.joined(separator: "\n") ?? "gone"
        report([Violation(.repaired, at: recorder.now, "according to nft, the rules are \(shown)")])
    }

    private func compareForeign(shown: Bool) throws {
        var pairs = [("netlink", before.netlink, try foreign.snapshot())]
        if shown { pairs.append(("other programs", before.shown, try foreign.shown())) }
        for (oracle, before, now) in pairs where before != now {
            let changes =
                Set(before).subtracting(now).map { "gone: \($0)" } + Set(now).subtracting(before).map { "new: \($0)" }
            report([
                Violation(
                    .foreignUntouched, at: recorder.now,
                    "according to \(oracle), \(changes.sorted().joined(separator: "; "))")
            ])
        }
    }

    private func cleanUp() throws {
        for vip in VIP.allCases {
            daemons.terminate(vip)
            if options.sabotage == .leftOver, vip == .ipv6 { continue }
            let what =
                scene.companions == nil ? "--vs '\(Scene.endpoint(of: vip))'" : "--config \(Companions.file(of: vip))"
            let result = try Lvscare.run("care \(what) -C")
            if result.status != 0 {
                report([Violation(.nothingLeaked, at: recorder.now, "-C ended with \(result.status): \(result.error)")])
            }
        }
        let table = try IPVSOracle.saved().filter { line in
            scene.companions != nil && Companions.contains(savedLine: line)
                || VIP.allCases.contains { line.contains("-t \(Scene.endpoint(of: $0)) ") }
        }
        var left = try table + VIP.allCases.flatMap { try stage.routes(to: Scene.endpoint(of: $0).address) }
        left += try Shell.run("ip -o link show \(Scene.link)").lines
        if foreign.hasRules { left += try Shell.lines("nft list tables").filter { $0.contains("lvscare") } }
        if !left.isEmpty {
            report([Violation(.nothingLeaked, at: recorder.now, "left after -C: \(left.joined(separator: "; "))")])
        }
        try compareForeign(shown: true)
    }

    /// Runs a command whose effect lasts long enough to be seen: the kernel's notice of it is heard late.
    private func change(_ vip: VIP, _ command: String) throws {
        daemons.send(SIGSTOP, to: vip)
        defer { daemons.send(SIGCONT, to: vip) }
        try Shell.lines(command)
        usleep(200_000)
    }

    private func sabotage() throws {
        switch options.sabotage {
        case .deadDaemon: daemons.kill(.ipv4)
        case .foreignRoute: try Shell.lines("ip route del blackhole 169.254.7.3")
        case .duplicateRoute:
            try Shell.lines("ip route append local \(Stage.vip.address) dev lo table local proto 76 src 127.0.0.3")
        case .realServer:
            try ipvs.deleteDestination(scene.endpoint(of: .ipv4, .node), of: Scene.identity(of: .ipv4))
        case .reset:
            for site in Site.allCases {
                servers.kill(.ipv6, site)
                try servers.open(.ipv6, site)
            }
        case .refusal:
            for site in Site.allCases { servers.close(.ipv4, site) }
            usleep(150_000)
            for site in Site.allCases { try servers.open(.ipv4, site) }
        case .address: try change(.ipv4, "ip addr del \(Stage.vip.address)/32 dev \(Scene.link)")
        case .rules: try change(.ipv6, "nft flush chain \(Rules.identity(of: .ipv6)) postrouting")
        case .untracked:
            for vip in VIP.allCases { daemons.send(SIGSTOP, to: vip) }
            defer { for vip in VIP.allCases { daemons.send(SIGCONT, to: vip) } }
            try Shell.lines("sysctl -q -w \(Mode.conntrack)=0")
            clients.tour()
        case .unreachable: try foreign.firewall.cutOffClients(of: scene.endpoint(of: .ipv4, .remote))
        case .leftOver, .slowChecks, nil: break
        }
    }
}

/// Why there can be no run.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
