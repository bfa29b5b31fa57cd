import ArgumentParser
import ChaosModel
import Glibc

/// `lvscare-chaos`: disturbs two daemons and everything they look after, and checks what they promise.
@main
enum Main {
    static func main() {
        let options = Options.parseOrExit()
        let plan = Plan(seed: options.seed, mode: options.mode, disturbances: options.disturbances, only: options.only)
        say(
            "seed \(plan.seed): \(plan.count) disturbances in \(plan.rounds.count) rounds;"
                + " again: \(Report.replay(plan))")
        if options.plan {
            say("\(plan)")
            return
        }
        do {
            exit(try Run(options, plan).carryOut() ? 0 : 1)
        } catch {
            say("✘ \(error)\nseed \(plan.seed); again: \(Report.replay(plan))")
            exit(1)
        }
    }
}

/// Prints a line at once, as output to a pipe otherwise waits for more.
func say(_ text: String) {
    let octets = Array((text + "\n").utf8)
    var rest = octets[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
