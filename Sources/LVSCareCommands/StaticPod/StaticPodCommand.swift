import ArgumentParser
import StaticPod

/// `sealctl static-pod lvscare`: has the kubelet of this node run the daemon.
struct StaticPodCommand<Program: ProgramCommand>: ParsableCommand {
    /// What it is called by.
    static var name: String { "static-pod" }

    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: "Have the kubelet keep lvscare running as a static pod.",
            usage: "\(Program.name) static-pod lvscare --masters <ip:port,...> [<options>]",
            discussion: """
                Writes the manifest of a pod into the folder that the kubelet watches. To change masters, run it again \
                with the new ones: the kubelet replaces the daemon, which takes over the connections, quiesces masters \
                that are gone and removes them. The file is replaced in one step, has mode 0600, and is left alone when \
                nothing in it would change, because the kubelet would restart the pod.

                On every node, with two masters:
                  \(Program.name) static-pod lvscare \\
                    --masters 192.168.0.2:6443,192.168.0.3:6443

                With more flags for the daemon, whose items may hold commas in quotes:
                  \(Program.name) static-pod lvscare --masters 192.168.0.2:6443 \\
                    --options --health-status,401 --options '"--ip","192.168.0.9"'

                Only look at it:
                  \(Program.name) static-pod lvscare --masters 192.168.0.2:6443 --print

                Another image for the pod that is there, and nothing else, whatever else was changed by hand:
                  \(Program.name) static-pod lvscare --set-img --image lvscare:v1.1.0

                With the address that the hosts file gives \(CareSettings.nodeName), the pod gets the variable \
                \(StaticPod.nodeVariable), which tells the daemon this node's own address.
                """)
    }

    @OptionGroup var options: StaticPodOptions

    func run() throws {
        try StaticPodRun(settings: StaticPodSettings(options, hosts: HostsFile.read), program: Program.name).run()
    }
}
