import LVSCareSettings
public import Logging

/// Writes each event of the log as one line, in one piece.
///
/// Set up once, by whoever owns the process:
///
///     LoggingSystem.bootstrap { _ in LineLogHandler(settings: LogSettings()) }
public struct LineLogHandler: LogHandler {
    /// What every event says besides its own values.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is written.
    public var logLevel: Logger.Level
    /// What adds values to each event, such as those of a task.
    public var metadataProvider: Logger.MetadataProvider?

    private let settings: LogSettings
    private let sink: LogSink
    private let now: @Sendable () -> Timestamp

    /// A handler that writes to standard error.
    public init(settings: LogSettings) { self.init(settings: settings, sink: .standardError, now: Timestamp.now) }

    /// A handler that writes to `sink` what happens at `now`.
    init(settings: LogSettings, sink: LogSink, now: @escaping @Sendable () -> Timestamp) {
        logLevel = settings.level
        self.settings = settings
        self.sink = sink
        self.now = now
    }

    /// One of the values that every event says.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one event.
    public func log(event: LogEvent) {
        var values = metadata
        if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
        if let own = event.metadata { values.merge(own) { $1 } }
        if let error = event.error { values["error"] = .string("\(error)") }
        let line = LogLine(time: now(), level: event.level, message: "\(event.message)", values: values)
        sink.write(settings.format.text(of: line, isColoured: sink.isColoured))
    }
}

extension LogFormat {
    /// The line in this form, with its end.
    func text(of line: LogLine, isColoured: Bool) -> String {
        switch self {
        case .text: line.text(isColoured: isColoured) + "\n"
        case .json: line.json.compact + "\n"
        }
    }
}

/// Where the lines of the log go.
struct LogSink: Sendable {
    /// Whether lines are coloured.
    var isColoured: Bool
    /// Takes one line with its end.
    var write: @Sendable (String) -> Void

    /// Standard error; coloured only on a terminal, and not where `NO_COLOR` is set (https://no-color.org).
    static let standardError = LogSink(isColoured: likesColours, write: { StandardStream.error.write($0) })

    /// The same through `writer`.
    static func through(_ writer: LogWriter) -> LogSink { LogSink(isColoured: likesColours, write: writer.write) }

    private static let likesColours = StandardStream.error.isTerminal && Environment.process["NO_COLOR"] == nil
}
