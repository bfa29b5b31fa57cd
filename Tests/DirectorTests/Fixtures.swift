import Addressing
import Director
import DirectorTestKit
import LVSCareModel

let vip = VirtualService(Endpoint(address: .loopback(.ipv4), port: 80))
let a = server(1)
let b = server(2)
let c = server(3)
let refused = ProbeOutcome.unhealthy(failure(.refused))
let answered = ProbeOutcome.healthy(ProbeMeasurement(total: .milliseconds(1), status: 200))
let broken = KernelFailure(operation: "change", object: "\(vip)", code: 12, message: "Cannot allocate memory")

/// The real server number `number`, 1–50000.
func server(_ number: UInt16) -> RealServer {
    RealServer(Endpoint(address: .loopback(.ipv4), port: 8080 + number))
}

func servers(_ count: Int) -> [RealServer] { (1...UInt16(count)).map(server) }

func failure(_ reason: ProbeFailure.Reason) -> ProbeFailure {
    ProbeFailure(reason: reason, phase: .connect, elapsed: .milliseconds(1))
}

/// Without quick checks, jitter, monitored connections and heartbeats unless they are asked for.
func specification(
    _ realServers: [RealServer] = [a, b, c], interval: Duration = .seconds(5), timeout: Duration = .seconds(10),
    unhealthyInterval: Duration? = .seconds(86_400), fall: Int = 1, rise: Int = 1, jitter: Double = 0,
    watches: Bool = false, allDown: AllDown = .remove, drainTimeout: Duration = .zero,
    repairInterval: Duration = .seconds(1), probe: ProbeConfiguration = .http(HTTPProbeConfiguration())
) -> Specification {
    Specification(
        service: vip, realServers: realServers,
        healthCheck: HealthCheck(
            interval: interval, timeout: timeout, unhealthyInterval: unhealthyInterval, fall: fall, rise: rise,
            jitter: jitter, watches: watches, heartbeat: .off, probe: probe),
        allDown: allDown, drainTimeout: drainTimeout, repairInterval: repairInterval)
}

func observed(_ weights: [RealServer: Weight], scheduler: Scheduler = .roundRobin) -> ObservedService {
    ObservedService(scheduler: scheduler, realServers: weights.mapValues { ObservedRealServer(weight: $0) })
}

extension SoleDirector {
    /// Starts, with a first pass that takes no time, and says what to do then.
    mutating func begin(at now: Instant) -> [Directive] {
        handle(.start, at: now) + handle(.passFinished(PassReport()), at: now)
    }
}

extension DirectorSimulation {
    /// `5.001 s quiesce 127.0.0.1:8081 (probe failed)`, one line for each change of the table.
    var story: [String] {
        changes.map {
            "\(Double($0.at.components.attoseconds) / 1e18 + Double($0.at.components.seconds)) s \($0.planned)"
        }
    }
}
