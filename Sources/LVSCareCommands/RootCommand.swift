import ArgumentParser

/// `lvscare`, of which everything else is a subcommand.
struct RootCommand: ProgramCommand {
    static let name = "lvscare"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Keep the kernel's load balancer on healthy real servers.",
        discussion: """
            For a virtual service on every node, such as the API of a Kubernetes cluster:
              lvscare care --vs 10.103.97.2:6443 --rs 192.168.0.2:6443

            Which real servers are healthy by the same flags:
              lvscare check --rs 192.168.0.2:6443

            What the kernel has now:
              lvscare list

            As a static pod of the kubelet on this node:
              lvscare static-pod lvscare --masters 192.168.0.2:6443
            """,
        version: Version.current.gitVersion,
        subcommands: [
            CareCommand.self, CheckCommand.self, ListCommand.self, StaticPodCommand<RootCommand>.self,
            VersionCommand.self,
            CompletionCommand<RootCommand>.self,
        ])

    static func absence(of commands: String) -> String { "is not a command; expected one of \(commands)" }
}
