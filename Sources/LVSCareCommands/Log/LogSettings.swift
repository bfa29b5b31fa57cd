import LVSCareSettings
public import Logging

/// What is written to the log, and how.
public struct LogSettings: Hashable, Sendable {
    /// The least level that is written.
    public var level: Logger.Level
    /// The form of a line.
    public var format: LogFormat

    /// Settings of their parts; the defaults are the command line's.
    public init(level: Logger.Level = .info, format: LogFormat = .text) {
        self.level = level
        self.format = format
    }

    init(_ source: SettingSource) throws(UsageError) {
        // Anything but DEBG counts as INFO, as it always did.
        level = source.value(.logLevel)?.text == "DEBG" ? .debug : .info
        format = try source.choice(.logFormat) ?? .text
    }
}

/// The form of a line in the log.
public enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// `2026-11-23T04:53:00.123Z INFO  message key=value …`
    case text
    /// One JSON object.
    case json
}
