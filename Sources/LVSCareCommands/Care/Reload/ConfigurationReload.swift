import CLinux
import Epoll
import LVSCare
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Logging

/// Takes a configuration over while the daemon runs: at a signal, and when its files change.
///
/// All files are read and checked, on a thread of their own, before anything is changed. What is wrong with them is one line of
/// the log, and changes nothing; so does what cannot be had, such as a service that another process looks after.
final class ConfigurationReload {
    /// Why it is to be read.
    enum Reason: Hashable, Sendable {
        /// Somebody asked for it, by this signal.
        case signal(String)
        /// A file may have changed.
        case change
    }

    private let file: String
    private let loop: EpollLoop
    private let logger: Logger
    private let core: LoadBalancerCore
    private let notifier: ServiceNotifier?
    private let willAdopt: (NodeSpecification) -> Void
    private var watch: FileWatch?
    /// What was in the files that were looked at last, whether they were taken over or not.
    private var latest: ConfigurationReading
    /// What is in use.
    private var current: NodeSpecification
    /// Whether what was read last could not be had, and is to be tried again.
    private var isRefused = false
    private var isReading = false
    /// What was asked for while files were read.
    private var wanted: Reason?
    private var refusals = RateLimit<String>(period: .seconds(60))

    /// Watches the files of `reading`, which `core` looks after; `willAdopt` is called ahead of each change.
    init(
        of file: String, _ reading: ConfigurationReading, _ current: NodeSpecification, for core: LoadBalancerCore,
        on loop: EpollLoop, logger: Logger, notifier: ServiceNotifier?, willAdopt: @escaping (NodeSpecification) -> Void
    ) {
        self.file = file
        self.loop = loop
        self.logger = logger
        self.core = core
        self.notifier = notifier
        self.willAdopt = willAdopt
        self.current = current
        latest = reading
        watch = FileWatch(on: loop) { [weak self] in self?.request(.change) }
        follow(reading.watched)
    }

    /// What changed between the look at the files and the beginning of the watch is found by another look.
    private func follow(_ paths: [String]) {
        if watch?.follow(paths) == true { loop.execute { [weak self] in self?.request(.change) } }
    }

    /// Reads the files, and takes over what differs.
    func request(_ reason: Reason) {
        guard !isReading else {
            // A signal wants an answer, whatever else there is.
            if wanted == nil || reason != .change { wanted = reason }
            return
        }
        isReading = true
        if case .signal = reason { notifier?.reload() }
        let bound = LoopBound(self, on: loop)
        // What was good and is as it was need not be understood again.
        let known = latest.specification == nil ? nil : latest
        let begun = loop.runElsewhere { [file] in
            let reader = ConfigurationReader.ofThisNode()
            if let known, reader.findsTheSame(as: known) { return known }
            return reader.read(file)
        } then: { loop, reading in
            bound.value(on: loop).finish(reading, reason)
        }
        if !begun { finish(nil, reason) }
    }

    /// Ends it.
    func stop() {
        watch?.close()
        watch = nil
    }

    private func finish(_ reading: ConfigurationReading?, _ reason: Reason) {
        isReading = false
        if watch != nil {
            if let reading {
                apply(reading, reason)
            } else {
                refuse("no thread to read it on", reason)
            }
            if case .signal = reason { notifier?.finishReload() }
        }
        if let next = wanted.take() { request(next) }
    }

    private func apply(_ reading: ConfigurationReading, _ reason: Reason) {
        // What a large file took to be read is of no use any more.
        defer { malloc_trim(0) }
        follow(reading.watched)
        let isSame = reading.isSame(as: latest)
        latest = reading
        if isSame, reason == .change, !isRefused { return }
        guard let specification = reading.specification else {
            return refuse(reading.complaint(about: file), reason)
        }
        for warning in reading.warnings {
            logger.warning("configuration warning", metadata: ["message": "\(warning)"])
        }
        do throws(UsageError) {
            adopt(try CareSettings.noting(.process, in: specification), reason)
        } catch {
            refuse("\(error)", reason)
        }
    }

    private func adopt(_ specification: NodeSpecification, _ reason: Reason) {
        guard specification != current else {
            isRefused = false
            if case .signal(let name) = reason {
                logger.notice("configuration unchanged", metadata: ["file": "\(file)", "signal": "\(name)"])
            }
            return
        }
        let difference = NodeDifference(from: current, to: specification)
        willAdopt(specification)
        do throws(BalancerError) {
            try core.update(specification)
        } catch {
            willAdopt(current)
            isRefused = true
            return refuse("\(error)", reason)
        }
        isRefused = false
        current = specification
        notifier?.adopt(specification.services)
        logger.notice("configuration applied", metadata: difference.metadata.merging(["file": "\(file)"]) { $1 })
    }

    private func refuse(_ message: String, _ reason: Reason) {
        // What cannot be had is tried again every half a minute.
        guard refusals.admit(message, at: .now) != nil || reason != .change else { return }
        logger.error(
            "configuration rejected",
            metadata: ["file": "\(file)", "message": "\(message)", "consequence": "what was read before stays in use"])
    }
}

/// What differs between two wishes, by services.
struct NodeDifference: Hashable {
    var added: [String] = []
    var changed: [String] = []
    var removed: [String] = []

    /// What leads from `former` to `wanted`.
    init(from former: NodeSpecification, to wanted: NodeSpecification) {
        let before = Dictionary(former.services.map { ($0.service, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Set(wanted.services.map(\.service))
        for specification in wanted.services {
            guard let found = before[specification.service] else {
                added.append(specification.label)
                continue
            }
            if found != specification { changed.append(specification.label) }
        }
        removed = former.services.filter { !after.contains($0.service) }.map(\.label)
    }

    /// Numbers, with the names of the first.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [:]
        for (key, names) in [("added", added), ("changed", changed), ("removed", removed)] where !names.isEmpty {
            let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
            metadata[key] = "\(names.prefix(3).joined(separator: ", "))\(rest)"
        }
        return metadata
    }
}

extension ConfigurationReader {
    /// A reader of this node's files, which looks at those that checks name, too, where that is wanted.
    static func ofThisNode(checksFiles: Bool = true) -> ConfigurationReader {
        guard checksFiles else { return ConfigurationReader() }
        return ConfigurationReader(checkFiles: { healthCheck throws(UnusableFile) in
            try HealthProbe.checkFiles(of: healthCheck)
        })
    }
}

extension ConfigurationReading {
    /// The first mistake with its place, and how many more there are, on one line.
    func complaint(about file: String) -> String {
        let others = mistakes.count - 1
        let more = others > 0 ? " (and \(others) more; \"lvscare validate \(file)\" shows all)" : ""
        return (mistakes.first.map { "\($0)" } ?? "\(file): nothing can be read") + more
    }

    /// Whether both have read the same.
    func isSame(as other: ConfigurationReading) -> Bool {
        files.elementsEqual(other.files) { $0 == $1 } && mistakes == other.mistakes
    }
}
