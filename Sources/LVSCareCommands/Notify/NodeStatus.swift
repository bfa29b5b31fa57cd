import LVSCare
import LVSCareModel
import LVSCareSettings

/// What a service manager should know of the virtual services of a node, made up from what happens to them.
struct NodeStatus {
    private var services: [Specification] = []
    private var statuses: [VirtualService: ServiceStatus] = [:]
    private var wasReady = false

    /// The status before anything has happened to `services`.
    init(of services: [Specification]) { adopt(services) }

    /// These services are declared from now on, and no others.
    mutating func adopt(_ services: [Specification]) {
        self.services = services
        let former = statuses
        statuses = [:]
        for specification in services {
            var status = former[specification.service] ?? ServiceStatus(declared: [])
            status.adopt(specification.realServers)
            statuses[specification.service] = status
        }
    }

    /// Takes in what happened, and returns whether it can make a difference.
    mutating func record(_ event: BalancerEvent) -> Bool {
        // A probe that came back, of which there are many, makes none.
        guard let service = event.service, statuses[service]?.record(event.kind) == true else { return false }
        if !wasReady, statuses.values.allSatisfy(\.isReady) { wasReady = true }
        return true
    }

    /// The lines of the message that says all of this (`sd_notify(3)`); none before the first passes have ended.
    ///
    /// It is ready once clients could be sent to every service, and stays so: what goes wrong later is repaired, and no reason
    /// to take others down who need the services.
    var message: [String] {
        guard statuses.values.allSatisfy(\.hasBegun) else { return [] }
        return (wasReady || statuses.isEmpty ? ["READY=1"] : []) + ["STATUS=\(line)"]
    }

    /// `2 of 3 real servers in service`, and what is wrong, on one line; of many services with their number, and the name of the
    /// first that is in trouble.
    private var line: String {
        guard !services.isEmpty else { return "no virtual services" }
        let inService = statuses.values.reduce(0) { $0 + $1.inService }
        let declared = statuses.values.reduce(0) { $0 + $1.declaredCount }
        var line = "\(inService) of \(declared) real server\(declared == 1 ? "" : "s") in service"
        if services.count != 1 { line = "\(services.count) virtual services, " + line }
        let troubled = services.filter { statuses[$0.service]?.troubles.isEmpty == false }
        if let first = troubled.first, let troubles = statuses[first.service]?.troubles {
            if services.count > 1 { line += "; \(troubled.count) in trouble: \(first.label)" }
            line +=
                services.count > 1 ? " \(troubles.joined(separator: "; "))" : "; \(troubles.joined(separator: "; "))"
        }
        return line.escapedForOneLine
    }
}
