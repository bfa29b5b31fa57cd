import Epoll
import Glibc
import LVSCare
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Logging

/// Does what the settings of `lvscare care` say: the one place where they meet the SDK.
struct CareRun {
    /// What to do.
    let settings: CareSettings
    /// Where to tell what happens.
    let logger: Logger
    /// What writes the log of a daemon; `nil` where nothing else has to be done meanwhile.
    let writer: LogWriter?

    /// Runs to the end: at once, or when a signal asks for it.
    func run() throws(StatusError) {
        let specification = settings.specification
        do throws(KernelFailure) {
            switch settings.task {
            case .clean:
                var service = try claimed(specification)
                let report = service.cleanUp()
                try tell(report, nothing: "nothing to remove")
                if !report.pathNeededBy.isEmpty {
                    logger.notice(
                        "path kept, other virtual services need it",
                        metadata: ["needed-by": "\(report.pathNeededBy.map(\.name).joined(separator: ", "))"])
                }
                if report.changedAnything {
                    logger.notice("kernel settings stay as they are", metadata: ["settings": "net.ipv4.vs.*"])
                }
                Self.show(OriginalRemains.find(), logger)
            case .runOnce:
                var service = try claimed(specification)
                let report = service.setUp()
                guard report.succeeded else { throw try takeBack(report, of: &service) }
                try tell(report, nothing: "everything was set up already")
            case .keep:
                try keep()
            }
        } catch {
            throw StatusError(error, settings)
        }
    }

    /// Removes what a set-up added that failed in part, tells all of it, and returns the first failure.
    private func takeBack(_ report: PassReport, of service: inout NodeService) throws(KernelFailure) -> KernelFailure {
        tell(report, failures: report.failures.dropFirst())
        let undone = service.rollBack(report)
        tell(undone, failures: undone.failures)
        guard let failure = report.failures.first else {
            preconditionFailure("only a set-up that failed is taken back")
        }
        return failure
    }

    /// The service of `specification`, for this process alone where that can be had.
    private func claimed(_ specification: Specification) throws(KernelFailure) -> NodeService {
        let service = try NodeService(specification)
        if let failure = service.claimFailure {
            logger.warning(
                "no exclusive claim; another process could manage this service",
                metadata: ["message": "\(failure.sentence)"])
        }
        return service
    }

    /// Tells what was changed. Throws what failed; of several failures the first, and tells the others.
    private func tell(_ report: PassReport, nothing: Logger.Message) throws(KernelFailure) {
        tell(report, failures: report.failures.dropFirst())
        if let failure = report.failures.first { throw failure }
        if !report.changedAnything { logger.notice(nothing) }
    }

    /// Tells what the original has left, which nobody else would.
    private static func show(_ remains: OriginalRemains?, _ logger: Logger) {
        guard let remains else { return }
        logger.warning(
            "rules of the original's link mode are still there",
            metadata: [
                "chains": "\(remains.chains.joined(separator: ", "))",
                "remedy": "not needed any more; docs/upgrading.md says how to remove them",
            ])
    }

    private func tell(_ report: PassReport, failures: some Sequence<KernelFailure>) {
        var events = EventLog(logger, of: settings.specification.healthCheck.probe)
        events.write(report, failures: failures)
    }
}

extension EventLog {
    /// Writes what one pass changed, what the node lacks, and these of its failures.
    fileprivate mutating func write(_ report: PassReport, failures: some Sequence<KernelFailure>) {
        for change in report.applied { write(.changed(change), at: .now) }
        for change in report.pathChanges { write(.pathChanged(change), at: .now) }
        for shortcoming in report.shortcomings { write(.fellShort(shortcoming), at: .now) }
        for failure in failures { write(.failed(failure), at: .now) }
    }
}

extension CareRun {
    /// Looks after the service on this thread until a signal comes.
    private func keep() throws(KernelFailure) {
        // A log that nobody reads any more must not end the care.
        signal(SIGPIPE, SIG_IGN)
        let signals = try ProcessSignals()
        // Before anything else, so that clients wait no longer than they must.
        var service = try claimed(settings.specification)
        let report = service.setUp()
        // Without a service there is nothing to look after; whatever else failed is tried again.
        if report.observed == nil, let failure = report.failures.first { throw failure }
        var events = EventLog(logger, of: settings.specification.healthCheck.probe)
        events.write(report, failures: report.failures)

        let loop = try EpollLoop.ofCommand()
        let notifier = ServiceNotifier(.process, of: settings.specification, on: loop, logger: logger)
        let caretaker = Caretaker(of: service, on: loop) { event in
            events.write(event, at: .now)
            notifier?.take(event)
        }
        try caretaker.start()
        writer?.retry(on: loop)
        // The kernel may have modules to load for that and many rules to look through.
        loop.runElsewhere({ OriginalRemains.find() }) { [logger] in Self.show($0, logger) }
        notifier?.beat { caretaker.counts.passes }
        var ignored = RateLimit<String>(period: .seconds(60))
        try signals.whenReceived(on: loop) { signal in
            guard signal.asksForEnd else {
                if ignored.admit(signal.name, at: .now) != nil { logger.write(ignored: signal) }
                return
            }
            logger.notice(
                "stopping, the table stays as it is",
                metadata: caretaker.counts.metadata.merging(["signal": "\(signal.name)"]) { $1 })
            notifier?.stop()
            caretaker.stop()
            loop.stop()
        }
        loop.run()
    }
}

extension Logger {
    /// Writes that a signal came that has no meaning here.
    fileprivate func write(ignored signal: ProcessSignals.Received) {
        notice(
            "signal ignored",
            metadata: [
                "signal": "\(signal.name)",
                "remedy": "SIGTERM ends the program; files are read again by themselves, flags at a restart",
            ])
    }
}

extension CareCounts {
    /// What happened since the start, by names that say what is counted.
    fileprivate var metadata: Logger.Metadata {
        [
            "changes-of-health": "\(transitions)", "changes-by-others-repaired": "\(repairs)",
            "refusals-of-kernel": "\(failures)", "times-all-unhealthy": "\(outages)",
        ]
    }
}

extension StatusError {
    /// How the program ends that the kernel refused something, and what it says.
    fileprivate init(_ failure: KernelFailure, _ settings: CareSettings) {
        switch failure.kind {
        case .balancerUnavailable: self.init(.unavailable, failure.sentence)
        case .notPermitted: self.init(.noPermission, failure.sentence)
        case .unknownScheduler:
            let usual = Setting.usualSchedulers.joined(separator: ", ")
            let name = settings.specification.configuration.scheduler.rawValue
            self.init(
                .usage,
                """
                \(Setting.scheduler.spelling) \(name.quoted): \(failure); expected one that this kernel has, usually \
                \(usual)
                """
            )
        case .unusableVIP:
            self.init(
                .usage,
                "\(Setting.virtualServer.spelling) \(settings.specification.service.name.quoted): \(failure.sentence)")
        case .alreadyLookedAfter:
            let remedy = settings.task == .clean ? "stop it first: it would put everything back" : failure.advice
            self.init(.alreadyLookedAfter, "\(failure); \(remedy)")
        case .other: self.init(.failure, failure.sentence)
        }
    }
}
