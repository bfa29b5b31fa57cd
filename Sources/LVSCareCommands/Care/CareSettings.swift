import Addressing
import LVSCareConfiguration
public import LVSCareModel
import LVSCareSettings

/// What one invocation of `lvscare care` asks for, checked completely, before anything is done.
///
/// Made by a pure function of arguments, environment and hosts file, so that every mistake can be tested without a
/// process or a kernel.
public struct CareSettings: Hashable, Sendable {
    /// What to do with the specification.
    public enum Task: Hashable, Sendable {
        /// Keep the table right until a signal arrives.
        case keep
        /// Set everything up and end.
        case runOnce
        /// Remove everything and end.
        case clean
        /// Remove whatever this program made on the node, and end.
        case cleanAll
    }

    /// What the operator wants of the node. Without real servers when the task is to clean.
    /// With a file, empty until that is read.
    public var node: NodeSpecification
    /// The configuration file that says it; `nil` for flags.
    public var file: String?
    /// What to do.
    public var task: Task
    /// What is written to the log, and how.
    public var log: LogSettings

    init(_ source: SettingSource, hosts: (String) throws(UsageError) -> HostsFile) throws(UsageError) {
        task = try Self.task(source)
        log = try LogSettings(source)
        if task == .cleanAll {
            node = NodeSpecification([])
            return
        }
        if let value = source.configurationFile {
            try Self.refuseOthers(than: value, source)
            file = try source.path(.configurationFile)
            node = NodeSpecification([])
            return
        }
        let service = try Self.virtualService(source)
        var specification = Specification(
            service: service,
            scheduler: try Self.scheduler(source),
            realServers: try Self.realServers(source, of: service, mayBeMissing: task == .clean),
            healthCheck: try HealthCheckReader.read(source),
            allDown: try source.choice(.allDown) ?? .remove,
            drainTimeout: try source.duration(.drainTimeout) ?? .zero,
            path: try Self.path(source, to: service, for: task, hosts: hosts),
            verifiesPath: try source.boolean(.verifyPath, default: true),
            abortsWaiting: try source.boolean(.abortWaiting, default: true))
        specification.repairInterval = try source.duration(.repairInterval) ?? specification.repairInterval
        node = NodeSpecification([specification])
    }

    /// Whether flags tell of the one virtual service that there is.
    var isOfOneService: Bool { file == nil && task != .cleanAll }

    /// The one virtual service that flags tell of.
    public var specification: Specification {
        get { node.services[0] }
        set { node.services[0] = newValue }
    }

    /// A configuration file says everything but what becomes of it.
    private static func refuseOthers(than file: RawValue, _ source: SettingSource) throws(UsageError) {
        for setting in Setting.ofCare where !Setting.besideConfiguration.contains(setting.name) {
            // One in a variable may be meant for another start; the log says that it is ignored.
            guard let value = source.value(setting), case .flag = value.origin else { continue }
            throw UsageError(
                value, "\(file.origin) \(file.text.abbreviated.quoted) says what is wanted",
                expected: "no other flag than --logger, --log-format, --run-once and --clean beside it")
        }
    }

    /// All of the node is not to be kept, and not what a service or a file says.
    private static func refuse(_ value: RawValue, _ source: SettingSource, cleans: Bool) throws(UsageError) {
        let usage = "\(Setting.clean.spelling) \(Setting.everything.spelling) alone"
        guard cleans else {
            throw UsageError(value, "it says what is to be removed", expected: usage)
        }
        for setting in [Setting.virtualServer, .configurationFile] {
            guard let other = source.value(setting), case .flag = other.origin else { continue }
            throw UsageError(other, "\(value.origin) is about all virtual services of the node", expected: usage)
        }
    }

    private static func task(_ source: SettingSource) throws(UsageError) -> Task {
        let runsOnce = try source.boolean(.runOnce, default: false)
        let cleans = try source.boolean(.clean, default: false)
        if try source.boolean(.everything, default: false), let value = source.value(.everything) {
            try refuse(value, source, cleans: cleans)
            return .cleanAll
        }
        if cleans { return .clean }
        return runsOnce ? .runOnce : .keep
    }
}
