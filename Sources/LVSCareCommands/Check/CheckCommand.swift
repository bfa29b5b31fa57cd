import Addressing
import Epoll
import LVSCare
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// `lvscare check`: probes real servers once and tells what a health check would make of it.
enum CheckCommand {
    /// What it is called by.
    static let name = "check"

    static func command(_ name: String, of _: String) -> Command {
        var command = Command(name, "Probe real servers once, to try out a health check.")
        command.synopsis = "--rs <ip:port> ... [<options>]"
        command.discussion = [
            """
            Probes all real servers at the same time, each exactly as "lvscare care" with the same flags would, and prints a \
            line for each: whether it is healthy and why, how long it took to connect, to agree on TLS and to get the head of \
            the answer, when its certificate expires, and the weight that it would get. Changes nothing and needs no \
            privilege. With --vs it also tells the present weights, which take CAP_NET_ADMIN to read, and whether the real \
            servers in service answer a client of this node through the virtual service.
            """,
            """
            The flags of the health check are those of "lvscare care"; the ones that say how often probes are made and how \
            many of them decide are accepted and change nothing here.
            """,
        ]
        command.sections = [.init("Real servers", [realServers, virtualServer, json]), .healthCheck, .reaction]
        command.variablePrefix = CareCommand.variablePrefix
        command.aboutVariables = """
            Each flag that is not given is taken from the environment, as by "lvscare care": CARE_RS, CARE_VS, \
            CARE_HEALTH_PATH and so on.
            """
        command.statuses = [
            ExitStatus.success.entry(meaning: "all real servers are healthy"),
            ExitStatus.failure.entry(
                meaning: "some are not, could not be probed, or do not answer through the virtual service"),
            ExitStatus.usage.entry, ExitStatus.outputUnwritten.entry,
        ]
        command.examples = [
            .init(
                "The API servers of a cluster, over HTTPS at /healthz:",
                "lvscare check --rs 192.168.0.2:6443,192.168.0.3:6443"),
            .init(
                "Is an API server healthy that asks for credentials (401), and what would change in the kernel?",
                "lvscare check --vs 10.103.97.2:6443 --rs 192.168.0.2:6443 \\", "  --health-status 401"),
            .init(
                "Anything that listens, for at most half a second:",
                "lvscare check --rs [fd00::2]:5432 --health-schem tcp \\", "  --health-timeout 500ms"),
        ]
        command.foreign = .init(
            foreignSettings,
            refusal: """
                is a flag of "lvscare \(CareCommand.name)" that says nothing about a probe; expected \
                \(realServers.spelling), \(virtualServer.spelling), \(json.spelling) and the flags of the health check
                """)
        command.run = run
        return command
    }

    private static let realServers = Setting.realServers.explained(
        need: "Required.", "A real server to probe. May be repeated, and may be a list separated by commas.")
    private static let virtualServer = Setting.virtualServer.explained(
        need: "", "The virtual service in whose table the present weights are looked up, if they can be read.")
    private static let json = Setting(switch: "json", "Everything, as one JSON object.")

    /// Those of `lvscare care` that are about the virtual service or the run and say nothing about a probe.
    static let foreignSettings =
        [.scheduler, .configurationFile] + [Command.Section.task, .path, .log].flatMap(\.settings)

    private static func run(_ invocation: Invocation) throws {
        let source = invocation.source()
        let settings = try CheckSettings(source)
        let isJSON = try source.boolean(json, default: false)
        SettingWarning.printError(invocation.warnings + source.unknownVariables, by: invocation.program.name)
        let mistake = try HealthFiles.mistake(settings.healthCheck, source)
        if let mistake, try !source.boolean(.healthFilesLater, default: false) { throw mistake }
        let loop = try loop()
        let outcomes = probe(settings, on: loop)
        let table = settings.service.map(look) ?? .unread
        let answers = answersThroughVIP(settings, outcomes, table, on: loop)
        let report = CheckReport(settings, outcomes: outcomes, table: table, answers: answers)
        if isJSON {
            try StandardStream.printOutput(report.json.pretty + "\n")
        } else {
            let text = CheckText(report: report, now: Int64(Timestamp.now().seconds))
            try StandardStream.printOutput(text.fitting(StandardStream.output.columns))
        }
        let complaint = report.complaint
        // The probes may never have got so far as to miss the file.
        if let mistake {
            throw StatusError(.usage, [mistake.description, complaint].compactMap(\.self).joined(separator: "; "))
        }
        if let complaint { throw StatusError(.failure, complaint) }
    }

    private static func loop() throws(StatusError) -> EpollLoop {
        do throws(KernelFailure) {
            return try .ofCommand()
        } catch {
            throw StatusError(.failure, "\(error)")
        }
    }

    private static func probe(_ settings: CheckSettings, on loop: EpollLoop) -> [ProbeOutcome] {
        var outcomes: [ProbeOutcome] = []
        HealthProbe.once(settings.realServers.map(\.endpoint), settings.healthCheck, on: loop) { found in
            outcomes = found
            loop.stop()
        }
        loop.run()
        return outcomes
    }

    /// What comes of attempts at the service by a client; `nil` for a service that is not there, or that nobody knows.
    private static func answersThroughVIP(
        _ settings: CheckSettings, _ outcomes: [ProbeOutcome], _ table: TableSight, on loop: EpollLoop
    ) -> [RealServer: VIPProbe.Answer]? {
        guard let service = settings.service, case .read(let observed?) = table else { return nil }
        var inService: [RealServer: Duration] = [:]
        for (realServer, outcome) in zip(settings.realServers, outcomes)
        where (observed.realServers[realServer]?.weight ?? .quiescent) != .quiescent {
            if case .healthy(let measurement) = outcome { inService[realServer] = measurement.total }
        }
        var answers: [RealServer: VIPProbe.Answer] = [:]
        VIPProbe.once(service, reaching: inService, settings.healthCheck, on: loop) { found in
            answers = found
            loop.stop()
        }
        loop.run()
        return answers
    }

    /// What the kernel's table has for `service`; nothing, and a word about it, when it cannot be read.
    private static func look(at service: VirtualService) -> TableSight {
        do throws(KernelFailure) {
            return .read(try NodeServices.observe(service))
        } catch {
            StandardStream.error.write("lvscare: present weights are not shown: \(error.sentence.escapedForOneLine)\n")
            return .unread
        }
    }
}
