import LVSCare
import LVSCareConfiguration
import LVSCareModel
import Logging

/// Writes what happens to a virtual service to the log: a probe at `debug`, a recovery, a change or a repair at `notice`,
/// the loss of a real server, what the node lacks and a path that leads nowhere at `warning`, a refusal of the kernel at
/// `error`.
///
/// The messages are always the same; what they are about is in the metadata.
struct ServiceLog {
    private let logger: Logger
    /// What the probes of each check do, because remedies depend on it; those of the usual one have no name.
    private var probes: [String?: ProbeConfiguration] = [:]
    /// What remedies call settings.
    private let settings: SettingWords
    private var failures = RateLimit<KernelFailure>(period: .seconds(60))
    private var repairs = RateLimit<Repair>(period: .seconds(60))
    private var hindrances = RateLimit<String>(period: .seconds(60))
    /// A real server decides itself how often it changes, and a log is for everybody.
    private var lines = LineBudget<RealServer>(most: 30, in: .seconds(60))

    init(_ logger: Logger, of specification: Specification? = nil, naming settings: SettingWords = .flags) {
        self.logger = logger
        self.settings = settings
        if let specification { adopt(specification) }
    }

    /// The probes do what `specification` says from now on.
    mutating func adopt(_ specification: Specification) {
        let checks = specification.members.flatMap { $0.health?.checks ?? [] } + specification.health.checks
        probes = Dictionary(checks.map { ($0.name, $0.check.probe) }) { $1 }
        probes[nil] = specification.healthCheck.probe
    }

    /// Writes one event, unless it is a failure that was written within the last minute.
    mutating func write(_ event: BalancerEvent.Kind, at now: ContinuousClock.Instant) {
        guard isWithinBudget(event, at: now) else { return }
        switch event {
        case .incomplete(let service):
            logger.warning(
                "virtual service not ready: the path to it is incomplete",
                metadata: ["scheduler": "\(service.scheduler)", "real-servers": "\(service.realServers.count)"])
        case .ready(let service):
            logger.notice(
                "virtual service is ready",
                metadata: ["scheduler": "\(service.scheduler)", "real-servers": "\(service.realServers.count)"])
        case .probed(let realServer, let outcome):
            write(outcome, of: realServer)
        case .notProbed(let realServer, let failure):
            // Whoever lacks a descriptor or a file lacks it for all of them.
            guard let held = hindrances.admit(failure.detail, at: now) else { return }
            var metadata: Logger.Metadata = [
                "real-server": "\(realServer)", "reason": "\(failure.detail)", "consequence": "its verdict stays",
            ]
            if held > 0 { metadata["repeated"] = "\(held)" }
            logger.error("real server not probed", metadata: metadata)
        case .fileAged(let problem):
            logger.warning(
                "file not read again",
                metadata: ["message": "\(problem)", "consequence": "its last content stays in use"])
        case .fileRenewed(let path, let expiry):
            var metadata: Logger.Metadata = ["file": "\(path)"]
            if let expiry { metadata["expires"] = "\(Timestamp(seconds: Int(expiry), milliseconds: 0))" }
            logger.notice("file loaded", metadata: metadata)
        case .certificateExpires(let path, let expiry):
            logger.warning(
                "client certificate expires",
                metadata: [
                    "file": "\(path)", "expires": "\(Timestamp(seconds: Int(expiry), milliseconds: 0))",
                    "consequence": "real servers will refuse the probes", "remedy": "put a new one into the file",
                ])
        case .portsFiltered(let realServer, let ports):
            logger.warning(
                "probes dropped by a packet filter",
                metadata: [
                    "real-server": "\(realServer)", "from-ports": "\(ports.lowerBound)-\(ports.upperBound)",
                    "consequence": "it is probed from the ports of clients",
                    "remedy": "admit these source ports where those of Linux clients are admitted",
                ])
        case .transition(let transition):
            write(transition)
        case .suspicion(let report):
            write(report)
        case .connectionEnded(let realServer, let end):
            logger.debug(
                "monitored connection ended", metadata: ["real-server": "\(realServer)", "end": "\(end.rawValue)"])
        case .outage(let outage):
            write(outage)
        case .changed(let planned):
            logger.log(level: planned.logLevel, "table changed", metadata: planned.metadata)
        case .connectionsAborted(let aborted):
            logger.notice(
                "waiting connections aborted",
                metadata: [
                    "real-server": "\(aborted.realServer)", "count": "\(aborted.count)",
                    "consequence": "clients on this node connect anew",
                ])
        case .nodeChanged(let change): logger.notice("node changed", metadata: ["change": "\(change)"])
        case .pathChanged(let change):
            logger.log(level: change.isRepair ? .debug : .notice, "path changed", metadata: ["change": "\(change)"])
        case .repaired(let repair):
            guard let held = repairs.admit(repair, at: now) else { return }
            var metadata: Logger.Metadata = ["found": "\(repair.found)", "done": "\(repair.done)"]
            if held > 0 { metadata["repeated"] = "\(held)" }
            logger.notice("repaired", metadata: metadata)
        case .degraded(let limitation):
            logger.warning(
                "virtual service degraded",
                metadata: [
                    "missing": "\(limitation.missing)", "consequence": "\(limitation.consequence)",
                    "remedy": "\(limitation.remedy)",
                ])
        case .reachability(let report):
            write(report)
        case .failed(let failure):
            guard let held = failures.admit(failure, at: now) else { return }
            var metadata = failure.metadata
            if held > 0 { metadata["repeated"] = "\(held)" }
            logger.error("kernel refused", metadata: metadata)
        case .recovered:
            failures.reset()
            logger.notice("recovered: the kernel matches the specification")
        case .removed:
            logger.notice("virtual service removed", metadata: ["cause": "not declared any more"])
        case .missed(let count):
            logger.warning("events missed", metadata: ["count": "\(count)"])
        }
    }

