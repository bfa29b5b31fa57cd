import Glibc

/// The measured programs of `scripts/bench`: `IPVS` against `ipvsadm`, and the clock for whole processes.
@main
enum Main {
    private static let usage = """
        usage: ipvs-bench fill COUNT
                   adds a service with COUNT real servers
               ipvs-bench dump
                   prints all services and real servers as ipvsadm -Sn does
               ipvs-bench wall INPUT OUTPUT -- COMMAND...
                   runs COMMAND with these files; prints its milliseconds and the most memory it had resident, in KiB
               ipvs-bench time-to-table COUNT -- COMMAND...
                   runs COMMAND; prints the milliseconds until the only service has COUNT real servers that take
                   connections, then ends COMMAND with SIGTERM

        """

    static func main() {
        do {
            try run(CommandLine.arguments.dropFirst())
        } catch {
            Output.error.write("ipvs-bench: \(error)\n")
            exit(1)
        }
    }

    private static func run(_ arguments: ArraySlice<String>) throws {
        let operands = arguments.prefix { $0 != "--" }.dropFirst().map { $0 }
        let command = arguments.drop { $0 != "--" }.dropFirst().map { $0 }
        switch (arguments.first, operands.count, command.isEmpty) {
        case ("fill", 1, true):
            try Fill(count: try number(operands[0])).run()
        case ("dump", 0, true):
            try Dump().run()
        case ("wall", 2, false):
            try Wall(command: command, input: operands[0], output: operands[1]).run()
        case ("time-to-table", 1, false):
            try TimeToTable(command: command, realServers: try number(operands[0])).run()
        default:
            Output.error.write(usage)
            exit(64)
        }
    }

    private static func number(_ text: String) throws(Failure) -> Int {
        guard let number = Int(text), (0...65_536).contains(number) else {
            throw Failure("\(text) is not a number between 0 and 65536")
        }
        return number
    }
}

/// Why a benchmark cannot go on.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// What the system call `name` left in `errno`.
    init(call name: String, errno code: Int32 = errno) { self.init("\(name): \(String(cString: strerror(code)))") }
}
