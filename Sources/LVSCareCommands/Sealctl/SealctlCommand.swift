import ArgumentParser

/// `sealctl`: those commands of the cluster's tool that have to do with LVScare.
struct SealctlCommand: ProgramCommand {
    static let name = "sealctl"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Route this node to the control plane of the cluster.",
        discussion: """
            This is LVScare under the name by which installers call it. It has the two commands that LVScare is \
            for; the many others of a cluster's sealctl (certificates, registry, hosts and so on) are not here.

            Before a node joins, so that it reaches the masters:
              sealctl ipvs --vs 10.103.97.2:6443 --rs 192.168.0.2:6443 \\
                --health-status 401 --run-once

            From then on, and again whenever masters change:
              sealctl static-pod lvscare --masters 192.168.0.2:6443,192.168.0.3:6443

            When the node leaves:
              sealctl ipvs --vs 10.103.97.2:6443 --clean
            """,
        version: Version.current.gitVersion,
        subcommands: [
            SealctlIPVSCommand.self, StaticPodCommand<SealctlCommand>.self, VersionCommand.self,
            CompletionCommand<SealctlCommand>.self,
        ])

    static func absence(of commands: String) -> String {
        """
        is not a command of this sealctl, which is a part of LVScare and has only \(commands); the other commands of a \
        cluster's sealctl are not here
        """
    }
}
