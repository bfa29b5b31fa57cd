import Addressing
import IPVS
import KernelTestKit
import Testing

extension KernelSuites {
    /// Many real servers at once.
    @Suite struct IPVSBatchTests {
        let ipvs: IPVSClient

        init() throws { ipvs = try freshIPVS() }

        static let web = Service.Identity.endpoint(.tcp, endpoint("10.0.0.1:80"))

        /// The real servers 10.1.0.0:80 and following.
        static func servers(_ count: Int) -> [Destination.Identity] {
            (0..<count).map { endpoint("10.1.\($0 >> 8).\($0 & 255):80") }
        }

        @Test func `ten thousand real servers are written and read`() throws {
            let servers = Self.servers(10_000)
            var commands: [IPVSCommand] = [.addService(Self.web, .init(scheduler: .roundRobin))]
            commands += servers.enumerated().map { number, server in
                .addDestination(
                    server, .init(forwarding: .masquerade, weight: Weight(rawValue: UInt32(number))), to: Self.web)
            }
            let errors = ipvs.apply(commands)
            #expect(errors.count == commands.count)
            #expect(errors.allSatisfy { $0 == nil })

            let found = try ipvs.destinations(of: Self.web)
            #expect(found.count == servers.count)
            let weights = Dictionary(uniqueKeysWithValues: found.map { ($0.identity, $0.configuration.weight) })
            #expect(servers.enumerated().allSatisfy { weights[$1]?.rawValue == UInt32($0) })
            var oneByOne: Set<Destination.Identity> = []
            try ipvs.forEachDestination(of: Self.web) { oneByOne.insert($0.identity) }
            #expect(oneByOne == Set(servers))
            let lines = Set(try IPVSOracle.saved())
            #expect(lines.count == servers.count + 1)
            #expect(
                servers.enumerated().allSatisfy { lines.contains("-a -t 10.0.0.1:80 -r \($1) -m -w \($0)") })

            // All of them again: every single refusal is heard of, in spite of the limited buffer of the socket.
            let again = ipvs.apply(commands)
            #expect(again.allSatisfy { $0?.reason == .alreadyExists })
            #expect(ipvs.apply(servers.map { .deleteDestination($0, of: Self.web) }).allSatisfy { $0 == nil })
            #expect(try ipvs.destinations(of: Self.web).isEmpty)
        }

        @Test func `a table that ipvsadm makes is read`() throws {
            let servers = Self.servers(1000)
            try IPVSOracle.restore(
                ["-A -t 10.0.0.1:80 -s wrr"] + servers.map { "-a -t 10.0.0.1:80 -r \($0) -g -w 7" })
            let found = try ipvs.destinations(of: Self.web)
            #expect(Set(found.map(\.identity)) == Set(servers))
            #expect(found.allSatisfy { $0.configuration == .init(forwarding: .directRoute, weight: 7) })
        }

        @Test func `many services are written and read`() throws {
            let identities = (1...2000).map { Service.Identity.endpoint(.udp, endpoint("10.0.0.1:\($0)")) }
            let errors = ipvs.apply(identities.map { .addService($0, .init(scheduler: .roundRobin)) })
            #expect(errors.allSatisfy { $0 == nil })
            #expect(Set(try ipvs.services().map(\.identity)) == Set(identities))
        }
    }
}
