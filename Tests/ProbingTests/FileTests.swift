import Addressing
import Epoll
import Foundation
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Certificates, keys and tokens that are in files.
@Suite struct FileTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// Several probes with one prober, which has seen the files before.
    private final class Repeated: Sendable {
        private let prober: LoopBound<Prober>

        init(
            _ configuration: HTTPProbeConfiguration, notice: @escaping @Sendable (Prober.Notice) -> Void = { _ in }
        ) async throws {
            prober = try await probeLoop.submit { loop in
                LoopBound(
                    try Prober(
                        configuration: .http(configuration), on: loop, systemRoots: .certificates([]), notice: notice),
                    on: loop)
            }
        }

        func probe(_ endpoint: Endpoint) async -> ProbeOutcome {
            await withCheckedContinuation { continuation in
                probeLoop.execute { loop in
                    self.prober.value(on: loop).probe(endpoint, timeout: .seconds(30)) {
                        continuation.resume(returning: $0)
                    }
                }
            }
        }

        /// Probes until `condition` holds for the outcome: changes are seen within a second.
        func probe(
            _ endpoint: Endpoint, until condition: (ProbeOutcome) -> Bool,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            var outcome = await probe(endpoint)
            while !condition(outcome) {
                try #require(ContinuousClock.now < deadline, "\(outcome)", sourceLocation: sourceLocation)
                try await Task.sleep(for: .milliseconds(50))
                outcome = await probe(endpoint)
            }
        }
    }

    private func server(_ adjust: (inout TLSServerSettings) -> Void = { _ in }) async throws -> LoopbackServer {
        try await LoopbackServer(tls: try serverContext(adjust: adjust), answering: answer("200 OK"))
    }

    @Test func `the user's issuers are trusted, and no others`() async throws {
        let server = try await server()
        let file = try folder.write("ca.crt", Certificates.root)
        let tls = TLSProbeConfiguration(verifiesCertificate: true, issuersFile: file)
        let outcome = try await probe(server.endpoint, .http(HTTPProbeConfiguration(tls: tls)))
        guard case .healthy(let measurement) = outcome else { return #expect(Bool(false), "\(outcome)") }
        // 2120-01-01, as the fixture says.
        #expect(measurement.certificateExpiry == 4_733_510_400)
        let others = TLSProbeConfiguration(
            verifiesCertificate: true, issuersFile: try folder.write("other.crt", Certificates.elsewhere))
        expect(
            try await probe(server.endpoint, .http(HTTPProbeConfiguration(tls: others))),
            fails: .certificate(.unknownIssuer), in: .tls)
        try await server.stop()
    }

    @Test func `a file may come later, change and go`() async throws {
        let server = try await server()
        let path = folder.path("ca.crt")
        let probes = try await Repeated(
            HTTPProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true, issuersFile: path)))
        expect(
            await probes.probe(server.endpoint), fails: .local, in: .tls,
            saying: "cannot use the file \(path): no such file or directory")
        try folder.write("ca.crt", "")
        try await probes.probe(server.endpoint) {
            $0.failure?.detail == "cannot use the file \(path): it has no certificate in PEM form"
        }
        try folder.write("ca.crt", Certificates.root)
        try await probes.probe(server.endpoint, until: \.isHealthy)
        try folder.write("ca.crt", Certificates.elsewhere)
        try await probes.probe(server.endpoint) { $0.failure?.reason == .certificate(.unknownIssuer) }
        try folder.write("ca.crt", Certificates.root)
        try await probes.probe(server.endpoint, until: \.isHealthy)
        // Half-written, then gone: what was good stays in use.
        try folder.write("ca.crt", String(Certificates.root.prefix(100)))
        let end = ContinuousClock.now + .milliseconds(1500)
        while ContinuousClock.now < end { #expect(await probes.probe(server.endpoint).isHealthy) }
        try FileManager.default.removeItem(atPath: path)
        #expect(await probes.probe(server.endpoint).isHealthy)
        try await server.stop()
    }

    /// As the kubelet does it: a link that points to the certificate of the day, with its key in the same file.
    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `a client certificate is shown, and read again when it changes`(version: TLSVersion) async throws {
        let server = try await server {
            $0.maximumVersion = version
            $0.clientIssuers = Certificates.root
        }
        let link = folder.path("current.pem")
        try folder.write("expired.pem", Certificates.expired + "\n" + Certificates.key)
        try folder.write("good.pem", Certificates.loopback + "\n" + Certificates.key)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "expired.pem")
        let probes = try await Repeated(HTTPProbeConfiguration(tls: TLSProbeConfiguration(certificateFile: link)))
        let refused = await probes.probe(server.endpoint)
        #expect(refused.failure?.reason == .tls)
        #expect(refused.failure?.detail.contains(link) == true, "\(refused)")
        try FileManager.default.createSymbolicLink(atPath: folder.path("next"), withDestinationPath: "good.pem")
        #expect(rename(folder.path("next"), link) == 0)
        try await probes.probe(server.endpoint, until: \.isHealthy)
        try await server.stop()
    }

    /// What an administrator is told of a certificate that is renewed, too old, and gone.
    @Test func `each change of a client certificate is reported once`() async throws {
        let server = try await server()
        let path = try folder.write("tls.pem", Certificates.loopback + "\n" + Certificates.key)
        let configuration = HTTPProbeConfiguration(tls: TLSProbeConfiguration(certificateFile: path))
        let recorder = NoticeRecorder()
        let probes = try await Repeated(configuration, notice: recorder.take)
        // 2120-01-01 and 2020-02-01, as the fixtures say.
        var expected: [Prober.Notice] = [.fileRenewed(path, expiry: 4_733_510_400)]
        try await probes.probe(server.endpoint) { _ in recorder.notices == expected }
        try folder.write("tls.pem", Certificates.expired + "\n" + Certificates.key)
        expected += [.fileRenewed(path, expiry: 1_580_515_200), .certificateExpires(path, at: 1_580_515_200)]
        try await probes.probe(server.endpoint) { _ in recorder.notices == expected }
        try folder.write("tls.pem", "nonsense")
        expected.append(.fileAged("cannot use the file \(path): it has no certificate in PEM form"))
        try await probes.probe(server.endpoint) { _ in recorder.notices == expected }
        try FileManager.default.removeItem(atPath: path)
        expected.append(.fileAged("cannot use the file \(path): no such file or directory"))
        try await probes.probe(server.endpoint) { _ in recorder.notices == expected }
        // The same problem again is no news.
        let end = ContinuousClock.now + .milliseconds(1500)
        while ContinuousClock.now < end { #expect(await probes.probe(server.endpoint).isHealthy) }
        #expect(recorder.notices == expected)
        try await server.stop()
    }

    private final class NoticeRecorder: Sendable {
        private let all = Mutex<[Prober.Notice]>([])

        var notices: [Prober.Notice] { all.withLock(\.self) }

        func take(_ notice: Prober.Notice) { all.withLock { $0.append(notice) } }
    }

    @Test func `a failure says that the server wants a certificate`() async throws {
        let server = try await server {
            $0.clientIssuers = ""
        }
        expect(
            try await probe(server.endpoint, .http(HTTPProbeConfiguration())), fails: .tls, in: .response,
            saying: "the server ended TLS with the alert certificate_required (does it want a client certificate?)")
        try await server.stop()
    }

    @Test func `files that cannot be used make probes inconclusive`() async throws {
        let server = try await server()
        let certificate = try folder.write("tls.crt", Certificates.loopback)
        let other = try folder.write("other.key", Self.otherKey)
        for (tls, problem) in [
            (TLSProbeConfiguration(certificateFile: certificate), "\(certificate): it has no private key in PEM form"),
            (
                TLSProbeConfiguration(certificateFile: certificate, keyFile: other),
                "\(other): its private key is not that of the certificate"
            ), (TLSProbeConfiguration(certificateFile: folder.path("")), "it is not a regular file"),
            (TLSProbeConfiguration(verifiesCertificate: true, issuersFile: "/dev/zero"), "it is not a regular file"),
        ] {
            let outcome = try await probe(server.endpoint, .http(HTTPProbeConfiguration(tls: tls)))
            #expect(outcome.failure?.reason == .local)
            #expect(outcome.failure?.detail.contains(problem) == true, "\(outcome)")
        }
        try await server.stop()
    }

    @Test func `a token is sent, and read again when it changes`() async throws {
        let server = try await LoopbackServer(
            .init(onRequest: {
                [.send(answer($0.lineValue("Authorization") == "Bearer two" ? "200 OK" : "401 Unauthorized")), .close]
            }))
        let path = folder.path("token")
        let probes = try await Repeated(HTTPProbeConfiguration(scheme: .http, tokenFile: path))
        expect(
            await probes.probe(server.endpoint), fails: .local, in: .connect,
            saying: "cannot use the file \(path): no such file or directory")
        try folder.write("token", " one\n")
        try await probes.probe(server.endpoint) { $0.failure?.reason == .status(401) }
        #expect(server.record.requests.last?.lineValue("Authorization") == "Bearer one")
        try folder.write("token", "two\r\n")
        try await probes.probe(server.endpoint, until: \.isHealthy)
        try folder.write("token", "\n")
        let end = ContinuousClock.now + .milliseconds(1500)
        while ContinuousClock.now < end { #expect(await probes.probe(server.endpoint).isHealthy) }
        try await server.stop()
    }

    @Test(arguments: [("", "it is empty"), (" \n", "it is empty"), ("a b", "one word"), ("a\u{0}", "one word")])
    func `a file without a token is refused`(text: String, problem: String) async throws {
        let path = try folder.write("token", text)
        let error = #expect(throws: UnusableFile.self) {
            try BearerToken.read(from: SmallFile(path: path, use: .token))
        }
        #expect(error?.problem.contains(problem) == true)
    }

    /// Somebody else's: `openssl ecparam -name prime256v1 -genkey -noout`
    private static let otherKey = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIKzXtZlW1tz22cbTob1/JIRrnQNkjxejxHh7WM/4pznSoAoGCCqGSM49
        AwEHoUQDQgAEHIeWWFErnkUPGKzhLT/EoQ4vr2jP5ib+vKEdEMTkMbG4yCi/hyYI
        icSqc3lg7b8qjSHoruWi8iNQNMZcOS9nWw==
        -----END EC PRIVATE KEY-----
        """
}
