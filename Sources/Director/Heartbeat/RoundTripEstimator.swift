/// What is usual of the time until an answer, as TCP estimates it for its retransmissions (Jacobson; RFC 6298, section 2).
///
/// The mean follows with an eighth of each deviation, the variation with a quarter.
struct RoundTripEstimator: Hashable, Sendable {
    /// Smoothed mean (SRTT); `nil` before the first answer.
    private(set) var mean: Duration?
    /// Smoothed deviation from it (RTTVAR).
    private(set) var variation = Duration.zero
    /// Number of answers so far, up to 255.
    private(set) var count: UInt8 = 0

    /// Takes in that an answer came after `time`.
    mutating func record(_ time: Duration) {
        if count < .max { count += 1 }
        guard let mean else {
            mean = time
            variation = time / 2
            return
        }
        variation += (max(mean - time, time - mean) - variation) / 4
        self.mean = mean + (time - mean) / 8
    }

    /// Time within which an answer comes usually; `nil` before the first answer.
    var usual: Duration? { mean.map { $0 + variation * 4 } }
}
