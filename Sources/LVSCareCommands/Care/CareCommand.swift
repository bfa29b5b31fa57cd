import CLinux
import LVSCare
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Logging

/// `lvscare care` and `sealctl ipvs`, which differ in their names, variables and words: keep a virtual service on its healthy
/// real servers.
enum CareCommand {
    /// What it is called by.
    static let name = "care"
    /// What the names of its environment variables start with.
    static let variablePrefix = "CARE_"

    static func command(_ name: String, of _: String) -> Command {
        var command = command(name, "Keep a virtual service on its healthy real servers.", prefix: variablePrefix)
        command.discussion = [
            """
            Gives this node a virtual service in the kernel's IPVS table and keeps the table on those real servers that are \
            healthy. A real server that fails is first quiesced (weight 0: its connections go on, new ones go elsewhere), and \
            removed when it fails again; one that recovers is back with the next probe. What fails is probed every second, \
            and a crash is noticed at once, whatever the interval is. SIGTERM, SIGINT, SIGQUIT, and the end of its terminal \
            end the command and leave the table as it is, so that traffic goes on. Needs CAP_NET_ADMIN.
            """
        ]
        command.examples = [
            .init(
                "Three web servers on this node:", "lvscare care --vs 169.254.0.1:80 --rs 127.0.0.1:8081 \\",
                "  --rs 127.0.0.1:8082 --rs 127.0.0.1:8083 \\", "  --health-schem http --health-path /"),
            .init(
                "Kubernetes API servers that answer 401 to requests without credentials:",
                "lvscare care --vs 10.103.97.2:6443 --health-status 401 \\", "  --rs 192.168.0.2:6443,192.168.0.3:6443"),
            .init(
                "Set up once before a node joins, then leave it:",
                "lvscare care --vs 10.103.97.2:6443 --rs 192.168.0.2:6443 \\", "  --run-once"),
            .init("Remove everything again:", "lvscare care --vs 10.103.97.2:6443 --clean"),
            .init("Remove whatever was ever made on this node:", "lvscare care --clean --all"),
            .init("All that a file asks for:", "lvscare care --config /etc/lvscare/lvscare.yaml"),
        ]
        command.variables += variables
        command.topics = topics
        command.related = ["ipvsadm(8)", "ip-route(8)", "systemd.service(5)"]
        return command
    }

    /// A command that cares for a service, by this name and with these variables; both of its kind come from here.
    static func command(_ name: String, _ abstract: String, prefix: String) -> Command {
        var command = Command(name, abstract)
        command.synopsis = "--vs <ip:port> --rs <ip:port> ... [<options>] | --config <file> | -C --all"
        command.sections = Command.Section.care
        command.variablePrefix = prefix
        command.aboutVariables = """
            Each flag that is not given is taken from the environment: \(prefix) and the flag's name in upper case with "_" \
            for "-", such as \(prefix)VS, \(prefix)HEALTH_PATH or \(prefix)CLEAN=true. A variable without text counts as not \
            set, and an unknown one is a warning in the log. A flag that is on or off may have true or false behind it. \
            \(prefix)CONFIG gives way where --vs or \(prefix)VS names a virtual service.
            """
        command.variables = [
            .init(
                CareSettings.nodeVariable,
                meaning: "Stands in for --ip where neither the flag nor \(prefix)IP is given.")
        ]
        command.statuses = ExitStatus.entries
        command.run = run
        return command
    }

    private static func run(_ invocation: Invocation) throws {
        try run(invocation.source(), invocation.warnings)
    }

