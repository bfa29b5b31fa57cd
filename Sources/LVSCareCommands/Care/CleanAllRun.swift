import LVSCare
import LVSCareModel
import Logging

/// `lvscare care --clean --all`: removes whatever this program made on the node, and says what.
struct CleanAllRun {
    let settings: CareSettings
    let logger: Logger

    /// Most names of services in one sentence.
    private static let mostNames = 3

    /// Ends with ``ExitStatus/alreadyLookedAfter`` where something was left to a running process.
    func run() throws(StatusError) {
        let cleanup: NodeCleanup
        do throws(KernelFailure) { cleanup = try NodeCleanup.run() } catch { throw StatusError(error, settings) }
        let failures = tell(cleanup)
        for (service, holder) in Self.inOrder(cleanup.kept) {
            logger.warning(
                "virtual service left as it is, with its path",
                metadata: [
                    "service": "\(service.name)", "kept-by": "\(holder)",
                    "remedy": "stop that process, then do this once more",
                ])
        }
        for service in cleanup.doubtful {
            let command =
                if case .endpoint(.tcp, _) = service { "lvscare care --clean --vs \(service.name)" } else {
                    "ipvsadm -D"
                }
            logger.warning(
                "virtual service left as it is: it may be somebody else's",
                metadata: ["service": "\(service.name)", "remedy": "if it is not, remove it by itself: \(command)"])
        }
        if cleanup.isEmpty {
            logger.notice("nothing to remove")
        } else {
            CareRun.showKeptSettings(logger)
        }
        CareRun.show(OriginalRemains.find(), logger)
        if let failure = failures.first { throw StatusError(failure, settings) }
        guard cleanup.kept.isEmpty else {
            let names = Self.inOrder(cleanup.kept).map(\.key.name)
            let more = names.count > Self.mostNames ? " and \(names.count - Self.mostNames) more" : ""
            throw StatusError(
                .alreadyLookedAfter,
                """
                cannot remove everything: running processes look after \(names.prefix(Self.mostNames).joined(separator: ", "))\
                \(more); stop them first: they would put everything back
                """)
        }
    }

    /// Tells what was removed and what the kernel refused, but the first of that, which is how the command ends.
    private func tell(_ cleanup: NodeCleanup) -> [KernelFailure] {
        var events = EventLog(logger, of: [], toldBy: .file)
        var failures: [KernelFailure] = []
        for (service, report) in Self.inOrder(cleanup.reports) {
            events.write(report, of: service, failures: report.failures.dropFirst(failures.isEmpty ? 1 : 0))
            failures += report.failures
        }
        for change in cleanup.rest.changes { events.write(BalancerEvent(.pathChanged(change)), at: .now) }
        for failure in cleanup.rest.failures.dropFirst(failures.isEmpty ? 1 : 0) {
            events.write(BalancerEvent(.failed(failure)), at: .now)
        }
        return failures + cleanup.rest.failures
    }

    private static func inOrder<Value>(_ values: [VirtualService: Value]) -> [(key: VirtualService, value: Value)] {
        values.sorted { $0.key.description < $1.key.description }
    }
}
