import LVSCareConfiguration
import LVSCareModel
import Testing

@testable import LVSCareCommands

/// What a failure says to do about it.
@Suite struct RemedyTests {
    static let all: [ProbeFailure.Reason] =
        [
            .refused, .unreachable, .connectTimeout, .tlsTimeout, .responseTimeout, .tls, .reset, .protocolError,
            .notServing,
        ] + [301, 400, 401, 403, 404, 405, 418, 429, 500, 503, 599].map { .status($0) }
        + [5, 12, 14].map { .grpcStatus($0) }
        + ProbeFailure.CertificateFault.allCases.filter { $0 != .other }.map { .certificate($0) }

    @Test(arguments: all) func `every reason has a remedy`(reason: ProbeFailure.Reason) {
        let remedy = ProbeFailure(reason: reason, phase: .response, elapsed: .zero).remedy(for: .http(.init()))
        #expect(!remedy.isEmpty && !remedy.hasSuffix("."))
    }

    @Test(arguments: [
        (ProbeFailure.Reason.status(401), ProbeFailure.Phase.response, "--health-status 401"),
        (.status(403), .response, "--health-token-file"), (.status(404), .response, "--health-path"),
        (.certificate(.unknownIssuer), .tls, "--health-ca"), (.certificate(.wrongName), .tls, "--health-server-name"),
        (.reset, .response, "--health-schem https"), (.reset, .tls, "--health-schem http"),
    ])
    func `a remedy names its flag`(reason: ProbeFailure.Reason, phase: ProbeFailure.Phase, flag: String) {
        #expect(
            ProbeFailure(reason: reason, phase: phase, elapsed: .zero).remedy(for: Self.probe(reason, phase)).contains(
                flag))
    }

    @Test(arguments: [
        (ProbeFailure.Reason.status(401), ProbeFailure.Phase.response, "add 401 to \"healthyStatuses\""),
        (.status(403), .response, "\"tokenFile\""), (.status(404), .response, "\"path\""),
        (.certificate(.unknownIssuer), .tls, "\"ca\""), (.certificate(.wrongName), .tls, "\"serverName\""),
        (.reset, .response, "use a check of the kind https"), (.refused, .connect, "\"realServers\""),
    ])
    func `a remedy names the key of a file`(reason: ProbeFailure.Reason, phase: ProbeFailure.Phase, key: String) {
        let failure = ProbeFailure(reason: reason, phase: phase, elapsed: .zero)
        #expect(failure.remedy(for: Self.probe(reason, phase), naming: .file).contains(key))
    }

    @Test(arguments: HealthScheme.allCases)
    func `a remedy names no flag to somebody who has a file`(scheme: HealthScheme) throws {
        let arguments = CareSettingsTests.given + ["--health-schem", scheme.rawValue]
        let probe = try Invocation(arguments: arguments).settings().specification.healthCheck.probe
        for end in Self.ends(scheme) {
            let remedy = end.remedy(for: probe, naming: .file)
            #expect(!remedy.contains("--"), "\(remedy)")
        }
    }

    /// One that can come to such an end.
    private static func probe(_ reason: ProbeFailure.Reason, _ phase: ProbeFailure.Phase) -> ProbeConfiguration {
        .http(HTTPProbeConfiguration(scheme: reason == .reset && phase == .response ? .http : .https))
    }

    /// The ends that a probe by `scheme` can come to.
    private static func ends(_ scheme: HealthScheme) -> [ProbeFailure] {
        let hasTLS = scheme == .https || scheme == .grpcs
        let reasons = all.filter { reason in
            switch reason {
            case .refused, .unreachable, .connectTimeout: true
            case .tlsTimeout, .tls, .certificate: hasTLS
            case .notServing, .grpcStatus: scheme == .grpc || scheme == .grpcs
            default: scheme != .tcp
            }
        }
        return reasons.flatMap { reason in
            (hasTLS ? [ProbeFailure.Phase.connect, .tls, .response] : [.connect, .response]).map {
                ProbeFailure(reason: reason, phase: $0, elapsed: .zero)
            }
        }
    }

    /// What shows who asks, by scheme.
    static let shown: [(scheme: HealthScheme, credential: [String])] =
        HealthScheme.allCases.map { ($0, []) }
        + [
            (.http, ["--health-token-file", "/t", "--health-insecure-skip-verify"]),
            (.https, ["--health-token-file", "/t", "--health-ca", "/ca"]),
        ]
        + [HealthScheme.http, .https].map { ($0, ["--health-req-headers", "Authorization=x"]) }
        + [HealthScheme.http, .https, .grpcs].map { ($0, ["--health-cert", "/c"]) }

    @Test(arguments: shown)
    func `a remedy names no flag that the scheme refuses`(scheme: HealthScheme, credential: [String]) throws {
        let arguments = CareSettingsTests.given + ["--health-schem", scheme.rawValue] + credential
        let probe = try Invocation(arguments: arguments).settings().specification.healthCheck.probe
        let samples = [
            "--health-status": "401", "--health-req-method": "HEAD", "--interval": "7", "--health-timeout": "7",
            "--health-server-name": "host",
        ]
        for end in Self.ends(scheme) {
            let remedy = end.remedy(for: probe)
            let words = remedy.split { " ,;".contains($0) }.map(String.init)
            #expect(!zip(words, words.dropFirst()).contains { $0 == ("--health-schem", scheme.rawValue) }, "\(remedy)")
            for flag in words
            where flag.hasPrefix("--") && !["--health-schem", "--rs", credential.first].contains(flag) {
                // Where a token is recommended, so are the issuers.
                let more =
                    arguments + [flag, samples[flag] ?? "/x"]
                    + (flag == "--health-token-file" ? ["--health-ca", "/x"] : [])
                #expect(throws: Never.self, "\(remedy)") { try Invocation(arguments: more).settings() }
            }
        }
    }

    @Test(arguments: shown.filter { !$0.credential.isEmpty }, [401, 403])
    func `whom a server refuses is not called healthy`(
        shown: (scheme: HealthScheme, credential: [String]), status: Int
    ) throws {
        let arguments = CareSettingsTests.given + ["--health-schem", shown.scheme.rawValue] + shown.credential
        let probe = try Invocation(arguments: arguments).settings().specification.healthCheck.probe
        let remedy = ProbeFailure(reason: .status(status), phase: .response, elapsed: .zero).remedy(for: probe)
        #expect(remedy.contains(shown.credential[0]) && !remedy.contains("--health-status"), "\(remedy)")
    }

    @Test func `there is no remedy where the detail says all`() {
        #expect(ProbeFailure(reason: .local, phase: .connect, elapsed: .zero).remedy(for: .tcp).isEmpty)
    }

    @Test func `a refusal of the kernel ends with what to do`() {
        let failure = KernelFailure(
            operation: "add", object: "route x", code: 1, message: "Operation not permitted",
            hint: .needsNetworkAdministrator)
        #expect(
            failure.sentence == "cannot add route x: Operation not permitted (errno 1); "
                + "run as root or with the capability CAP_NET_ADMIN")
        let other = KernelFailure(operation: "set", object: "y", code: 0, message: "no", remedy: "sysctl -w y=1")
        #expect(other.sentence == "cannot set y: no; sysctl -w y=1")
        #expect(other.advice == "sysctl -w y=1")
    }
}
