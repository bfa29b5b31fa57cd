import Epoll
import LVSCare
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// `lvscare plan`: what the daemon would change now.
enum PlanCommand {
    /// What it is called by.
    static let name = "plan"

    static func command(_ name: String, of _: String) -> Command {
        var command = Command(name, "Tell what \"lvscare care\" would change now, and change nothing.")
        command.synopsis = "--config <file> | --vs <ip:port> --rs <ip:port> ... [<options>]"
        command.discussion = [
            """
            Takes the flags of "lvscare care", probes every real server once, looks at the kernel, and tells each change with \
            its reason and with what happens to connections: "+" is added, "~" is changed, "-" is removed. The changes come from \
            the planner of the daemon itself. Services that a running daemon keeps together with these, and that are not named any \
            more, are told as removed. Needs CAP_NET_ADMIN, and claims nothing.
            """
        ]
        command.sections =
            [.init("Form", [output])]
            + Command.Section.care.map { section in
                Command.Section(section.title, section.settings.filter { !foreign.contains($0.name) })
            }
        command.variablePrefix = CareCommand.variablePrefix
        command.aboutVariables = """
            Each flag that is not given is taken from the environment, as by "lvscare care": CARE_CONFIG, CARE_VS, CARE_RS and so on.
            """
        command.statuses = [
            ExitStatus.success.entry(meaning: "nothing would be changed"),
            ExitStatus.changes.entry,
            ExitStatus.failure.entry(meaning: "the kernel cannot be asked, or would refuse some of it"),
            ExitStatus.usage.entry, ExitStatus.unavailable.entry, ExitStatus.outputUnwritten.entry,
            ExitStatus.noPermission.entry,
        ]
        command.examples = [
            .init("What a new file would change:", "lvscare plan --config /etc/lvscare/lvscare.yaml"),
            .init(
                "For a script, the changes of real servers:", "lvscare plan -o json --config lvscare.yaml |",
                "  jq -r '.services[].changes[] | \"\\(.sign) \\(.object)\"'"),
        ]
        command.related = ["lvscare-care(8)", "lvscare-validate(8)"]
        command.run = run
        return command
    }

    /// Settings of the daemon that mean nothing here.
    private static let foreign: Set<String> = Set(
        [Setting.runOnce, .clean, .everything, .logLevel, .logFormat].map(\.name))

    private static let output = OutputForm.setting(json: "one JSON object")

    private static func run(_ invocation: Invocation) throws {
        let source = invocation.source()
        let form = try output.kind.choice(source.valueOrDefault(output), as: OutputForm.self)
        let (settings, reading) = try CareCommand.read(source)
        SettingWarning.printError(
            invocation.warnings + source.unknownVariables + source.overruledVariables, by: invocation.program.name)
        for warning in reading?.warnings ?? [] { StandardStream.error.write("\(warning)\n") }
        let report: PlanReport
        do throws(KernelFailure) {
            report = PlanReport(try NodePlan(for: settings.node, after: try outcomes(of: settings.node)))
        } catch {
            throw StatusError(error, settings)
        }
        switch form {
        case .text: try StandardStream.printOutput(report.text)
        case .json: try StandardStream.printOutput(report.json.pretty + "\n")
        }
        if let complaint = report.complaint { throw StatusError(.failure, complaint) }
        if !report.plan.isEmpty { throw StatusError(.changes, "") }
    }

    private static func outcomes(
        of specification: NodeSpecification
    ) throws(KernelFailure) -> [ProbeTarget: ProbeOutcome] {
        let loop = try EpollLoop.ofCommand()
        var found: [ProbeTarget: ProbeOutcome] = [:]
        HealthProbe.once(specification, on: loop) { outcomes in
            found = outcomes
            loop.stop()
        }
        loop.run()
        return found
    }
}
