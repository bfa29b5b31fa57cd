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
    /// The configuration file that says it, as it was read; `nil` for flags.
    let reading: ConfigurationReading?
    /// Where to tell what happens.
    let logger: Logger
    /// What writes the log of a daemon; `nil` where nothing else has to be done meanwhile.
    let writer: LogWriter?

    /// Runs to the end: at once, or when a signal asks for it.
    func run() throws(StatusError) {
        if settings.task == .cleanAll { return try CleanAllRun(settings: settings, logger: logger).run() }
        do throws(KernelFailure) {
            switch settings.task {
            case .clean:
                var services = try claimed()
                let reports = services.cleanUp()
                try report(reports, nothing: "nothing to remove")
                let needed = reports.values.flatMap(\.pathNeededBy)
                if !needed.isEmpty {
                    logger.notice(
                        "path kept, other virtual services need it",
                        metadata: ["needed-by": "\(needed.map(\.name).joined(separator: ", "))"])
                }
                if reports.values.contains(where: \.changedAnything) {
                    Self.showKeptSettings(logger)
                }
                Self.show(OriginalRemains.find(), logger)
            case .cleanAll: break
            case .runOnce:
                var services = try claimed()
                let reports = services.setUp()
                guard reports.values.allSatisfy(\.succeeded) else { throw try rollBack(reports, of: &services) }
                try report(reports, nothing: "everything was set up already")
                warnOfUnchecked()
            case .keep:
                try keep()
            }
        } catch {
            throw StatusError(error, settings)
        }
    }

    /// Nobody checks real servers here, so those that wait for a check wait for ever.
    private func warnOfUnchecked() {
        for specification in settings.node.services where specification.policy.start == .outOfService {
            logger.warning(
                "virtual service gets no real servers",
                metadata: [
                    "service": "\(specification.label)",
                    "cause": "they begin out of service, and \(Setting.runOnce.spelling) checks none",
                    "remedy": "leave out \"start\", or have a daemon keep the service",
                ])
        }
    }

    /// What is said of each service, in declared order.
    private func inOrder(
        _ reports: [VirtualService: PassReport]
    ) -> [(service: VirtualService, report: PassReport)] {
        settings.node.services.compactMap { specification in
            reports[specification.service].map { (specification.service, $0) }
        }
    }

    /// Removes what a set-up added that failed in part, tells all of it, and returns the first failure.
    private func rollBack(
        _ reports: [VirtualService: PassReport], of services: inout NodeServices
    ) throws(KernelFailure) -> KernelFailure {
        let first = report(reports)
        let undone = services.rollBack(reports)
        report(undone, everyFailure: true)
        guard let first else { preconditionFailure("only a set-up that failed is taken back") }
        return first
    }

    /// The services that are wanted, for this process alone where that can be had.
    private func claimed() throws(KernelFailure) -> NodeServices {
        let services = try NodeServices(settings.node)
        if let failure = services.claimFailure {
            logger.warning(
                "no exclusive claim; another process could manage this service",
                metadata: ["message": "\(failure.sentence)"])
        }
        return services
    }

    /// Tells what was changed. Throws what failed; of several failures the first, and tells the others.
    private func report(
        _ reports: [VirtualService: PassReport], nothing: Logger.Message
    ) throws(KernelFailure) {
        if let failure = report(reports) { throw failure }
        if !reports.values.contains(where: \.changedAnything) { logger.notice(nothing) }
    }

    /// Tells what was changed, and all failures but the first unless `everyFailure` is to be told; returns the first.
    @discardableResult
    private func report(_ reports: [VirtualService: PassReport], everyFailure: Bool = false) -> KernelFailure? {
        var events = makeLog()
        var first: KernelFailure?
        for (service, report) in inOrder(reports) {
            let isFirst = first == nil && !everyFailure
            events.write(report, of: service, failures: report.failures.dropFirst(isFirst ? 1 : 0))
            first = first ?? report.failures.first
        }
        return first
    }

    private func makeLog() -> EventLog {
        EventLog(logger, of: settings.node.services, toldBy: settings.isOfOneService ? .flags : .file)
    }

    /// Tells what a cleanup does not take back.
    static func showKeptSettings(_ logger: Logger) {
        logger.notice("kernel settings left unchanged", metadata: ["settings": "net.ipv4.vs.*"])
    }

    /// Tells what the original has left, which nobody else would.
    static func show(_ remains: OriginalRemains?, _ logger: Logger) {
        guard let remains else { return }
        logger.warning(
            "rules of the original's link mode left in place",
            metadata: [
                "chains": "\(remains.chains.joined(separator: ", "))",
                "remedy": "not needed any more; docs/upgrading.md says how to remove them",
            ])
    }
}

