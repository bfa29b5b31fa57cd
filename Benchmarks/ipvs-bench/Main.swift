import Addressing
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
               ipvs-bench time-to-table COUNT [ADDRESS:PORT] -- COMMAND...
                   runs COMMAND; prints the milliseconds until the only service, or the one that is named, has COUNT
                   real servers that take connections, then ends COMMAND with SIGTERM
               ipvs-bench serve ADDRESS:PORT FAILURE FOLDER
                   is a real server that fails from SIGUSR1 to SIGUSR2
               ipvs-bench failover SUBJECT FAILURE INTERVAL SERVICES FAILURES SEED FOLDER -- COMMAND...
                   runs COMMAND while real servers fail; SUBJECT "requests" prints for each failure the milliseconds
                   to weight 0 and the failed requests of how many, "connections" the milliseconds to removal and
                   those that an idle client and one with a request under way waited for their answers
               ipvs-bench client ADDRESS:PORT
                   sends 200 requests a second there until SIGTERM; prints how many, and how many failed
               ipvs-bench farm
                   is all of 127.1.0.0/16, port 80; from SIGUSR1 to SIGTERM it counts connections

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
        case ("time-to-table", 2, false):
            try TimeToTable(
                command: command, realServers: try number(operands[0]), last: try Endpoint(operands[1])
            ).run()
        case ("serve", 3, true):
            try Serve(at: try Endpoint(operands[0]), failing: try kind(operands[1]), folder: operands[2]).run()
        case ("failover", 7, false):
            guard let subject = Trial.Subject(rawValue: operands[0]) else {
                throw Failure("no subject: \(operands[0])")
            }
            try Failover(
                subject: subject, kind: try kind(operands[1]), interval: Double(try number(operands[2])) * 1000,
                services: try number(operands[3]), failures: try number(operands[4]), seed: try number(operands[5]),
                folder: operands[6], command: command
            ).run()
        case ("client", 1, true):
            try Client(of: try Endpoint(operands[0])).run()
        case ("farm", 0, true):
            try Farm().run()
        default:
            Output.error.write(usage)
            exit(64)
        }
    }

    private static func kind(_ text: String) throws(Failure) -> FailureKind {
        guard let kind = FailureKind(rawValue: text) else { throw Failure("no kind of failure: \(text)") }
        return kind
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
