import Director
import LVSCare

/// What `lvscare check` found.
struct CheckReport: Hashable, Sendable {
    /// One real server.
    struct Entry: Hashable, Sendable {
        var realServer: RealServer
        var outcome: ProbeOutcome
        var weight: WeightOutlook
        /// What it did as a client of the virtual service saw it; `nil` where no client got to it.
        var answer: VIPProbe.Answer?

        /// Whether it answered as a healthy one does.
        var isHealthy: Bool { weight.isHealthy }

        /// How long the parts of the probe took.
        var times: ProbeTimes {
            switch outcome {
            case .healthy(let measurement): measurement.times
            case .unhealthy(let failure): failure.times
            }
        }

        /// When its certificate expires, in seconds since 1970 (UTC); `nil` where none was seen.
        var certificateExpiry: Int64? {
            switch outcome {
            case .healthy(let measurement): measurement.certificateExpiry
            case .unhealthy(let failure): failure.certificateExpiry
            }
        }
    }

    /// The virtual service whose present weights were asked for.
    var service: VirtualService?
    /// What each probe did.
    var probe: ProbeConfiguration
    /// The real servers in the order in which they were given.
    var entries: [Entry]
    /// Whether the virtual service was tried as a client does.
    var triesVIP: Bool

    /// What probes of `settings.realServers` found; `weights` are those in the kernel's table, `nil` when unknown;
    /// `answers` what a client of the virtual service found, `nil` where there was none.
    init(
        _ settings: CheckSettings, outcomes: [ProbeOutcome], weights: [RealServer: Weight]?,
        answers: [RealServer: VIPProbe.Answer]? = nil
    ) {
        triesVIP = answers != nil
        service = settings.service
        probe = settings.healthCheck.probe
        let isHealthy = outcomes.map { if case .healthy = $0 { true } else { false } }
        let isKept = settings.allDown == .keep && !isHealthy.contains(true)
        entries = zip(settings.realServers, zip(outcomes, isHealthy)).map { realServer, found in
            let present: WeightOutlook.Present =
                weights.map { weights in weights[realServer].map { .weight($0) } ?? .absent } ?? .unknown
            return Entry(
                realServer: realServer, outcome: found.0,
                weight: WeightOutlook(present: present, isHealthy: found.1, isKept: isKept),
                answer: answers?[realServer])
        }
    }

    /// What is wrong, in one line; `nil` for nothing.
    var complaint: String? {
        let all = entries.count
        let unhealthy = entries.count { !$0.isHealthy }
        let unanswered = entries.count { $0.isHealthy && $0.isUnanswered }
        let parts = [
            (unhealthy, "unhealthy", "is", "are"), (unanswered, "not answer through the virtual server", "does", "do"),
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

/// What the verdict on a real server means for its weight in the kernel's table.
struct WeightOutlook: Hashable, Sendable {
    /// What the table has now.
    enum Present: Hashable, Sendable {
        /// Nobody asked, or nobody could read it.
        case unknown
        /// The real server is not in it.
        case absent
        case weight(Weight)
    }

    var present: Present
    var isHealthy: Bool
    /// Whether it goes on getting the connections that it got although it fails, because all others fail, too.
    var isKept = false

    /// The weight after the next pass; `nil` for a real server that is then not in the table.
    var next: Weight? {
        switch present {
        case _ where isHealthy: .normal
        case .absent, .weight(.quiescent): nil
        case .unknown where isKept: .normal
        case .weight(let weight) where isKept: weight
        case .unknown, .weight: .quiescent
        }
    }
}
