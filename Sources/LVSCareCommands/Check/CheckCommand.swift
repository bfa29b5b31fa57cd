import Addressing
import ArgumentParser
import Director
import Epoll
import LVSCare

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
            nothing and needs no privilege; only the present weights, which --vs adds, take CAP_NET_ADMIN to read.

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
              1   some are not, or could not be probed
              64  \(ExitStatus.usage.meaning)
            """)

    @OptionGroup(title: "Real servers") var options: CheckOptions
    @OptionGroup(title: "Health check") var health: HealthOptions
    @OptionGroup(title: "Reaction to failures") var reaction: ReactionOptions

    /// What the flags and the environment say.
    func source(_ environment: Environment) -> SettingSource {
        SettingSource([options, health, reaction], environment: environment, prefix: CareCommand.variablePrefix)
    }

    func run() throws {
        let settings = try CheckSettings(source(.process))
        try HealthFiles.check(settings.healthCheck, source(.process))
        let report = CheckReport(
            settings, outcomes: try Self.probe(settings), table: settings.service.map(Self.look) ?? .unread)
        if options.json {
            StandardStream.output.write(report.json.pretty + "\n")
        } else {
            let text = CheckText(report: report, now: Int64(Timestamp.now().seconds))
            StandardStream.output.write(text.fitting(StandardStream.output.columns))
        }
        let unknown = report.entries.count { $0.verdict == .unknown }
        guard unknown == 0 else {
            throw StatusError(
                .failure, "\(unknown) of \(report.entries.count) real servers could not be probed")
        }
        let unhealthy = report.entries.count { !$0.isHealthy }
        guard unhealthy == 0 else {
            let all = report.entries.count
            throw StatusError(
                .failure,
                all == 1
                    ? "the real server is unhealthy"
                    : "\(unhealthy) of \(all) real servers \(unhealthy == 1 ? "is" : "are") unhealthy")
        }
    }

    private static func probe(_ settings: CheckSettings) throws(StatusError) -> [ProbeOutcome] {
        let loop: EpollLoop
        do throws(KernelFailure) {
            loop = try .ofCommand()
        } catch {
            throw StatusError(.failure, "\(error)")
        }
        var outcomes: [ProbeOutcome] = []
        HealthProbe.once(settings.realServers.map(\.endpoint), settings.healthCheck, on: loop) { found in
            outcomes = found
            loop.stop()
        }
        loop.run()
        return outcomes
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
