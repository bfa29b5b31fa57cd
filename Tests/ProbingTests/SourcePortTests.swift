import Addressing
import Epoll
import Foundation
import LVSCareModel
import NIOCore
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Where probes come from.
@Suite struct SourcePortTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func `probes come from ports of their own`(host: String) async throws {
        let server = try await LoopbackServer(on: host, answering: answer("200 OK"))
        for _ in 0..<5 { #expect(try await probe(http: server.endpoint).isHealthy) }
        let setting = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let clients = try #require(SourcePorts.clients(in: setting))
        let ports = server.record.clientPorts
        #expect(ports.count == 5)
        #expect(ports.allSatisfy { !clients.contains($0) }, "\(ports)")
    }

    /// A port that somebody listens on cannot be bound; the probe does without.
    @Test func `a port that is taken is no obstacle`() async throws {
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
