import Addressing
import Director
import LVSCare
import LVSCareModel

/// What `lvscare check` found.
struct CheckReport: Hashable, Sendable {
    /// One real server.
    struct Entry: Hashable, Sendable {
        var realServer: RealServer
        var outcome: ProbeOutcome
        /// What the table has now.
        var present: Present
        /// The weight after the next pass; `nil` for a real server that is then not in the table.
        var next: Weight?
        /// What it did as a client of the virtual service saw it; `nil` where no client got to it.
        var answer: VIPProbe.Answer?

        /// Whether it answered as a healthy one does.
        var isHealthy: Bool { verdict == .healthy }

        /// What the probe says; `unknown` where it could not be made.
        var verdict: HealthState {
            switch outcome {
            case .healthy: .healthy
            case .unhealthy: .unhealthy
            case .inconclusive: .unknown
            }
        }

        /// How long the parts of the probe took.
        var times: ProbeTimes {
            switch outcome {
            case .healthy(let measurement): measurement.times
            case .unhealthy(let failure), .inconclusive(let failure): failure.times
            }
        }

        /// When its certificate expires, in seconds since 1970 (UTC); `nil` where none was seen.
        var certificateExpiry: Int64? {
            switch outcome {
            case .healthy(let measurement): measurement.certificateExpiry
            case .unhealthy(let failure), .inconclusive(let failure): failure.certificateExpiry
            }
        }
    }

    /// What the kernel's table has for a real server.
    enum Present: Hashable, Sendable {
        /// Nobody asked, or nobody could read it.
        case unknown
        /// The real server is not in it.
        case absent
        case weight(Weight)
    }

    /// The virtual service whose present weights were asked for.
    var service: VirtualService?
    /// What each probe did.
    var probe: ProbeConfiguration
    /// The real servers in the order in which they were given.
    var entries: [Entry]
    /// Whether the virtual service was tried as a client does.
    var triesVIP: Bool

    /// Whether every real server fails, and some are kept for that reason.
    var keepsSome: Bool

    /// What probes of `settings.realServers` found, and what a daemon would make of it that finds `table`; `answers` is
    /// what a client of the virtual service found, `nil` where there was none.
    init(
        _ settings: CheckSettings, outcomes: [ProbeOutcome], table: TableSight,
        answers: [RealServer: VIPProbe.Answer]? = nil
    ) {
        triesVIP = answers != nil
        service = settings.service
        probe = settings.healthCheck.probe
        let observed = table.observed(by: settings)
        let desired = settings.desired(outcomes, observed)
        keepsSome = desired.allDown == .keep && desired.isAllDown
        let forecast = Planner.forecast(desired, from: observed)
        entries = zip(settings.realServers, outcomes).map { realServer, outcome in
            Entry(
                realServer: realServer, outcome: outcome, present: table.present(realServer),
                next: forecast?.realServers[realServer]?.weight, answer: answers?[realServer])
        }
    }

    /// What is wrong, in one line; `nil` for nothing.
    var complaint: String? {
        let all = entries.count
        let unknown = entries.count { $0.verdict == .unknown }
        let unhealthy = entries.count { $0.verdict == .unhealthy }
        let unanswered = entries.count { $0.isHealthy && $0.isUnanswered }
        let parts = [
            (unknown, "not be probed", "could", "could"), (unhealthy, "unhealthy", "is", "are"),
            (unanswered, "not answer through the virtual service", "does", "do"),
        ]
        let texts = parts.filter { $0.0 > 0 }.map { count, predicate, singular, plural in
            all == 1
                ? "the real server \(singular) \(predicate)"
                : "\(count) of \(all) real servers \(count == 1 ? singular : plural) \(predicate)"
        }
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
    }
}

extension CheckReport.Entry {
    /// Whether clients got to it and no answer back.
    var isUnanswered: Bool {
        if case .unanswered = answer { true } else { false }
    }
}

/// What is known of the kernel's table.
enum TableSight: Hashable, Sendable {
    /// Nobody asked, or nobody could read it.
    case unread
    /// What it has for the service; `nil` for no such service.
    case read(ObservedService?)

    fileprivate func present(_ realServer: RealServer) -> CheckReport.Present {
        switch self {
        case .unread: .unknown
        case .read(let service): (service?.realServers[realServer]?.weight).map { .weight($0) } ?? .absent
        }
    }

    /// What the daemon finds; an unknown table is taken for the one that it makes at its start.
    fileprivate func observed(by settings: CheckSettings) -> ObservedService? {
        switch self {
        case .unread: Planner.forecast(settings.desired([], nil), from: nil)
        case .read(let service): service
        }
    }
}

extension CheckSettings {
    /// What a daemon wants whose first checks had these outcomes. Who gets connections in `observed` has been healthy until
    /// now, as far as can be seen.
    fileprivate func desired(_ outcomes: [ProbeOutcome], _ observed: ObservedService?) -> DesiredState {
        var desired = DesiredState(
            specification: Specification(
                // Which one it is makes no difference to its real servers.
                service: service ?? VirtualService(Endpoint(address: .loopback(.ipv4), port: 1)),
                realServers: realServers, allDown: allDown, drainTimeout: drainTimeout))
        for (realServer, outcome) in zip(realServers, outcomes) {
            switch outcome {
            case .healthy: desired[realServer] = Health(state: .healthy)
            case .unhealthy(let failure):
                desired[realServer] = Health(state: .unhealthy, failedChecks: 1, failure: failure)
            case .inconclusive: break
            }
        }
        let inService = (observed?.realServers ?? [:]).filter { $0.value.weight != .quiescent }
        desired.latelyHealthy = Set(inService.keys)
        return desired
    }
}
