import Addressing
import IPVS

/// Prints all services and real servers through the library, byte for byte as `ipvsadm -Sn` does but for the order.
struct Dump {
    func run() throws {
        let ipvs = try IPVSClient()
        var output = Output.standard
        for service in try ipvs.services() {
            guard case .endpoint(.tcp, let endpoint) = service.identity else {
                throw Failure("only TCP services are measured, not \(service.identity)")
            }
            output.append("-A -t \(endpoint) -s \(service.configuration.scheduler)\n")
            let start = "-a -t \(endpoint) -r "
            try ipvs.forEachDestination(of: service.identity) { destination in
                output.append(start)
                output.append(destination.identity.description)
                output.append(destination.configuration.forwarding == .masquerade ? " -m -w " : " -g -w ")
                output.append("\(destination.configuration.weight)")
                output.append("\n")
            }
        }
        output.flush()
    }
}
