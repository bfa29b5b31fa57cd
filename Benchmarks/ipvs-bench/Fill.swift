import Addressing
import IPVS

/// Adds a service with many real servers through the library: 10.0.0.1:80 with 10.1.0.0:80, 10.1.0.1:80 …
struct Fill {
    /// Commands that are in memory at a time.
    private static let slice = 2048

    let count: Int

    func run() throws {
        let ipvs = try IPVSClient()
        let service = Service.Identity.endpoint(.tcp, try Endpoint("10.0.0.1:80"))
        try ipvs.addService(service, .init(scheduler: .roundRobin))
        for start in stride(from: 0, to: count, by: Self.slice) {
            let commands = try (start..<min(start + Self.slice, count)).map { number throws(Failure) in
                IPVSCommand.addDestination(try Self.realServer(number), .init(forwarding: .masquerade), to: service)
            }
            for case let error? in ipvs.apply(commands) { throw error }
        }
    }

    private static func realServer(_ number: Int) throws(Failure) -> Endpoint {
        guard let address = IPAddress(octets: [10, 1, UInt8(number >> 8), UInt8(number & 0xff)]) else {
            throw Failure("no address")
        }
        return Endpoint(address: address, port: 80)
    }
}
