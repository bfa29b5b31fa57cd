import ChaosModel
import Glibc
import LVSCareSettings

/// `lvscare-chaos`: disturbs two daemons and everything they look after, and checks what they promise.
@main
enum Main {
    static func main() {
        let options = readOptions()
        let plan = Plan(
            seed: options.seed, mode: options.mode, disturbances: options.disturbances, only: options.only,
            changesFiles: options.usesFiles)
        printLine(
            "seed \(plan.seed): \(plan.count) disturbances in \(plan.rounds.count) rounds;"
                + " again: \(Report.replay(plan, usesFiles: options.usesFiles))")
        if options.plan {
            printLine("\(plan)")
            return
        }
        do {
            exit(try Run(options, plan).carryOut() ? 0 : 1)
        } catch {
            printLine("✘ \(error)\nseed \(plan.seed); again: \(Report.replay(plan, usesFiles: options.usesFiles))")
            exit(1)
        }
    }

    /// The options of this process, which ends here when it is asked for help, and when there is a mistake.
    private static func readOptions() -> Options {
        let command = Options.command
        do throws(UsageError) {
            switch try command.request(Array(CommandLine.arguments.dropFirst())) {
            case .run(let call): return try Options(call.source())
            case .help, .version: printLine(HelpText(command, path: [command.name]).text)
            }
            exit(0)
        } catch {
            printLine("\(command.name): \(error)")
            exit(64)
        }
    }
}

/// Prints a line at once, as output to a pipe otherwise waits for more.
func printLine(_ text: String) {
    let octets = Array((text + "\n").utf8)
    var rest = octets[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