extension CareRun {
    /// Looks after the services on this thread until a signal comes.
    private func keep() throws(KernelFailure) {
        // A log that nobody reads any more must not end the care.
        signal(SIGPIPE, SIG_IGN)
        let signals = try ProcessSignals()
        // Before anything else, so that clients wait no longer than they must.
        var services = try claimed()
        let reports = inOrder(services.setUp())
        // Without a service there is nothing to look after; whatever else failed is tried again.
        let failure = reports.lazy.compactMap(\.report.failures.first).first
        if let failure, reports.allSatisfy({ $0.report.observed == nil }) { throw failure }
        var events = makeLog()
        for (service, report) in reports { events.write(report, of: service, failures: report.failures) }

        let loop = try EpollLoop.ofCommand()
        let notifier = ServiceNotifier(.process, of: settings.node.services, on: loop, logger: logger)
        let core = LoadBalancerCore(of: services, on: loop) { event in
            events.write(event, at: .now)
            notifier?.record(event)
        }
        try core.start()
        writer?.retry(on: loop)
        // The kernel may have modules to load for that and many rules to look through.
        loop.runElsewhere({ OriginalRemains.find() }) { [logger] _, remains in Self.show(remains, logger) }
        notifier?.begin { core.counts.passes }
        let reload = makeReload(core, loop, notifier) { events.adopt($0.services) }
        var ignored = RateLimit<String>(period: .seconds(60))
        try signals.whenReceived(on: loop) { signal in
            guard signal.asksForEnd else {
                if signal.asksForReload, let reload { return reload.request(.signal(signal.name)) }
                if ignored.admit(signal.name, at: .now) != nil { logger.write(ignored: signal) }
                return
            }
            logger.notice(
                "stopping, the table stays as it is",
                metadata: core.counts.metadata.merging(["signal": "\(signal.name)"]) { $1 })
            notifier?.stop()
            reload?.stop()
            core.stop()
            loop.stop()
        }
        loop.run()
    }

    /// What takes the configuration file over again; `nil` for flags.
    private func makeReload(
        _ core: LoadBalancerCore, _ loop: EpollLoop, _ notifier: ServiceNotifier?,
        willAdopt: @escaping (NodeSpecification) -> Void
    ) -> ConfigurationReload? {
        guard let file = settings.file, let reading else { return nil }
        return ConfigurationReload(
            of: file, reading, settings.node, for: core, on: loop, logger: logger, notifier: notifier,
            willAdopt: willAdopt)
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

extension BalancerCounts {
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
    init(_ failure: KernelFailure, _ settings: CareSettings) {
        switch failure.kind {
        case .balancerUnavailable: self.init(.unavailable, failure.sentence)
        case .notPermitted: self.init(.noPermission, failure.sentence)
        case .unknownScheduler:
            let usual = Setting.usualSchedulers.joined(separator: ", ")
            guard settings.file == nil else {
                self.init(.failure, "\(failure); this kernel usually has \(usual)")
                return
            }
            let name = settings.specification.configuration.scheduler.rawValue
            self.init(
                .usage,
                """
                \(Setting.scheduler.spelling) \(name.quoted): \(failure); expected one that this kernel has, usually \
                \(usual)
                """
            )
        case .unusableVIP where settings.file != nil: self.init(.usage, failure.sentence)
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
