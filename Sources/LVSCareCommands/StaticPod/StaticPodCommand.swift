import LVSCareSettings
import StaticPod

/// `sealctl static-pod lvscare`: has the kubelet of this node run the daemon.
enum StaticPodCommand {
    /// The command of the program of this name.
    static func command(_ name: String, of program: String) -> Command {
        var command = Command(name, "Have the kubelet keep lvscare running as a static pod.")
        command.synopsis = "lvscare --masters <ip:port,...> [<options>]"
        command.operand = .init("pod", "The pod", choices: ["lvscare"], isRequired: false)
        command.discussion = [
            """
            Writes the manifest of a pod into the folder that the kubelet watches. To change masters, run it again with the \
            new ones: the kubelet replaces the daemon, which takes over the connections, quiesces masters that are gone and \
            removes them. The file is replaced in one step, has mode 0600, and is left alone when nothing in it would change, \
            because the kubelet would restart the pod.
            """,
            """
            With the address that the hosts file gives \(CareSettings.nodeName), the pod gets the variable \
            \(StaticPod.nodeVariable), which tells the daemon this node's own address.
            """,
        ]
        command.sections = [.init("Pod", Setting.ofStaticPod)]
        command.examples = [
            .init(
                "On every node, with two masters:", "\(program) static-pod lvscare \\",
                "  --masters 192.168.0.2:6443,192.168.0.3:6443"),
            .init(
                "With more flags for the daemon, whose items may hold commas in quotes:",
                "\(program) static-pod lvscare --masters 192.168.0.2:6443 \\",
                "  --options --health-status,401 --options '\"--ip\",\"192.168.0.9\"'"),
            .init("Only look at it:", "\(program) static-pod lvscare --masters 192.168.0.2:6443 --print"),
            .init(
                "Another image for the pod that is there, and nothing else, whatever else was changed by hand:",
                "\(program) static-pod lvscare --set-img --image lvscare:v1.1.0"),
        ]
        command.run = { invocation in
            SettingWarning.printError(invocation.warnings, by: invocation.program.name)
            let settings = try StaticPodSettings(invocation.source(), hosts: HostsFile.read)
            try StaticPodRun(settings: settings, program: invocation.program.name).run()
        }
        return command
    }
}
