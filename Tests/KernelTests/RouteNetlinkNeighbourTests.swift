import Addressing
import KernelTestKit
import RouteNetlink
import Testing

extension KernelSuites {
    /// Neighbours, with `ip neighbour` as the oracle.
    @Suite struct RouteNetlinkNeighbourTests {
        /// A neighbour in the words of `ip -j neighbour`.
        private struct ShownNeighbour: Decodable {
            var dst: String
            var lladdr: String?
            var state: [String]

            /// As ``Neighbour`` describes itself, apart from the link.
            var description: String {
                (["\(dst)"] + (lladdr.map { ["lladdr", $0] } ?? []) + [state.joined(separator: ",")])
                    .joined(separator: " ")
            }
        }

        /// Links without ARP, such as dummies, have neighbours that somebody configured.
        private static let neighbours = [
            "10.66.1.21 lladdr 02:00:00:00:00:21 nud permanent", "10.66.1.22 lladdr 02:00:00:00:00:22 nud stale",
            "10.66.1.23 nud failed", "10.66.1.24 lladdr 02:00:00:00:00:24 nud reachable",
            "fd66:1::21 lladdr 02:00:00:00:00:21 nud stale", "fd66:1::22 lladdr 02:00:00:00:00:22 nud noarp",
        ]

        @Test func `lists what the kernel has`() throws {
            try TestLink.with { link in
                try IPCommand.run(Self.neighbours.map { "neighbour add \($0) dev \(TestLink.name)" })
                for (family, option) in [(IPAddress.Family.ipv4, "-4"), (.ipv6, "-6")] {
                    let found = try link.client.neighbours(of: link.index, family: family)
                    #expect(found.allSatisfy { $0.link == link.index })
                    let ours = found.map { "\($0)".replacing(" dev \(link.index)", with: "") }
                    let shown: [ShownNeighbour] = try IPCommand.list(
                        "\(option) neighbour show nud all dev \(TestLink.name)")
                    #expect(ours.sorted() == shown.map(\.description).sorted())
                    #expect(ours.count >= (family == .ipv4 ? 4 : 2))
                }
                let all = try link.client.neighbours()
                #expect(Set(all).isSuperset(of: try link.client.neighbours(of: link.index)))
                #expect(try link.client.neighbours(of: LinkIndex(rawValue: 9999)).isEmpty)
            }
        }
    }
}
