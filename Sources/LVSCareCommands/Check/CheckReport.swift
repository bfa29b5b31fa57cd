import Director

/// What `lvscare check` found.
struct CheckReport: Hashable, Sendable {
    /// One real server.
    struct Entry: Hashable, Sendable {
        var realServer: RealServer
        var outcome: ProbeOutcome
        var weight: WeightOutlook

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

    /// The virtual service whose present weights were asked for.
    var service: VirtualService?
    /// What each probe did.
    var probe: ProbeConfiguration
    /// The real servers in the order in which they were given.
    var entries: [Entry]

    /// What probes of `settings.realServers` found; `weights` are those in the kernel's table, `nil` when unknown.
    init(_ settings: CheckSettings, outcomes: [ProbeOutcome], weights: [RealServer: Weight]?) {
        service = settings.service
        probe = settings.healthCheck.probe
        let isHealthy = outcomes.map { if case .healthy = $0 { true } else { false } }
        let isUnknown = outcomes.map { if case .inconclusive = $0 { true } else { false } }
        let isKept = settings.allDown == .keep && !isHealthy.contains(true) && !isUnknown.contains(true)
        entries = zip(settings.realServers, zip(outcomes, zip(isHealthy, isUnknown))).map { realServer, found in
            let present: WeightOutlook.Present =
                weights.map { weights in weights[realServer].map { .weight($0) } ?? .absent } ?? .unknown
            return Entry(
                realServer: realServer, outcome: found.0,
                weight: WeightOutlook(present: present, isHealthy: found.1.0, isUnknown: found.1.1, isKept: isKept))
        }
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
    /// Whether it could not be probed, so that everything stays as it is.
    var isUnknown = false
    /// Whether it goes on getting the connections that it got although it fails, because all others fail, too.
    var isKept = false

    /// The weight after the next pass; `nil` for a real server that is then not in the table.
    var next: Weight? {
        switch present {
        case _ where isHealthy: .normal
        case .absent where isUnknown, .unknown where isUnknown: .normal
        case .weight(let weight) where isUnknown: weight == .quiescent ? weight : .normal
        case .absent, .weight(.quiescent): nil
        case .unknown where isKept: .normal
        case .weight(let weight) where isKept: weight
        case .unknown, .weight: .quiescent
        }
    }
}
