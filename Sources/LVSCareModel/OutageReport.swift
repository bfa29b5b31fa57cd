/// News of a time in which every declared real server is unhealthy.
public struct OutageReport: Hashable, Sendable {
    /// How far it has got.
    public enum Phase: String, Hashable, Sendable {
        /// The last healthy real server has just been lost.
        case began
        /// It goes on; said once a minute.
        case lasts
        /// There is a real server again that may be healthy.
        case ended
    }

    /// How far it has got.
    public var phase: Phase
    /// What happens to the real servers meanwhile.
    public var mode: AllDown
    /// Since it began; 0 at that moment.
    public var duration: Duration

    /// News of its parts.
    public init(phase: Phase, mode: AllDown, duration: Duration) {
        self.phase = phase
        self.mode = mode
        self.duration = duration
    }
}
