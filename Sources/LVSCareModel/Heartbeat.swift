extension HealthCheck {
    /// How often a real server has to show between two probes that somebody is there, on the connection that is kept.
    @nonexhaustive
    public enum Heartbeat: Hashable, Sendable {
        /// Every second where it costs the real server next to nothing: by a PING where the connection is one of HTTP/2
        /// (RFC 9113, section 6.7), by the request of the probe over HTTP/1.1 where the last three probes, or all that
        /// there were, were answered within ``quick``. A suspicion keeps nobody away from a service with persistence.
        case automatic
        /// Never; and no probe that takes long makes a real server suspect.
        case off
        /// At this distance, positive, whatever it costs, and for services with persistence, too.
        case every(Duration)

        /// Longest time of an answer over HTTP/1.1 that ``automatic`` asks for each second.
        public static let quick = Duration.milliseconds(50)
    }
}

/// Why a healthy real server may be none: it gets no new connections until it has answered.
@nonexhaustive
public enum Suspicion: Hashable, Sendable, CustomStringConvertible {
    /// Its heartbeat was not answered within this time, in which it usually is.
    case silent(for: Duration)
    /// Its probe takes longer than this, which is many times what it usually takes.
    case slow(beyond: Duration)

    /// A phrase: `no answer to a heartbeat within 400 ms`.
    public var description: String {
        switch self {
        case .silent(let time): "no answer to a heartbeat within \(time.inMilliseconds) ms"
        case .slow(let time): "a probe takes longer than \(time.inMilliseconds) ms, many times what is usual"
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    fileprivate var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// News of a suspicion.
public struct SuspicionReport: Hashable, Sendable {
    /// What became of it.
    @nonexhaustive
    public enum Phase: Hashable, Sendable {
        /// It began.
        case began
        /// The real server has answered.
        case cleared
        /// The real server is unhealthy, as a probe has shown.
        case confirmed
    }

    /// The real server.
    public var realServer: RealServer
    /// What became of the suspicion.
    public var phase: Phase
    /// What it is about.
    public var suspicion: Suspicion
    /// Whether it keeps new connections away: not from the last real server, nor from more than half of them.
    public var isQuiesced: Bool
    /// How long it has lasted; 0 when it began.
    public var time: Duration

    /// A report of its parts.
    public init(
        realServer: RealServer, phase: Phase, suspicion: Suspicion, isQuiesced: Bool, time: Duration = .zero
    ) {
        self.realServer = realServer
        self.phase = phase
        self.suspicion = suspicion
        self.isQuiesced = isQuiesced
        self.time = time
    }
}
