import Addressing
import Glibc

/// Lets real servers fail behind several virtual services at once, and watches what a daemon makes of it.
///
/// Failures come at moments that a seed determines, spread evenly over the interval of the probes: the daemon's probes
/// must not be in step with them. The watcher looks at the table every two milliseconds and shares the
/// processor with all others; that is how exact the figures are.
struct Failover {
    private static let pause = 2.0

    let subject: Trial.Subject
    let kind: FailureKind
    /// Milliseconds.
    let interval: Double
    let services: Int
    /// Failures in each service.
    let failures: Int
    let seed: Int
    /// Of the servers; see ``Serve``.
    let folder: String
    /// The daemon under test, which probes the services' real servers as often as `interval` says.
    let command: [String]

    func run() throws {
        let hosts = try (0..<services * Place.perService).map { number throws(Failure) in
            try Host(Place(number: number), failing: kind, folder: folder)
        }
        defer { for host in hosts { host.end() } }
        let delays = delays()
        let trials = (0..<services).map { service in
            Trial(
                subject, of: Place.service(service),
                on: Array(hosts[service * Place.perService..<(service + 1) * Place.perService]),
                delays: Array(delays[service * failures..<(service + 1) * failures])
            ) { Output.standard.write($0) }
        }
        usleep(300_000)  // the servers listen by then, or the daemon will find out when they do
        let daemon = try Child(command)
        defer {
            daemon.send(SIGTERM)
            daemon.reap()
        }
        try watch(trials, daemon)
    }

    /// One moment at random in each of equal parts of the interval, in random order.
    private func delays() -> [Double] {
        var random = Random(seed: seed)
        let count = services * failures
        return (0..<count).shuffled(using: &random).map { part in
            (Double(part) + .random(in: 0..<1, using: &random)) * interval / Double(count)
        }
    }

    private func watch(_ trials: [Trial], _ daemon: borrowing Child) throws {
        let table = try KernelTable()
        var poller = try Poller()
        var weights = try table.weights()
        var nextLook = 0.0
        while trials.contains(where: { !$0.isOver }) {
            guard !daemon.hasEnded else { throw Failure("the daemon ended") }
            let now = Moment().milliseconds
            if now >= nextLook {
                weights = try table.weights()
                nextLook = now + Self.pause
            }
            for trial in trials where !trial.isOver { try trial.step(at: now, weights, poller) }
            for (socket, events) in poller.wait(milliseconds: 1) {
                for trial in trials { trial.handle(socket, events, poller) }
            }
        }
    }
}
