import Addressing
import Epoll
import Foundation
import LVSCareModel
import NIOCore
import Testing

@testable import Probing

/// Where probes come from.
@Suite struct SourcePortTests {
    static let ranges: [(ClosedRange<UInt16>, ClosedRange<UInt16>?)] = [
        (32768...60999, 61000...65535), (1024...60999, 61000...65535),
        // No room above: just below.
        (32768...65535, 24576...32767), (40000...65300, 31808...39999),
        // No room but among the ports of servers, or none at all.
        (1024...65535, nil), (1...65535, nil), (9000...65535, nil),
    ]

    @Test(arguments: ranges)
    func areBeyondThoseOfClients(clients: ClosedRange<UInt16>, expected: ClosedRange<UInt16>?) {
        let ports = SourcePorts(beyond: clients)
        guard let expected else {
            #expect(ports.next() == nil)
            return
        }
        // All of them come before one comes again.
        let found = (0..<expected.count).map { _ in ports.next() }
        #expect(Set(found) == Set(expected.map(Optional.some)))
        #expect(ports.next() == found.first)
    }

    @Test func readsTheKernelsWords() {
        #expect(SourcePorts.clients(in: "32768\t60999\n") == 32768...60999)
        #expect(SourcePorts.clients(in: "") == nil)
        #expect(SourcePorts.clients(in: "2 1") == nil)
        #expect(SourcePorts.clients(in: "1 2 3") == nil)
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func probesComeFromThere(host: String) async throws {
        let server = try await LoopbackServer(on: host, answering: answer("200 OK"))
        for _ in 0..<5 { #expect(try await probe(http: server.endpoint).isHealthy) }
        let setting = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let clients = try #require(SourcePorts.clients(in: setting))
        let ports = server.record.clientPorts
        #expect(ports.count == 5)
        #expect(ports.allSatisfy { !clients.contains($0) }, "\(ports)")
    }

    /// A port that somebody listens on cannot be bound; the probe does without.
    @Test func aPortThatIsTakenIsNoObstacle() async throws {
        let server = try await LoopbackServer(answering: answer("200 OK"))
        let other = try await LoopbackServer(LoopbackServer.Script())
        let hasConnected: Bool = await withCheckedContinuation { continuation in
            probeLoop.execute { loop in
                let connection = Connection(
                    to: .init(
                        host: .address(server.endpoint.address), port: server.endpoint.port,
                        sourcePort: other.endpoint.port), on: loop, over: TLSClient(TLSProbeConfiguration()),
                    resolvedBy: HostResolver(reading: .ofThisNode, on: loop), within: .seconds(10))
                connection.open { event in
                    if case .connected = event {
                        continuation.resume(returning: true)
                    } else {
                        continuation.resume(returning: false)
                    }
                }
            }
        }
        #expect(hasConnected)
    }
}