    /// What `source` says, and the configuration file where that is what says it.
    static func read(_ source: SettingSource) throws -> (CareSettings, ConfigurationReading?) {
        var settings = try CareSettings(source, hosts: HostsFile.read)
        if settings.task == .cleanAll { return (settings, nil) }
        guard let file = settings.file else {
            try HealthFiles.check(settings, source)
            return (settings, nil)
        }
        let reading = ConfigurationReader.ofThisNode(checksFiles: settings.task == .keep).read(file)
        guard let node = reading.specification else { throw StatusError(.usage, reading.complaint(about: file)) }
        settings.node = try CareSettings.noting(source.environment, in: node)
        // What a large file took to be read is of no use any more.
        malloc_trim(0)
        return (settings, reading)
    }

    /// Does what `source` says; `warnings` go to the log, with those about the environment.
    private static func run(_ source: SettingSource, _ warnings: [SettingWarning]) throws {
        let (settings, reading) = try read(source)
        let common: Logger.Metadata =
            settings.isOfOneService ? ["service": "\(settings.specification.service.name)"] : [:]
        // Only a daemon has something better to do than to wait for whoever reads.
        let writer = settings.task == .keep ? LogWriter.toStandardError(settings.log.format, common) : nil
        let sink = writer.map(LogSink.through) ?? .standardError
        LoggingSystem.bootstrap { _ in LineLogHandler(settings: settings.log, sink: sink, now: Timestamp.now) }
        var logger = Logger(label: "lvscare")
        for (key, value) in common { logger[metadataKey: key] = value }
        defer { writer?.finish() }
        for warning in warnings + source.unknownVariables + source.overruledVariables {
            logger.warning(warning.message, metadata: warning.metadata)
        }
        for warning in reading?.warnings ?? [] {
            logger.warning("configuration warning", metadata: ["message": "\(warning)"])
        }
        do throws(StatusError) {
            try CareRun(settings: settings, reading: reading, logger: logger, writer: writer).run()
        } catch {
            var error = error
            error.waitsForReader = writer == nil
            throw error
        }
    }
}

extension CareCommand {
    /// Variables that whatever starts the daemon sets.
    private static let variables: [Command.Entry] = [
        .init(
            "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
            meaning: """
                Set by a service manager that wants to be told how the service is, see sd_notify(3): it is ready once the \
                virtual service is in the table and the path to it is complete, and gives signs of life as long as it looks at \
                the kernel.
                """),
        .init("NO_COLOR", meaning: "If set, the log has no colours on a terminal either."),
    ]

    /// What only the manual page says.
    private static let topics = [
        Command.Topic(
            "FILES",
            entries: [
                .init(
                    "/etc/hosts",
                    meaning: """
                        The address of lvscare.node.ip is the default of --ip, as long as it is an address of this node; and, \
                        with --health-redirects follow, the hosts that redirects lead to.
                        """),
                .init(
                    "/etc/resolv.conf",
                    meaning: "The name servers that are asked for the others, see resolv.conf(5)."),
                .init(
                    "/proc/sys/net/ipv4/vs/",
                    meaning: """
                        Settings of the load balancer for the whole node: expire_nodest_conn, expire_quiescent_template and \
                        conntrack are kept at 1; with kernels from 4.1 to 5.8, conn_reuse_mode is kept at 0. They stay when \
                        everything else is removed.
                        """),
                .init(
                    "@lvscare/ip:port",
                    meaning: """
                        An abstract UNIX socket that one process at a time holds for each virtual service; "ss -xl" shows it.
                        """),
            ]),
        Command.Topic(
            "SIGNALS",
            entries: [
                .init(
                    "SIGTERM", "SIGINT", "SIGQUIT", "SIGPWR", "SIGXCPU",
                    meaning: "End the command with status 0. The kernel goes on balancing with the table as it is."),
                .init(
                    "SIGHUP",
                    meaning: """
                        The same where there is a controlling terminal, which has been closed. Without one, a file given by \
                        --config is taken over again; without such a file it is ignored, and the log says so: files are read \
                        again by themselves, and flags take a restart. Under nohup(1) it means nothing.
                        """),
                .init(
                    "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGIO",
                    meaning: "Ignored, and the log says so."),
            ]),
    ]
}
