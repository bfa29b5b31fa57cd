import Addressing
import IPVS
import KernelTestKit
import Testing

extension KernelSuites {
    /// What passes through the table is counted, and the counters can be zeroed.
    @Suite struct IPVSStatisticsTests {
        let ipvs: IPVSClient

        init() throws { ipvs = try freshIPVS() }

        /// Makes a UDP service on `text` with one real server. Nobody has to answer there for a datagram to be counted.
        ///
        /// A real server that is removed lives on until its connections end, so each test has an address of its own.
        private func serve(_ text: String) throws -> Service.Identity {
            let service = Service.Identity.endpoint(.udp, endpoint(text))
            try ipvs.addService(service, .init(scheduler: .roundRobin))
            try ipvs.addDestination(Self.server, .init(forwarding: .masquerade), to: service)
            return service
        }

        static let server = endpoint("127.0.0.1:5354")

        @Test func `traffic is counted, shown and zeroed`() throws {
            let service = try serve("127.0.0.10:5353")
            let other = try serve("127.0.0.11:5353")
            try Shell.lines("bash -c 'for host in 10 11; do echo hello >/dev/udp/127.0.0.$host/5353; done'")
            // The kernel sums up every two seconds.
            for service in [service, other] {
                try eventually { try counted(service).connections == 1 }
            }
            let statistics = try counted(service)
            #expect(statistics.incomingPackets == 1)
            // IPv4 header, UDP header, "hello" and a line feed.
            #expect(statistics.incomingBytes == 20 + 8 + 6)
            #expect(try #require(try ipvs.service(service)).statistics == statistics)

            let shown = try Shell.lines("ipvsadm -Ln --stats --exact -u 127.0.0.10:5353").suffix(2)
            for line in shown {
                #expect(line.split(separator: " ").suffix(5).first == "1")
                #expect(line.split(separator: " ").suffix(5).dropFirst(3).first == "34")
            }
            let connections = try #require(try ipvs.destination(Self.server, of: service)).connections
            #expect(connections == Destination.Connections(active: 0, inactive: 1, persistent: 0))

            try ipvs.zero(service)
            #expect(try counted(service).connections == 0)
            #expect(try counted(other).connections == 1)
            try ipvs.zero()
            #expect(try counted(other).connections == 0)
            #expect(try ipvs.services().allSatisfy { $0.statistics.incomingBytes == 0 })
        }

        @Test func `a real server comes back with its connections`() throws {
            let service = try serve("127.0.0.12:5353")
            try Shell.lines("bash -c 'echo hello >/dev/udp/127.0.0.12/5353'")
            try ipvs.deleteDestination(Self.server, of: service)
            #expect(try ipvs.destinations(of: service).isEmpty)
            try ipvs.addDestination(Self.server, .init(forwarding: .masquerade), to: service)
            #expect(try ipvs.destinations(of: service).map(\.connections.inactive) == [1])
        }

        private func counted(_ service: Service.Identity) throws -> Statistics {
            try #require(try ipvs.destination(Self.server, of: service)).statistics
        }
    }
}