    /// Whether the real server that `event` is about has not filled the log within the last minute. Those who ask for every probe
    /// get every probe.
    private mutating func isWithinBudget(_ event: BalancerEvent.Kind, at now: ContinuousClock.Instant) -> Bool {
        guard logger.logLevel > .debug, let realServer = event.realServer else { return true }
        switch lines.admit(realServer, at: now) {
        case .admitted: return true
        case .heldBack: return false
        case .heldBackFirst:
            logger.warning(
                "real server changes too often",
                metadata: [
                    "real-server": "\(realServer)", "consequence": "no more lines about it within this minute",
                    "remedy": """
                    find out why it changes; \(settings(.fall)) and \(settings(.rise)) ask for several results in a row
                    """,
                ])
            return false
        }
    }

    private func write(_ transition: HealthTransition) {
        var metadata = transition.outcome?.metadata ?? [:]
        metadata["real-server"] = "\(transition.realServer)"
        metadata["before"] = "\(transition.from.rawValue)"
        if transition.cause == .probe {
            metadata["checks"] = "\(transition.consecutive)"
        } else {
            metadata["cause"] = "\(transition.cause)"
        }
        if let check = transition.check { metadata["check"] = "\(check)" }
        guard transition.to == .unhealthy else {
            logger.notice("real server is healthy", metadata: metadata)
            return
        }
        if let hint = transition.hint {
            let probe = probes[transition.check] ?? probes[nil] ?? .http(HTTPProbeConfiguration())
            metadata["remedy"] = "\(hint.remedy(for: probe, naming: settings))"
        }
        logger.warning("real server is unhealthy", metadata: metadata)
    }

    private func write(_ report: SuspicionReport) {
        var metadata: Logger.Metadata = ["real-server": "\(report.realServer)"]
        switch report.phase {
        case .began:
            metadata["reason"] = "\(report.suspicion)"
            metadata["consequence"] =
                report.isQuiesced
                ? "no new connections until it answers"
                : "none: too few others are healthy, or its service has persistence"
            logger.warning("real server is suspect", metadata: metadata)
        case .cleared:
            metadata["lasted"] = "\(report.time.inSeconds)"
            logger.notice("suspect real server has answered", metadata: metadata)
        case .confirmed:
            // The line about the verdict follows.
            metadata["lasted"] = "\(report.time.inSeconds)"
            logger.debug("suspicion confirmed", metadata: metadata)
        }
    }

    private func write(_ outage: OutageReport) {
        guard outage.phase != .ended else {
            logger.notice(
                outage.quorum == nil ? "outage ended" : "quorum regained",
                metadata: ["lasted": "\(outage.duration.inSeconds)"])
            return
        }
        var metadata: Logger.Metadata = [:]
        if outage.phase == .lasts { metadata["lasting"] = "\(outage.duration.inSeconds)" }
        if let sorryServer = outage.sorryServer {
            metadata["consequence"] = "new connections go to the sorry server \(sorryServer)"
        }
        if let quorum = outage.quorum {
            metadata["healthy-weight"] = "\(quorum.healthy)"
            metadata["required-weight"] = "\(quorum.required)"
            logger.warning("quorum lost", metadata: metadata)
        } else if outage.sorryServer != nil {
            logger.error("every real server is unhealthy", metadata: metadata)
        } else if outage.mode == .keep {
            metadata["consequence"] = "those that were healthy until now are kept: clients may get no answer"
            logger.warning("every real server is unhealthy", metadata: metadata)
        } else {
            let fate = outage.failure == .quiesce ? "they get no connections" : "they are removed"
            metadata["consequence"] = "\(fate): clients are refused"
            logger.error("every real server is unhealthy", metadata: metadata)
        }
    }

