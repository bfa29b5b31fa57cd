import Addressing
import ArgumentParser
import Epoll
import LVSCare
import LVSCareModel

/// `lvscare check`: probes real servers once and tells what a health check would make of it.
struct CheckCommand: ParsableCommand {
    /// What it is called by.
    static let name = "check"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Probe real servers once, to try out the flags of a health check.",
        usage: "lvscare check --rs <ip:port> ... [<options>]",
        discussion: """
            Probes all real servers at the same time, each exactly as "lvscare care" with the same flags would, and \
            prints a line for each: whether it is healthy and why, how long it took to connect, to agree on TLS and \
            to get the head of the answer, when its certificate expires, and the weight that it would get. Changes \
            nothing and needs no privilege. With --vs it also tells the present weights, which take CAP_NET_ADMIN \
            to read, and whether the real servers in service answer a client of this node through the virtual server.

            The API servers of a cluster, over HTTPS at /healthz:
              lvscare check --rs 192.168.0.2:6443,192.168.0.3:6443

            Is an API server that answers 401 to strangers healthy, and what would change in the kernel?
              lvscare check --vs 10.103.97.2:6443 --rs 192.168.0.2:6443 \\
                --health-status 401

            Anything that listens, for at most half a second:
              lvscare check --rs [fd00::2]:5432 --health-schem tcp \\
                --health-timeout 500ms

            The flags of the health check are those of "lvscare care"; the ones that say how often probes are made \
            and how many of them decide are accepted and change nothing here. Each flag that is not given is taken \
            from the environment as there: CARE_RS, CARE_VS, CARE_HEALTH_PATH and so on.

            Exit status:
              0   all real servers are healthy
              1   some are not, could not be probed, or do not answer through the virtual service
              64  \(ExitStatus.usage.meaning)
              74  \(ExitStatus.outputUnwritten.meaning)
            """)

    @OptionGroup(title: "Real servers") var options: CheckOptions
    @OptionGroup(title: "Health check") var health: HealthOptions
    @OptionGroup(title: "Reaction to failures") var reaction: ReactionOptions

    /// What the flags and the environment say.
    func source(_ environment: Environment) -> SettingSource {
        SettingSource([options, health, reaction], environment: environment, prefix: CareCommand.variablePrefix)
    }

    func run() throws {
        let source = source(.process)
        let settings = try CheckSettings(source)
        RootCommand.tell(source.unknownVariables)
        let mistake = try HealthFiles.mistake(settings.healthCheck, source)
        if let mistake, try !source.boolean(.healthFilesLater, default: false) { throw mistake }
        let loop = try Self.loop()
        let outcomes = Self.probe(settings, on: loop)
        let table = settings.service.map(Self.look) ?? .unread
        let answers = Self.answersThroughVIP(settings, outcomes, table, on: loop)
        let report = CheckReport(settings, outcomes: outcomes, table: table, answers: answers)
        if options.json {
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
            return .read(try NodeService.observe(service))
        } catch {
            StandardStream.error.write("lvscare: present weights are not shown: \(error.sentence.escapedForOneLine)\n")
            return .unread
        }
    }
}
