import Addressing
import LVSCareModel
import LVSCareSettings
import Logging

/// One event of the log.
struct LogLine {
    /// When it happened.
    var time: Timestamp
    /// How important it is.
    var level: Logger.Level
    /// What happened, in words that are always the same.
    var message: String
    /// What it happened to.
    var values: Logger.Metadata

    /// Octets of a value before it is escaped. What is longer has more to say than a line can.
    fileprivate static let longestValue = 4096

    /// `2026-11-23T04:53:00.123Z NOTE  message key=value …`, keys in alphabetical order.
    ///
    /// A value is quoted when it would not be one word otherwise.
    func text(isColoured: Bool) -> String {
        let word = level.shortName
        let name =
            (isColoured ? "\u{1b}[\(level.colour)m\(word)\u{1b}[0m" : word)
            + String(repeating: " ", count: Logger.Level.longestShortName - word.count)
        var text = "\(time) \(name) \(message.escapedForOneLine)"
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            let value = "\(value)".abbreviated(to: Self.longestValue)
            text += " \(key.escapedForOneLine)=\(value.isOneWord ? value : value.quotedInFull)"
        }
        return text
    }

    /// An object of `time`, `level`, `message` and the values under their own names, in alphabetical order.
    var json: JSON {
        let event: JSON = [
            "time": .string("\(time)"), "level": .string(level.rawValue), "message": .string(message),
        ]
        return event.adding(Logger.MetadataValue.dictionary(values).json)
    }
}

extension Logger.Level {
    /// The name of the level in at most five letters.
    var shortName: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTE"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "CRIT"
        }
    }

    /// How many letters it may have; messages begin in one column behind them.
    fileprivate static let longestShortName = 5

    /// The parameter of the terminal's sequence that selects the colour (ECMA-48, SGR).
    fileprivate var colour: Int {
        switch self {
        case .trace, .debug: 2
        case .info: 32
        case .notice: 36
        case .warning: 33
        case .error, .critical: 31
        }
    }
}

extension Logger.MetadataValue {
    /// The value with its structure, keys in alphabetical order.
    var json: JSON {
        switch self {
        case .string, .stringConvertible: .string("\(self)".abbreviated(to: LogLine.longestValue))
        case .array(let values): .array(values.map(\.json))
        case .dictionary(let values):
            .object(values.sorted { $0.key < $1.key }.map { JSON.Member(name: $0.key, value: $0.value.json) })
        }
    }
}

extension String {
    fileprivate var isOneWord: Bool {
        !isEmpty && unicodeScalars.allSatisfy { !$0.isControl && !"\"\\= ".unicodeScalars.contains($0) }
    }
}
