import LVSCareModel
import Testing

@testable import Probing

/// Verdicts on servers that speak TLS in all ways, beside those of Go, curl and HAProxy.
enum TLSVerdicts {
    enum Verdict: Hashable {
        case healthy
        case fails(ProbeFailure.Reason)
        static func certificate(_ fault: ProbeFailure.CertificateFault) -> Verdict { .fails(.certificate(fault)) }
    }

    /// A server, what it is asked with, and what comes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        /// The server's certificate and key, by their names.
        var certificate: String
        var key = "p256"
        /// Further arguments of `openssl s_server`; `@NAME` is a file.
        var server: [String] = []
        /// The issuer that is believed; `nil` to believe anybody.
        var issuer: String? = "root"
        var serverName: String?
        /// The client's certificate and key.
        var client: (certificate: String, key: String)?
        var verdict = Verdict.healthy
        /// Whose verdict is another one, and why.
        var dissent: VerdictRow.Dissent?

        /// HAProxy compares a name with those of a certificate, and no address.
        var oracles: Set<Oracle> {
            verdict == .certificate(.wrongName) && serverName == nil ? [.go, .curl] : Set(Oracle.allCases)
        }

        var testDescription: String {
            "\(certificate) \(server.joined(separator: " ")) believing \(issuer ?? "anybody")"
                + (serverName.map { " as \($0)" } ?? "") + (client.map { " showing \($0.certificate)" } ?? "")
        }
    }

    /// Has the server show certificates that its own library would not take.
    private static let lenient = ["-cipher", "DEFAULT:@SECLEVEL=0"]

    static let rows: [Row] =
        ["p256", "p384", "p521", "ed25519", "rsa2048"].flatMap { kind in
            [
                Row(certificate: kind, key: kind), Row(certificate: kind, key: kind, server: ["-tls1_2"]),
                Row(certificate: kind, key: kind, server: ["-tls1_3"]), Row(certificate: kind, key: kind, issuer: nil),
                Row(
                    certificate: "p256", server: ["-Verify", "1", "-verify_return_error", "-CAfile", "@root.pem"],
                    client: (kind, kind)),
                Row(
                    certificate: "p256",
                    server: ["-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", "@root.pem"],
                    client: (kind, kind)),
            ]
        }
        + ["P-256", "P-384", "P-521", "X25519"].map { Row(certificate: "p256", server: ["-groups", $0]) }
        + ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-SHA"].map {
            Row(certificate: "p256", server: ["-tls1_2", "-cipher", $0])
        }
        + [
            Row(
                certificate: "p256", server: ["-groups", "X448"],
                dissent: .init(of: [.go], why: "OpenSSL offers what Go does not")),
            Row(
                certificate: "rsa2048", key: "rsa2048", server: ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"],
                dissent: .init(of: [.go], why: "OpenSSL offers what Go does not")),
            Row(certificate: "rsa2048", key: "rsa2048", server: ["-tls1_2", "-cipher", "AES128-GCM-SHA256"]),
        ]
        + ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"].map {
            Row(certificate: "p256", server: ["-tls1_3", "-ciphersuites", $0])
        }
        + [
            Row(
                certificate: "rsa1024", key: "rsa1024", server: lenient,
                dissent: .init(
                    of: [.curl, .haproxy], why: "1024 bits are too few for Debian's OpenSSL, and enough for Go")),
            Row(certificate: "sha1", server: lenient, verdict: .certificate(.other)),
            Row(certificate: "sha1", server: lenient, issuer: nil),
            Row(certificate: "nameless", verdict: .certificate(.wrongName)), Row(certificate: "nameless", issuer: nil),
            Row(certificate: "elsewhere", verdict: .certificate(.wrongName)),
            Row(certificate: "elsewhere", issuer: nil),
            Row(certificate: "elsewhere", serverName: "other.test"),
            Row(certificate: "p256", serverName: "api.test"),
            Row(certificate: "p256", serverName: "xapi.test", verdict: .certificate(.wrongName)),
            Row(certificate: "wildcard", serverName: "api.wild.test"),
            Row(certificate: "wildcard", serverName: "a.api.wild.test", verdict: .certificate(.wrongName)),
            Row(certificate: "wildcard", verdict: .certificate(.wrongName)),
            Row(
                certificate: "wildcard", serverName: "api.tld", verdict: .certificate(.wrongName),
                dissent: .init(
                    of: [.go, .haproxy], why: "a whole top-level domain is nobody's, say OpenSSL and curl")),
            Row(
                certificate: "p256",
                server: [
                    "-servername", "other.test", "-servername_fatal", "-cert2", "@p256.pem", "-key2", "@p256.key",
                ],
                serverName: "api.test", verdict: .certificate(.wrongName)),
            Row(certificate: "clients", verdict: .certificate(.other)), Row(certificate: "clients", issuer: nil),
            Row(certificate: "servers"),
            Row(certificate: "p256", issuer: "stranger", verdict: .certificate(.unknownIssuer)),
            Row(
                certificate: "p256", issuer: "p256",
                dissent: .init(
                    of: [.haproxy], why: "what stands in the file is trusted, a root or not. So in Go and curl")),
            Row(certificate: "itself", issuer: "itself"),
            Row(certificate: "itself", verdict: .certificate(.unknownIssuer)), Row(certificate: "itself", issuer: nil),
            Row(certificate: "behind", verdict: .certificate(.unknownIssuer)),
            Row(
                certificate: "behind", issuer: "middle",
                dissent: .init(
                    of: [.haproxy], why: "what stands in the file is trusted, a root or not. So in Go and curl")),
            Row(certificate: "behind", server: ["-cert_chain", "@middle.pem"]),
            Row(
                certificate: "behind", server: ["-cert_chain", "@middle.pem"], issuer: "middle",
                dissent: .init(
                    of: [.haproxy], why: "what stands in the file is trusted, a root or not. So in Go and curl")),
            Row(certificate: "p256", server: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], verdict: .fails(.tls)),
            Row(
                certificate: "p256", server: ["-Verify", "1", "-verify_return_error", "-CAfile", "@root.pem"],
                verdict: .fails(.tls)),
            Row(
                certificate: "p256",
                server: ["-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile", "@root.pem"],
                verdict: .fails(.tls)),
            Row(
                certificate: "p256", server: ["-Verify", "1", "-verify_return_error", "-CAfile", "@root.pem"],
                client: ("itself", "p256"), verdict: .fails(.tls)),
        ]

    static func compare() async throws {
        let authority = try await TestAuthority()
        var servers: [OpenSSLServer] = []
        defer { for server in servers { server.stop() } }
        var questions: [(row: VerdictRow, question: Oracle.Question)] = []
        for row in rows {
            let files = row.server.map { $0.hasPrefix("@") ? authority.path(String($0.dropFirst())) : $0 }
            let server = try OpenSSLServer(
                ["-cert", authority.path(row.certificate + ".pem"), "-key", authority.path(row.key + ".key")] + files)
            servers.append(server)
            var tls = TLSProbeConfiguration(verifiesCertificate: row.issuer != nil, serverName: row.serverName)
            tls.issuersFile = row.issuer.map { authority.path($0 + ".pem") }
            tls.certificateFile = row.client.map { authority.path($0.certificate + ".pem") }
            tls.keyFile = row.client.map { authority.path($0.key + ".key") }
            questions.append(
                (
                    VerdictRow(
                        name: row.testDescription, isHealthy: row.verdict == .healthy, oracles: row.oracles,
                        dissent: row.dissent),
                    Oracle.Question(
                        endpoint: server.endpoint, configuration: .http(HTTPProbeConfiguration(target: "/", tls: tls)))
                ))
        }
        for (row, outcome) in zip(rows, try await compareVerdicts(questions)) {
            let verdict = outcome.failure.map { Verdict.fails($0.reason) } ?? .healthy
            #expect(verdict == row.verdict, "\(row.testDescription): \(outcome)")
        }
    }
}
