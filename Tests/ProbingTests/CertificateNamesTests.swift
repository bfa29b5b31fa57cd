import Addressing
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Which hosts a certificate is for.
@Suite struct CertificateNamesTests {
    @Test func `the names of a certificate are listed`() throws {
        let certificate = try #require(Certificate.all(inPEM: Array(Certificates.loopback.utf8))?.first)
        #expect("\(CertificateNames(of: certificate))" == "localhost, 127.0.0.1, ::1")
    }

    /// The real server is 127.0.0.1, which the certificate is for as well; only the name that was given counts.
    @Test(
        arguments: [
            ("localhost", nil), ("127.0.0.1", nil), ("::1", nil),
            ("api.test", "the certificate is not for api.test, but for localhost, 127.0.0.1, ::1"),
            ("192.0.2.1", "the certificate is not for 192.0.2.1, but for localhost, 127.0.0.1, ::1"),
        ] as [(String, String?)])
    func `only the server name that was given counts`(name: String, problem: String?) async throws {
        let server = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        let tls = TLSProbeConfiguration(verifiesCertificate: true, serverName: name)
        let outcome = try await probe(
            server.endpoint, .http(HTTPProbeConfiguration(tls: tls)),
            systemRoots: try Certificates.roots)
        if let problem {
            expect(outcome, fails: .certificate(.wrongName), in: .tls, saying: problem)
            #expect(server.record.requests.isEmpty)
        } else {
            #expect(outcome.isHealthy, "\(outcome)")
        }
        try await server.stop()
    }

    @Test func `a name is sent as SNI, an address is not`() async throws {
        let names = SeenNames()
        let context = try serverContext {
            $0.seesName = { names.add($0) }
        }
        let server = try await LoopbackServer(tls: context, answering: answer("200 OK"))
        for name in ["api.test", "192.0.2.1", nil] {
            let tls = TLSProbeConfiguration(serverName: name)
            #expect(try await probe(server.endpoint, .http(HTTPProbeConfiguration(tls: tls))).isHealthy)
        }
        #expect(names.all == ["api.test", nil, nil])
        try await server.stop()
    }
}

/// The names that a server was asked for.
private final class SeenNames: Sendable {
    private let names = Mutex<[String?]>([])

    var all: [String?] { names.withLock { $0 } }

    func add(_ name: String?) { names.withLock { $0.append(name) } }
}
