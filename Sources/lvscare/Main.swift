import Glibc
import LVSCareCommands

/// The executable `lvscare`, which is also `sealctl`; all that it does is in `LVSCareCommands`.
@main
enum Main {
    static func main() {
        exit(Program.run(CommandLine.arguments).rawValue)
    }
}
