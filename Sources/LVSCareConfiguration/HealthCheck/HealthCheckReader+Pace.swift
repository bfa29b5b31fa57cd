import LVSCareModel
import LVSCareSettings

/// What follows when checks fail.
extension HealthCheckReader {
    /// Reads when the checks of one real server follow each other, and how many of them decide.
    func pace(_ check: inout HealthCheck, knowsInterval: Bool) {
        check.unhealthyInterval = mistakes.attempt(try source.duration(.unhealthyInterval))
        if knowsInterval, let wait = check.unhealthyInterval, wait > check.interval,
            let value = source.value(.unhealthyInterval)
        {
            mistakes.add(
                UsageError(
                    value, "failing real servers would be probed less often than healthy ones",
                    expected: "at most the time that \(source.spelling(of: .interval)) gives"))
        }
        check.fall = mistakes.attempt(try source.number(.fall)) ?? check.fall
        check.rise = mistakes.attempt(try source.number(.rise)) ?? check.rise
        check.watches = mistakes.attempt(try source.boolean(.watch, default: check.watches)) ?? check.watches
        if let value = source.value(.heartbeat) {
            check.heartbeat = mistakes.attempt(try HealthCheck.Heartbeat(value)) ?? check.heartbeat
        }
        check.jitter = mistakes.attempt(try source.number(.jitter)).map { Double($0) / 100 } ?? check.jitter
    }
}

extension HealthCheck.Heartbeat {
    private static let range: ClosedRange<Duration> = .milliseconds(200) ... .seconds(3600)

    /// Reads `auto`, `off` or a duration.
    fileprivate init(_ value: RawValue) throws(UsageError) {
        switch value.text.lowercased() {
        case "auto": self = .automatic
        case "off": self = .off
        default:
            let expectation = Setting.heartbeat.kind.expectation
            let interval = try UsageError.wrap(value, expected: expectation) { text throws(GoDuration.Problem) in
                try GoDuration.parse(text)
            }
            guard interval >= Self.range.lowerBound else {
                throw UsageError(value, "it is too short", expected: expectation)
            }
            guard interval <= Self.range.upperBound else {
                throw UsageError(value, "it is too long", expected: expectation)
            }
            self = .every(interval)
        }
    }
}
