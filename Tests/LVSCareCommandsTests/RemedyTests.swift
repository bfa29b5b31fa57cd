import Director
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
        let remedy = ProbeFailure(reason: reason, phase: .response, elapsed: .zero).remedy
        #expect(!remedy.isEmpty && !remedy.hasSuffix("."))
    }

    @Test(arguments: [
        (ProbeFailure.Reason.status(401), ProbeFailure.Phase.response, "--health-status 401"),
        (.status(403), .response, "--health-token-file"), (.status(404), .response, "--health-path"),
        (.certificate(.unknownIssuer), .tls, "--health-ca"), (.certificate(.wrongName), .tls, "--health-server-name"),
        (.reset, .response, "--health-schem https"), (.reset, .tls, "--health-schem http"),
    ])
    func `a remedy names its flag`(reason: ProbeFailure.Reason, phase: ProbeFailure.Phase, flag: String) {
        #expect(ProbeFailure(reason: reason, phase: phase, elapsed: .zero).remedy.contains(flag))
    }

    @Test func `there is no remedy where the detail says all`() {
        #expect(ProbeFailure(reason: .local, phase: .connect, elapsed: .zero).remedy.isEmpty)
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
