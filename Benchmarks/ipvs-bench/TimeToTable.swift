import Addressing
import Glibc
import IPVS
import LoadBalancing

/// From the start of a program to the moment when the kernel's table has all its real servers.
///
/// The watcher shares the processor with the program it watches, so it asks in the cheapest way, one system call, every
/// two milliseconds; that is how exact the figure is.
struct TimeToTable {
    private static let pause: useconds_t = 2000
    /// Milliseconds after which it is given up.
    private static let limit = 20_000.0

    let command: [String]
    let realServers: Int
    /// The last service of many; `nil` for the only one.
    var last: Endpoint?

    func run() throws {
        let table = try KernelTable()
        let ipvs = try IPVSClient()
        guard try table.isEmpty else { throw Failure("there are services already") }
        let child = try Child(command)
        var isComplete = false
        var elapsed = 0.0
        while !isComplete, elapsed < Self.limit, !child.hasEnded {
            usleep(Self.pause)
            if let last {
                isComplete = try isFilled(last, ipvs)
            } else {
                isComplete = try table.usableRealServers() == realServers
            }
            elapsed = child.age
        }
        child.send(SIGTERM)
        _ = try child.wait()
        guard isComplete else { throw Failure("the table was not complete when the command ended, or in time") }
        Output.standard.write("\(hundredths(elapsed))\n")
    }

    /// Two questions, however many services there are; those before the last were made before.
    private func isFilled(_ service: Endpoint, _ ipvs: IPVSClient) throws -> Bool {
        let identity = VirtualService(service)
        guard try ipvs.service(identity) != nil else { return false }
        return try ipvs.destinations(of: identity).count { $0.configuration.weight != .quiescent } == realServers
    }
}
