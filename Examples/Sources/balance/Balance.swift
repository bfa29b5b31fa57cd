import LVSCare

/// Keeps a virtual service on its healthy real servers, and says what happens.
///
///     balance 169.254.0.1:80 10.0.0.2:8080 10.0.0.3:8080
///
/// A line of input with real servers declares those instead, and an empty line shows how things are. The line `clean`
/// ends it and removes everything; the end of the input ends it and leaves the table as it is.
@main
struct Balance {
    // `readLine` waits, so it has the main thread, and the events are told on another.
    @MainActor
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        var specification = Specification(
            service: VirtualService(try Endpoint(arguments.first ?? "")),
            realServers: try arguments.dropFirst().map { RealServer(try Endpoint($0)) })
        specification.healthCheck.interval = .seconds(2)
        specification.healthCheck.probe = .http(HTTPProbeConfiguration(scheme: .http, target: "/"))

        let balancer = try await LoadBalancer.start(specification)
        let events = balancer.events()
        let listener = Task.detached {
            for await event in events { tell(event) }
        }

        var line = readLine()
        while let text = line, text != "clean" {
            if text.isEmpty {
                for service in try await balancer.snapshot().services { show(service) }
            } else {
                do {
                    specification.declare(try text.split(separator: " ").map { RealServer(try Endpoint($0)) })
                    try await balancer.update(specification)
                } catch {
                    print("nothing was changed: \(error)")
                }
            }
            line = readLine()
        }
        if line == "clean" {
            let reports = try await balancer.cleanUp()
            for failure in reports.values.flatMap(\.failures) { print("failed: \(failure)") }
        } else {
            await balancer.stop()
        }
        // There are no more events once it has ended.
        await listener.value
    }

    nonisolated static func tell(_ event: BalancerEvent) {
        switch event.kind {
        case .ready: print("ready")
        case .transition(let transition):
            if case .unhealthy(let failure) = transition.outcome {
                print("\(transition.realServer) is unhealthy: \(failure.reason)")
            } else {
                print("\(transition.realServer) is healthy")
            }
        case .changed(let change): print("table: \(change)")
        case .pathChanged(let change): print("path: \(change)")
        case .repaired(let repair): print("repaired: \(repair)")
        case .failed(let failure): print("failed: \(failure)")
        case .missed(let count): print("\(count) events were missed")
        default: break
        }
    }

    static func show(_ snapshot: ServiceSnapshot) {
        print("\(snapshot.service.name) scheduler \(snapshot.scheduler.map { "\($0)" } ?? "none")")
        for status in snapshot.realServers {
            let verdict = status.health?.state.rawValue ?? "not declared"
            let weight = status.observed.map { "weight \($0.weight)" } ?? "not in the table"
            let connections = status.observed?.activeConnections ?? 0
            let reason = status.reason.map { ", \($0.reason)" } ?? ""
            print("  \(status.realServer) \(weight), \(connections) connections, \(verdict)\(reason)")
        }
    }
}
