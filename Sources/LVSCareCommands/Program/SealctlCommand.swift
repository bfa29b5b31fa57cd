import LVSCareSettings

/// `sealctl`: those commands of the cluster's tool that have to do with LVScare.
enum SealctlCommand {
    /// What the program is called by.
    static let name = "sealctl"
    /// What the names of the variables of `sealctl ipvs` start with.
    static let variablePrefix = "IPVS_"

    static var command: Command {
        var command = Command(name, "Route this node to the control plane of the cluster.")
        command.discussion = [
            """
            This is LVScare under the name by which installers call it. It has the two commands that LVScare is for; the many \
            others of a cluster's sealctl (certificates, registry, hosts and so on) are not here.
            """
        ]
        command.examples = [
            .init(
                "Before a node joins, so that it reaches the masters:",
                "sealctl ipvs --vs 10.103.97.2:6443 --rs 192.168.0.2:6443 \\", "  --health-status 401 --run-once"),
            .init(
                "From then on, and again whenever masters change:",
                "sealctl static-pod lvscare \\", "  --masters 192.168.0.2:6443,192.168.0.3:6443"),
            .init("When the node leaves:", "sealctl ipvs --vs 10.103.97.2:6443 --clean"),
        ]
        command.related = ["lvscare(8)", "lvscare-care(8)"]
        command.absence = { commands in
            """
            is not a command of this sealctl, which is a part of LVScare and has only \(commands); the other commands of a \
            cluster's sealctl are not here
            """
        }
        command.subcommands =
            [.init("ipvs", ipvs), .init("static-pod", StaticPodCommand.command)] + CommonCommands.all
        return command
    }

    /// `sealctl ipvs`: what `lvscare care` does, with variables of its own.
    private static func ipvs(_ name: String, of _: String) -> Command {
        var command = CareCommand.command(
            name, "Set up, keep or remove a virtual service on this node.", prefix: variablePrefix)
        command.discussion = [
            """
            Does exactly what "lvscare care" with the same flags does, in this process. With --run-once it sets everything up \
            and ends; a pod that is started later takes over without a connection being lost. Needs CAP_NET_ADMIN.
            """
        ]
        command.examples = [
            .init(
                "Before a node joins a cluster:", "sealctl ipvs --vs 10.103.97.2:6443 \\",
                "  --rs 192.168.0.2:6443,192.168.0.3:6443 --run-once"),
            .init(
                "Later, by the kubelet:", "sealctl static-pod lvscare \\",
                "  --masters 192.168.0.2:6443,192.168.0.3:6443"),
            .init("When the node leaves:", "sealctl ipvs --vs 10.103.97.2:6443 --clean"),
        ]
        command.topics = [Command.Topic("FILES", ["Those of lvscare-care(8)."])]
        command.related = ["lvscare-care(8)", "ipvsadm(8)"]
        return command
    }
}