    private func write(_ report: ReachabilityReport) {
        var metadata: Logger.Metadata = [:]
        if !report.realServers.isEmpty {
            metadata["real-servers"] = "\(report.realServers.map(\.description).joined(separator: ", "))"
        }
        switch report.phase {
        case .verified:
            logger.debug("path verified", metadata: metadata)
        case .began, .lasts:
            if report.phase == .lasts { metadata["lasting"] = "\(report.duration.inSeconds)" }
            if let failure = report.failure { metadata["reason"] = "\(failure.reason)" }
            let cause = report.cause ?? .unknown
            metadata["cause"] = "\(cause.explanation)"
            metadata["remedy"] = "\(cause.remedy)"
            logger.warning("virtual service not answered", metadata: metadata)
        case .ended:
            metadata["lasted"] = "\(report.duration.inSeconds)"
            logger.notice("virtual service answered again", metadata: metadata)
        }
    }

    private func write(_ outcome: ProbeOutcome, of realServer: RealServer) {
        // Many a second with many real servers: nothing is made that is not written.
        guard logger.logLevel <= .debug else { return }
        let metadata = outcome.metadata.merging(["real-server": "\(realServer)"]) { $1 }
        switch outcome {
        case .healthy: logger.debug("probe succeeded", metadata: metadata)
        case .unhealthy: logger.debug("probe failed", metadata: metadata)
        case .inconclusive: logger.debug("probe not made", metadata: metadata)
        }
    }
}

extension BalancerEvent.Kind {
    /// The real server by whose doing it comes, where it is written at all.
    fileprivate var realServer: RealServer? {
        switch self {
        case .transition(let transition): transition.realServer
        case .suspicion(let report): report.realServer
        case .changed(let planned): planned.change.realServer
        case .connectionsAborted(let aborted): aborted.realServer
        default: nil
        }
    }
}

extension PlannedChange {
    /// The loss of a real server is a warning, unless somebody asked for it.
    fileprivate var logLevel: Logger.Level {
        switch (change, cause) {
        // Of what another program keeps changing, the repair says enough.
        case (_, .repaired): .debug
        // So does the line about the suspicion.
        case (_, .suspected), (_, .suspicionCleared): .debug
        case (.remove, .probeFailed), (.remove, .drained), (.remove, .drainTimedOut): .warning
        case (.update, .probeFailed): .warning
        default: .notice
        }
    }

    fileprivate var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["change": "\(change)", "cause": "\(cause)"]
        if case .probeFailed(let failure?) = cause {
            metadata["reason"] = "\(failure.reason)"
            if let check = failure.check { metadata["check"] = "\(check)" }
        }
        return metadata
    }
}

extension KernelFailure {
    fileprivate var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["operation": "\(operation)", "object": "\(object)", "message": "\(message)"]
        if code != 0 { metadata["errno"] = "\(code)" }
        if !advice.isEmpty { metadata["remedy"] = "\(advice)" }
        return metadata
    }
}

extension ProbeOutcome {
    fileprivate var metadata: Logger.Metadata {
        switch self {
        case .healthy(let measurement):
            var metadata: Logger.Metadata = ["took": "\(measurement.total.inMilliseconds)"]
            if let status = measurement.status { metadata["status"] = "\(status)" }
            return metadata
        case .unhealthy(let failure), .inconclusive(let failure):
            var metadata: Logger.Metadata = [
                "took": "\(failure.elapsed.inMilliseconds)", "reason": "\(failure.reason)",
                "phase": "\(failure.phase.rawValue)",
            ]
            // The system's words for the plainest reasons are the reason itself.
            if !failure.detail.isEmpty, failure.detail.lowercased() != failure.reason.description {
                metadata["detail"] = "\(failure.detail)"
            }
            return metadata
        }
    }
}

extension Duration {
    /// Milliseconds with one decimal: `12.3ms`.
    fileprivate var inMilliseconds: String {
        let tenths = (self / .milliseconds(1) * 10).rounded()
        return "\(tenths / 10)ms"
    }

    /// Seconds with one decimal: `12.3s`.
    fileprivate var inSeconds: String {
        let tenths = (self / .seconds(1) * 10).rounded()
        return "\(tenths / 10)s"
    }
}
