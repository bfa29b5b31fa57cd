import Addressing
import DirectorTestKit
import LVSCare
import LVSCareModel

@testable import LVSCareCommands

extension CheckReport {
    /// What `outcomes` mean for real servers at these places.
    static func of(
        _ outcomes: KeyValuePairs<String, ProbeOutcome>, by probe: ProbeConfiguration = .http(HTTPProbeConfiguration()),
        service: String? = nil, weights: [String: Weight]? = nil, allDown: AllDown = .remove,
        answers: [String: VIPProbe.Answer]? = nil
    ) throws -> CheckReport {
        var settings = CheckSettings(
            service: try service.map { VirtualService(try Endpoint($0)) },
            realServers: try outcomes.map { RealServer(try Endpoint($0.key)) })
        settings.healthCheck.probe = probe
        settings.allDown = allDown
        let present = try weights?.map { (RealServer(try Endpoint($0.key)), ObservedRealServer(weight: $0.value)) }
        let table = present.map {
            TableSight.read(ObservedService(scheduler: .roundRobin, realServers: Dictionary(uniqueKeysWithValues: $0)))
        }
        let found = try answers?.map { (RealServer(try Endpoint($0.key)), $0.value) }
        return CheckReport(
            settings, outcomes: outcomes.map(\.value), table: table ?? .unread,
            answers: found.map { Dictionary(uniqueKeysWithValues: $0) })
    }
}

extension ProbeOutcome {
    /// An answer, by default one over HTTPS.
    static func answered(
        _ status: Int?, connect: Duration = .microseconds(310), tls: Duration? = .microseconds(2_149),
        answer: Duration? = .microseconds(951), expiry: Int64? = 1_801_440_000
    ) -> ProbeOutcome {
        .healthy(
            ProbeMeasurement(
                total: .milliseconds(4), status: status,
                times: ProbeTimes(connect: connect, tls: tls, firstByte: answer), certificateExpiry: expiry))
    }

    /// A failure.
    static func failed(
        _ reason: ProbeFailure.Reason, _ phase: ProbeFailure.Phase = .connect, _ detail: String = "",
        times: ProbeTimes = ProbeTimes(), expiry: Int64? = nil
    ) -> ProbeOutcome {
        .unhealthy(
            ProbeFailure(
                reason: reason, phase: phase, elapsed: .milliseconds(5), detail: detail, times: times,
                certificateExpiry: expiry))
    }
}
