import Addressing
import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareSockets
@testable import Probing

@Suite struct TLSTests {
    private let verified = ProbeConfiguration.http(
        HTTPProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true)))
    private let unverified = ProbeConfiguration.http(HTTPProbeConfiguration())

    @Test(arguments: [Certificates.loopback, Certificates.elsewhere, Certificates.expired, Certificates.future])
    func `without verification any certificate will do`(certificate: String) async throws {
        let server = try await LoopbackServer(tls: try serverContext(certificate), answering: answer("200 OK"))
        #expect(try await probe(server.endpoint, unverified).status == 200)
        try await server.stop()
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `a good certificate is accepted`(host: String) async throws {
        let server = try await LoopbackServer(on: host, tls: try serverContext(), answering: answer("200 OK"))
        let outcome = try await probe(server.endpoint, verified, systemRoots: try Certificates.roots)
        #expect(outcome.status == 200, "\(outcome)")
        try await server.stop()
    }

    @Test(arguments: [
        (Certificates.expired, ProbeFailure.CertificateFault.expired, "the certificate expired on 2020-02-01"),
        (Certificates.future, .notYetValid, "the certificate is not valid before 2110-01-01"),
        (Certificates.elsewhere, .wrongName, "the certificate is not for 127.0.0.1, but for 192.0.2.1"),
    ])
    func `a bad one is refused`(certificate: String, fault: ProbeFailure.CertificateFault, detail: String) async throws
    {
        let server = try await LoopbackServer(tls: try serverContext(certificate), answering: answer("200 OK"))
        let outcome = try await probe(server.endpoint, verified, systemRoots: try Certificates.roots)
        expect(outcome, fails: .certificate(fault), in: .tls, saying: detail)
        #expect(server.record.requests.isEmpty)
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        try await server.stop()
    }

    @Test func `an unknown issuer is refused`() async throws {
        let server = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        expect(
            try await probe(server.endpoint, verified), fails: .certificate(.unknownIssuer), in: .tls,
            saying: "the certificate's issuer is not trusted")
        try await server.stop()
    }

    /// As in an empty container image: a prober can be made, and says what is missing.
    @Test func `a system without trust roots makes probes inconclusive`() async throws {
        let server = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        let missing = TLSContextMaker.SystemRoots.files(["/nonexistent/roots.pem"])
        let outcome = try await probe(server.endpoint, verified, systemRoots: missing)
        expect(outcome, fails: .local, in: .tls)
        #expect(outcome.failure?.detail.contains("no trust roots") == true)
        #expect(try await probe(server.endpoint, unverified, systemRoots: missing).status == 200)
        try await server.stop()
    }

    /// The certificate of a redirect's host name is compared with that name.
    @Test func `a certificate for a host name is accepted behind a redirect`() async throws {
        let server = try await LoopbackServer(
            tls: try serverContext(),
            .init(onRequest: { request in
                let port = request.lineValue("Host")?.split(separator: ":").last ?? ""
                return request.hasPrefix("GET /end ")
                    ? [.send(answer("200 OK")), .close]
                    : [.send(answer("302 Found", "Location: https://localhost:\(port)/end\r\n")), .close]
            }))
        let following = HTTPProbeConfiguration(
            redirects: .follow, tls: TLSProbeConfiguration(verifiesCertificate: true))
        let outcome = try await probe(server.endpoint, .http(following), systemRoots: try Certificates.roots)
        #expect(outcome.status == 200, "\(outcome)")
        try await server.stop()
    }

    @Test func `TLS 1_1 is refused`() async throws {
        let context = try serverContext {
            $0.minimumVersion = .tls1
            $0.maximumVersion = .tls11
        }
        let server = try await LoopbackServer(tls: context, answering: answer("200 OK"))
        let outcome = try await probe(server.endpoint, unverified)
        expect(outcome, fails: .tls, in: .tls, saying: "the server ended TLS with the alert protocol_version")
        try await server.stop()
    }

    @Test func `TLS 1_2 is accepted`() async throws {
        let context = try serverContext { $0.maximumVersion = .tls12 }
        let server = try await LoopbackServer(tls: context, answering: answer("200 OK"))
        #expect(try await probe(server.endpoint, unverified).status == 200)
        try await server.stop()
    }

    /// With TLS 1.3 the server's refusal comes after the client's handshake is over.
    @Test(arguments: [(TLSVersion.tls12, ProbeFailure.Phase.tls), (.tls13, .response)])
    func `a server that wants a certificate is unhealthy`(version: TLSVersion, phase: ProbeFailure.Phase) async throws {
        let context = try serverContext {
            $0.maximumVersion = version
            $0.clientIssuers = Certificates.root
        }
        let server = try await LoopbackServer(tls: context, answering: answer("200 OK"))
        expect(try await probe(server.endpoint, unverified), fails: .tls, in: phase)
        try await server.stop()
    }

    @Test func `a server without TLS is unhealthy`() async throws {
        let server = try await LoopbackServer(
            .init(onAccept: [.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")]))
        expect(
            try await probe(server.endpoint, unverified), fails: .tls, in: .tls,
            saying: "TLS: wrong version number (is there TLS on this port?)")
        try await server.stop()
    }

    @Test func `closing in the handshake is a reset`() async throws {
        let server = try await LoopbackServer(.init(onAccept: [.close]))
        expect(try await probe(server.endpoint, unverified), fails: .reset, in: .tls)
        try await server.stop()
    }

    @Test(
        arguments: [
            (.endInHandshake, .reset, "connection closed during the TLS handshake"),
            (.endWithoutCloseNotify, .reset, "connection closed before an answer"),
            (.alert(TLSAlert(number: 40)), .tls, "the server ended TLS with the alert handshake_failure"),
            (
                .alert(.unrecognizedName), .certificate(.wrongName),
                "the server has no certificate for the name that it was asked for"
            ),
            (.broken("bad extension", code: 1), .tls, "TLS: bad extension"),
            (.flood, .tls, "TLS: messages of the handshake without an end"),
        ] as [(TLSFailure, ProbeFailure.Reason, String)])
    func `each failure of a session has its words`(failure: TLSFailure, reason: ProbeFailure.Reason, words: String) {
        let client = TLSClient(TLSProbeConfiguration())
        #expect(client.fault(for: failure, of: nil, with: nil) == ProbeFault(reason, words))
    }

    @Test func `silence in the handshake is a timeout`() async throws {
        let server = try await LoopbackServer(.init())
        let outcome = try await probe(server.endpoint, unverified, timeout: .seconds(5))
        expect(outcome, fails: .tlsTimeout, in: .tls, saying: "no TLS session within 5 s")
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        try await server.stop()
    }

    @Test func `silence after the handshake is a timeout`() async throws {
        let server = try await LoopbackServer(tls: try serverContext(), .init())
        let outcome = try await probe(server.endpoint, unverified, timeout: .seconds(5))
        expect(outcome, fails: .responseTimeout, in: .response, saying: "no answer head within 5 s")
        try await server.stop()
    }

    @Test func `closing after the handshake is a reset`() async throws {
        let server = try await LoopbackServer(tls: try serverContext(), .init(onRequest: { _ in [.close] }))
        expect(try await probe(server.endpoint, unverified), fails: .reset, in: .response)
        try await server.stop()
    }

    @Test func `an endless body is cut off`() async throws {
        let server = try await LoopbackServer(
            tls: try serverContext(), .init(onRequest: { _ in [.send("HTTP/1.1 200 OK\r\n\r\n"), .sendForever] }))
        #expect(try await probe(server.endpoint, unverified).status == 200)
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        try await server.stop()
    }
}
