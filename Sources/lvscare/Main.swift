import Glibc
import LVSCareCommands

/// The executable `lvscare`; all that it does is in `LVSCareCommands`.
@main
enum Main {
    static func main() {
        exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
