import LVSCareModel
import LVSCareSettings

/// What follows when checks fail.
extension CareSettings {
    /// Reads when the checks of one real server follow each other, and how many of them decide.
    static func pace(_ source: SettingSource, _ check: inout HealthCheck) throws(UsageError) {
        check.unhealthyInterval = try source.duration(.unhealthyInterval)
        if let wait = check.unhealthyInterval, wait > check.interval, let value = source.value(.unhealthyInterval) {
            throw UsageError(
                value, "failing real servers would be probed less often than healthy ones",
                expected: "at most the time that \(Setting.interval.spelling) gives")
        }
        check.fall = try source.number(.fall) ?? check.fall
        check.rise = try source.number(.rise) ?? check.rise
        check.watches = try source.boolean(.watch, default: check.watches)
        check.jitter = try source.number(.jitter).map { Double($0) / 100 } ?? check.jitter
    }
}
