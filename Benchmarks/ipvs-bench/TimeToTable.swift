import Glibc

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

    func run() throws {
        let table = try KernelTable()
        guard try table.isEmpty else { throw Failure("there are services already") }
        let child = try Child(command)
        var isComplete = false
        var elapsed = 0.0
        while !isComplete, elapsed < Self.limit, !child.hasEnded {
            usleep(Self.pause)
            isComplete = try table.usableRealServers() == realServers
            elapsed = child.age
        }
        child.send(SIGTERM)
        _ = try child.wait()
        guard isComplete else { throw Failure("the table was not complete when the command ended, or in time") }
        Output.standard.write("\(hundredths(elapsed))\n")
    }
}
