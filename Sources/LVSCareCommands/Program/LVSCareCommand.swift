import LVSCareSettings

/// `lvscare`, of which everything else is a subcommand.
enum LVSCareCommand {
    /// What the program is called by.
    static let name = "lvscare"

    static var command: Command {
        var command = Command(name, "Keep the kernel's load balancer on healthy real servers.")
        command.discussion = [
            """
            The kernel's load balancer, IPVS, moves the packets; LVScare decides where they go. It gives a node one address \
            for several servers, asks each of them how it is, and keeps those out that fail. It is one file and calls no \
            other program.
            """
        ]
        command.examples = [
            .init(
                "For a virtual service on every node, such as the API of a Kubernetes cluster:",
                "lvscare care --vs 10.103.97.2:6443 --rs 192.168.0.2:6443"),
            .init("Which real servers are healthy by the same flags:", "lvscare check --rs 192.168.0.2:6443"),
            .init("What the kernel has now:", "lvscare list"),
            .init(
                "As a static pod of the kubelet on this node:",
                "lvscare static-pod lvscare --masters 192.168.0.2:6443"),
        ]
        command.topics = [
            Command.Topic(
                "FILES",
                entries: [
                    .init(
                        "/etc/lvscare/lvscare.yaml",
                        meaning: "What lvscare.service does: any number of virtual services, none as it is installed."),
                    .init(
                        "/etc/default/lvscare",
                        meaning: """
                            Settings of lvscare.service, as variables of lvscare-care(8). With CARE_VS, the configuration file \
                            does not count.
                            """),
                    .init(
                        "/etc/lvscare/NAME.yaml", "/etc/lvscare/NAME.env",
                        meaning: "The same of lvscare@NAME.service, of which there can be several."),
                ])
        ]
        command.related = ["sealctl(8)", "ipvsadm(8)"]
        command.subcommands =
            [
                .init(CareCommand.name, CareCommand.command), .init(CheckCommand.name, CheckCommand.command),
                .init("list", ListCommand.command), .init(PlanCommand.name, PlanCommand.command),
                .init(ValidateCommand.name, ValidateCommand.command),
                .init("static-pod", StaticPodCommand.command),
            ] + CommonCommands.all
        return command
    }
}
