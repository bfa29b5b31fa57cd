import ArgumentParser

/// `sealctl ipvs`: what `lvscare care` does, with variables of its own.
struct SealctlIPVSCommand: ParsableCommand {
    /// What it is called by.
    static let name = "ipvs"
    /// What the names of its environment variables start with.
    static let variablePrefix = "IPVS_"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Set up or remove a virtual service on this node, or look after it.",
        usage: "sealctl ipvs --vs <ip:port> --rs <ip:port> ... [<options>]",
        discussion: """
            Does exactly what "lvscare care" with the same flags does, in this process. With --run-once it sets \
            everything up and ends; a pod that is started later takes over without a connection being lost. \
            Needs CAP_NET_ADMIN.

            Before a node joins a cluster:
              sealctl ipvs --vs 10.103.97.2:6443 \\
                --rs 192.168.0.2:6443,192.168.0.3:6443 --run-once

            Later, by the kubelet:
              sealctl static-pod lvscare \\
                --masters 192.168.0.2:6443,192.168.0.3:6443

            When the node leaves:
              sealctl ipvs --vs 10.103.97.2:6443 --clean

            Each flag that is not given is taken from the environment: IPVS_ and the flag's name in upper case with \
            "_" for "-", such as IPVS_VS, IPVS_HEALTH_PATH or IPVS_CLEAN=true. A variable without text counts as \
            not set, and an unknown one is a warning in the log. A flag that is on or off may have true or false \
            behind it.

            \(ExitStatus.help)
            """)

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

    func run() throws { try CareCommand.run(source(.process)) }
}
