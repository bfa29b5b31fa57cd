import LVSCareModel

/// What follows when checks fail.
extension CareSettings {
    /// Reads when the checks of one real server follow each other, and how many of them decide.
    static func pace(_ source: SettingSource, _ check: inout HealthCheck) throws(UsageError) {
        check.unhealthyInterval = try duration(
            source, .unhealthyInterval, within: .milliseconds(10) ... .seconds(86_400), bounds: "10ms to 24h")
        if let wait = check.unhealthyInterval, wait > check.interval, let value = source.value(.unhealthyInterval) {
            throw UsageError(
                value, "failing real servers would be probed less often than healthy ones",
                expected: "at most the time that \(CareFlag.interval.spelling) gives")
        }
        check.fall = try threshold(source, .fall, "failures") ?? check.fall
        check.rise = try threshold(source, .rise, "successes") ?? check.rise
        check.watches = try source.boolean(.watch, default: check.watches)
        check.jitter = try jitter(source) ?? check.jitter
    }

    static func allDown(_ source: SettingSource) throws(UsageError) -> AllDown {
        guard let value = source.value(.allDown) else { return .remove }
        guard let mode = AllDown(rawValue: value.text.lowercased()) else {
            throw UsageError(value, "there is no such choice", expected: "remove or keep")
        }
        return mode
    }

    static func drainTimeout(_ source: SettingSource) throws(UsageError) -> Duration {
        try duration(source, .drainTimeout, within: .milliseconds(1) ... .seconds(86_400), bounds: "1ms to 24h")
            ?? .zero
    }

    private static func threshold(
        _ source: SettingSource, _ flag: CareFlag, _ outcomes: String
    ) throws(UsageError) -> Int? {
        guard let value = source.value(flag) else { return nil }
        guard let number = Int(value.text), 1...1000 ~= number else {
            throw UsageError(
                value, "it is not a number of checks", expected: "how many \(outcomes) in a row decide, 1 to 1000")
        }
        return number
    }

    private static func jitter(_ source: SettingSource) throws(UsageError) -> Double? {
        guard let value = source.value(.jitter) else { return nil }
        let digits = value.text.hasSuffix("%") ? value.text.dropLast() : value.text[...]
        guard let percent = Int(digits), 0...50 ~= percent else {
            throw UsageError(value, "it is not a percentage", expected: "0 to 50 per cent, for example 10")
        }
        return Double(percent) / 100
    }
}
