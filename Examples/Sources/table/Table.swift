import IPVS

/// Puts a service into the kernel's table, reads it back with what the kernel counts, and removes it again.
///
///     table 169.254.0.1:80 10.0.0.2:8080 10.0.0.3:8080
///
/// Each line of input shows the table; the end of the input ends it.
@main
struct Table {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let identity = Service.Identity.endpoint(.tcp, try Endpoint(arguments.first ?? ""))
        let ipvs = try IPVSClient()

        // All in one go; each change has an answer of its own.
        var changes: [IPVSCommand] = [.addService(identity, .init(scheduler: .weightedRoundRobin))]
        for (index, argument) in arguments.dropFirst().enumerated() {
            let weight = Weight(rawValue: UInt32(index + 1))
            changes.append(
                .addDestination(try Endpoint(argument), .init(forwarding: .masquerade, weight: weight), to: identity))
        }
        for error in ipvs.apply(changes).compactMap(\.self) { print("refused: \(error)") }
        defer { remove(identity, from: ipvs) }

        repeat {
            guard let service = try ipvs.service(identity) else { return print("somebody has deleted it") }
            print("\(identity) \(service.configuration.scheduler) \(service.statistics.connections) connections so far")
            for server in try ipvs.destinations(of: identity) {
                print(
                    "  \(server.identity) weight \(server.configuration.weight), \(server.connections.active) active,",
                    "\(server.statistics.incomingBytes) bytes in, \(server.statistics.outgoingBytes) bytes out")
            }
        } while readLine() != nil
    }

    static func remove(_ identity: Service.Identity, from ipvs: IPVSClient) {
        do {
            try ipvs.deleteService(identity)
        } catch {
            // Somebody else may have been faster, which is as good.
            if error.reason != .noSuchService { print("refused: \(error)") }
        }
    }
}
