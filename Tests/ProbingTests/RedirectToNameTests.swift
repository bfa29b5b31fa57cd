import Addressing
import DNS
import Epoll
import Foundation
import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Redirects to host names, in a network without a way out.
@Suite(.serialized, .nameServers) struct RedirectToNameTests {
    /// `/N` leads to port 80 of the host N; whoever is asked for anything else is healthy.
    private static let servers = """
        def http(address):
            s = socket.create_server((address, 80), backlog=64)
            while True:
                c = s.accept()[0]
                head = c.recv(4096).decode().split()
                there = head[1][1:]
                c.sendall((("HTTP/1.1 302 Found\\r\\nLocation: http://%s/\\r\\n" % there) if there
                    else "HTTP/1.1 204 No Content\\r\\n").encode() + b"Content-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
                c.close()
        silent = udp('127.0.0.9')
        threading.Thread(target=http, args=('127.0.0.1',)).start()
        """

    private static let server = Endpoint(address: .loopback(.ipv4), port: 80)

    private func probe(
        _ name: String, in network: SealedNetwork, files: NameFiles, timeout: Duration = .seconds(10)
    ) async throws -> ProbeOutcome {
        try network.wait("the HTTP server listens") { try network.lines("ss -ltnH").contains { $0.contains(":80 ") } }
        let http = HTTPProbeConfiguration(scheme: .http, target: "/\(name)", redirects: .follow)
        return try await network.probe(Self.server, .http(http), files: files, timeout: timeout)
    }

    @Test(arguments: ["web.example.com", "web", "WEB.example.com.", "own", "localhost"])
    func `redirects to host names are followed`(name: String) async throws {
        let network = try SealedNetwork(Self.servers, waitsFor: 2)
        let files = try network.files("search example.com", "nameserver 127.0.0.1", hosts: "127.0.0.1 own\n")
        #expect(try await probe(name, in: network, files: files).status == 204)
    }

    @Test(arguments: [
        ("nowhere.example.com", "there is no such name, says 127.0.0.1"),
        ("elsewhere.example.org", "no name server can tell: 127.0.0.1 says REFUSED"),
        ("_https._tcp.example.com", "the name has no address and no service, says 127.0.0.1"),
        ("127.1", "it is no host name"),
    ])
    func `a redirect to a name without an address says why`(name: String, why: String) async throws {
        let network = try SealedNetwork(Self.servers, waitsFor: 2)
        let outcome = try await probe(name, in: network, files: network.files("nameserver 127.0.0.1"))
        expect(
            outcome, fails: .unreachable, in: .connect,
            saying: "after a redirect to http://\(name)/: no address for the host name \(name): \(why)")
    }

    @Test func `a lookup leaves nothing behind when the timeout is over`() async throws {
        let network = try SealedNetwork(Self.servers, waitsFor: 2)
        let files = try network.files("nameserver 127.0.0.9")
        let outcome = try await probe("web.example.com", in: network, files: files, timeout: .seconds(1))
        #expect([.connectTimeout, .unreachable].contains(outcome.failure?.reason), "\(outcome)")
        try network.wait("all is closed") { try network.udpSockets() == 2 }
    }
}
