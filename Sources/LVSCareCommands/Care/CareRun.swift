import Director
import Glibc
import LVSCare
import Logging
import NIOCore
import NIOPosix

/// Does what the settings of `lvscare care` say: the one place where they meet the SDK.
struct CareRun {
    /// What to do.
    let settings: CareSettings
    /// Where to tell what happens.
    let logger: Logger

    /// Runs to the end: at once, or when a signal asks for it.
    func run() throws(StatusError) {
        let specification = settings.specification
        if case .link = specification.path, settings.task != .clean {
            throw StatusError(.failure, "not implemented yet: link mode; use --mode route, which needs no link")
        }
        if settings.task == .keep { return try keep() }
        do throws(KernelFailure) {
            if settings.task == .clean {
                try tell(try Caretaker.cleanUp(specification.service), nothing: "nothing to remove")
            } else {
                try tell(try Caretaker.setUp(specification), nothing: "everything was set up already")
            }
        } catch {
            throw StatusError(error, settings)
        }
    }

    /// Tells what was changed. Throws what failed; of several failures the first, and tells the others.
    private func tell(_ report: PassReport, nothing: Logger.Message) throws(KernelFailure) {
        var events = EventLog(logger)
        for change in report.applied { events.write(.changed(change), at: .now) }
        for change in report.pathChanges { events.write(.pathChanged(change), at: .now) }
        for failure in report.failures.dropFirst() { events.write(.failed(failure), at: .now) }
        if let failure = report.failures.first { throw failure }
        if !report.changedAnything { logger.notice(nothing) }
    }
}

extension CareRun {
    /// Looks after the service on this thread until a signal comes.
    private func keep() throws(StatusError) {
        // A log that nobody reads any more must not end the care.
        signal(SIGPIPE, SIG_IGN)
        var failure: StatusError?
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { eventLoop in
            do throws(StatusError) {
                try begin(on: eventLoop)
            } catch {
                failure = error
                eventLoop.shutdownGracefully { _ in }
            }
        }
        if let failure { throw failure }
    }

    private func begin(on eventLoop: any EventLoop) throws(StatusError) {
        let signals = try TerminationSignals()
        let caretaker: Caretaker
        var events = EventLog(logger)
        // A start that fails is told once, as the reason why the program ends.
        var early: [CareEvent]? = []
        do throws(KernelFailure) {
            caretaker = try Caretaker(for: settings.specification, on: eventLoop) { event in
                if early == nil { events.write(event, at: .now) } else { early?.append(event) }
            }
            try caretaker.start()
        } catch {
            throw StatusError(error, settings)
        }
        for event in early ?? [] { events.write(event, at: .now) }
        early = nil
        signals.whenReceived(on: eventLoop) { name in
            logger.notice("stopping, the table stays as it is", metadata: ["signal": "\(name)"])
            caretaker.stop()
            eventLoop.shutdownGracefully { _ in }
        }
    }
}

extension StatusError {
    /// How the program ends that the kernel refused something, and what it says.
    fileprivate init(_ failure: KernelFailure, _ settings: CareSettings) {
        switch failure.kind {
        case .balancerUnavailable: self.init(.unavailable, "\(failure)")
        case .notPermitted: self.init(.noPermission, "\(failure)")
        case .unknownScheduler:
            let usual = CareSettings.usualSchedulers.joined(separator: ", ")
            let name = settings.specification.scheduler.rawValue
            self.init(
                .usage,
                """
                \(CareFlag.scheduler.spelling) \(name.quoted): \(failure); expected one that this kernel has, usually \
                \(usual)
                """
            )
        case .other: self.init(.failure, "\(failure)")
        }
    }
}
