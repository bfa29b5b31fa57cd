import ArgumentParser

/// `lvscare`, of which everything else is a subcommand.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lvscare",
        abstract: "Keep the kernel's load balancer on healthy real servers.",
        discussion: """
            For a virtual service on every node, such as the API of a Kubernetes cluster:
              lvscare care --vs 10.103.97.2:6443 --rs 192.168.0.2:6443

            Which real servers are healthy by the same flags:
              lvscare check --rs 192.168.0.2:6443

            What the kernel has now:
              lvscare list
            """,
        version: Version.current.gitVersion,
        subcommands: [
            CareCommand.self, CheckCommand.self, ListCommand.self, VersionCommand.self, CompletionCommand.self,
        ])
}
