import Glibc
import LVSCare

/// Asks real servers once whether they are healthy, all at the same time, and changes nothing.
///
///     probe https /readyz 10.0.0.2:6443 10.0.0.3:6443
///
/// Ends with status 1 if one of them is not, or could not be asked, and needs no privilege.
@main
struct Probe {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count > 2, let scheme = HTTPProbeConfiguration.Scheme(rawValue: arguments[1]) else {
            print("usage: probe http|https PATH ADDRESS:PORT...")
            exit(64)
        }
        let endpoints = try arguments.dropFirst(2).map { try Endpoint($0) }
        let healthCheck = HealthCheck(
            timeout: .seconds(2), probe: .http(HTTPProbeConfiguration(scheme: scheme, target: arguments[2])))

        let outcomes = try await HealthProbe.once(endpoints, healthCheck)
        for (endpoint, outcome) in zip(endpoints, outcomes) {
            switch outcome {
            case .healthy(let measurement):
                print("\(endpoint)  healthy    status \(measurement.status ?? 0) after \(measurement.total)")
            case .unhealthy(let failure):
                print("\(endpoint)  unhealthy  \(failure.reason) (\(failure.phase.rawValue))")
                if let hint = failure.hint { print("  what may be wrong: \(hint)") }
            case .inconclusive(let failure):
                print("\(endpoint)  unknown    this node could not ask: \(failure.detail)")
            }
        }
        exit(outcomes.allSatisfy { $0.failure == nil } ? 0 : 1)
    }
}
