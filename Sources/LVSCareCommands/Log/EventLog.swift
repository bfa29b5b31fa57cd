import LVSCare
import LVSCareModel
import Logging

/// Writes what happens to the virtual services of a node to the log, each line with the name of its service.
struct EventLog {
    private let logger: Logger
    /// What remedies call settings. Where there are flags there is one service, which the logger names.
    private let settings: SettingWords
    private var logs: [VirtualService?: ServiceLog] = [:]
    private var specifications: [VirtualService: Specification] = [:]

    /// A log about `services`, of which `logger` names the only one where it was told by flags.
    init(_ logger: Logger, of services: [Specification], toldBy settings: SettingWords) {
        self.logger = logger
        self.settings = settings
        adopt(services)
    }

    /// Knows these services from now on, and those that it has known.
    mutating func adopt(_ services: [Specification]) {
        for specification in services where specifications[specification.service] != specification {
            specifications[specification.service] = specification
            logs[specification.service]?.adopt(specification)
        }
    }

    /// Writes one event, unless it is one that was written often enough.
    mutating func write(_ event: BalancerEvent, at now: ContinuousClock.Instant) {
        // What all have in common is one line, whichever of them tells it.
        var service = event.service
        if case .failed(let failure) = event.kind, failure.isShared { service = nil }
        var log = logs.removeValue(forKey: service) ?? makeLog(of: service)
        log.write(event.kind, at: now)
        // A service that comes back begins anew.
        if case .removed = event.kind { return }
        logs[service] = log
    }

    /// Writes what a pass over `service` changed, what the node lacks, and these of its failures.
    mutating func write(_ report: PassReport, of service: VirtualService, failures: some Sequence<KernelFailure>) {
        var events: [BalancerEvent.Kind] = report.applied.map { .changed($0) }
        events += report.pathChanges.map { .pathChanged($0) }
        events += report.limitations.map { .degraded($0) }
        events += failures.map { .failed($0) }
        for event in events { write(BalancerEvent(event, of: service), at: .now) }
    }

    private func makeLog(of service: VirtualService?) -> ServiceLog {
        var logger = logger
        let specification = service.flatMap { specifications[$0] }
        if settings == .file, let service {
            logger[metadataKey: "service"] = "\(specification?.label ?? service.name)"
        }
        return ServiceLog(logger, of: specification, naming: settings)
    }
}
