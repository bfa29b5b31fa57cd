import ArgumentParser
import LVSCareModel
import Logging

/// `lvscare care`: keeps a virtual service on its healthy real servers.
struct CareCommand: ParsableCommand {
    /// What it is called by.
    static let name = "care"
    /// What the names of its environment variables start with.
    static let variablePrefix = "CARE_"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Keep a virtual service on its healthy real servers.",
        usage: "lvscare care --vs <ip:port> --rs <ip:port> ... [<options>]",
        discussion: """
            Gives this node a virtual server in the kernel's IPVS table and keeps the table on those real servers \
            that are healthy. A real server that fails is first quiesced (weight 0: its connections go on, new ones \
            go elsewhere), and removed when it fails again; one that recovers is back with the next probe. What \
            fails is probed every second, and a crash is noticed at once, whatever the interval is. \
            SIGTERM, SIGINT, SIGQUIT, and the end of its terminal end the command and leave the table as it is, so \
            that traffic goes on. \
            Needs CAP_NET_ADMIN.

            Three web servers on this node:
              lvscare care --vs 169.254.0.1:80 --rs 127.0.0.1:8081 \\
                --rs 127.0.0.1:8082 --rs 127.0.0.1:8083 \\
                --health-schem http --health-path /

            Kubernetes API servers that answer 401 to strangers:
              lvscare care --vs 10.103.97.2:6443 --health-status 401 \\
                --rs 192.168.0.2:6443,192.168.0.3:6443

            Set up once before a node joins, then leave it:
              lvscare care --vs 10.103.97.2:6443 --rs 192.168.0.2:6443 \\
                --run-once

            Remove everything again:
              lvscare care --vs 10.103.97.2:6443 --clean

            Each flag that is not given is taken from the environment: CARE_ and the flag's name in upper case with \
            "_" for "-", such as CARE_VS, CARE_HEALTH_PATH or CARE_CLEAN=true. A variable without text counts as \
            not set, and an unknown one is a warning in the log. A flag that is on or off may have true or false \
            behind it.

            \(ExitStatus.help)
            """)

    // Not in one group of groups: in debug builds, ArgumentParser checks each level several times over for each time
    // that it checks the level above.
    @OptionGroup(title: "Virtual service") var service: ServiceOptions
    @OptionGroup(title: "Task") var task: TaskOptions
    @OptionGroup(title: "Path to the virtual server") var path: PathOptions
    @OptionGroup(title: "Health check") var health: HealthOptions
    @OptionGroup(title: "Reaction to failures") var reaction: ReactionOptions
    @OptionGroup(title: "Log") var log: LogOptions

    /// What the flags and the environment say.
    func source(_ environment: Environment) -> SettingSource {
        SettingSource(
            [service, task, path, health, reaction, log], environment: environment, prefix: Self.variablePrefix)
    }

    func run() throws { try Self.run(source(.process)) }

    /// Does what `source` says; `warnings` go to the log, with those about the environment.
    static func run(_ source: SettingSource, _ warnings: [SettingWarning] = []) throws {
        let settings = try CareSettings(source, hosts: HostsFile.read)
        try HealthFiles.check(settings, source)
        let common: Logger.Metadata = ["service": "\(settings.specification.service.name)"]
        // Only a daemon has something better to do than to wait for whoever reads.
        let writer = settings.task == .keep ? LogWriter.toStandardError(settings.log.format, common) : nil
        let sink = writer.map(LogSink.through) ?? .standardError
        LoggingSystem.bootstrap { _ in LineLogHandler(settings: settings.log, sink: sink, now: Timestamp.now) }
        var logger = Logger(label: "lvscare")
        for (key, value) in common { logger[metadataKey: key] = value }
        defer { writer?.finish() }
        for warning in warnings + source.unknownVariables {
            logger.warning(warning.message, metadata: warning.metadata)
        }
        do throws(StatusError) {
            try CareRun(settings: settings, logger: logger, writer: writer).run()
        } catch {
            var error = error
            error.waitsForReader = writer == nil
            throw error
        }
    }
}
