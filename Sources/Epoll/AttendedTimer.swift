/// A timeout that counts only the time in which its loop attended to its events.
///
/// It fires when `duration` has passed, and the loop has looked at its descriptors after that. What the loop finds to have
/// missed meanwhile is given back, as often as it happens: whoever waits for an answer has all the time that was promised.
public final class AttendedTimer {
    /// Beyond this no timeout is longer, so that sums stay within what the clock can count: thirty thousand years.
    private static let longest = Duration.seconds(1 << 40)

    private let loop: EpollLoop
    private let duration: Duration
    private let begin: ContinuousClock.Instant
    /// What the loop had missed when this began.
    private let lateness: Duration
    private let body: () -> Void
    private var timer: LoopTimer?

    fileprivate init(
        after duration: Duration, from begin: ContinuousClock.Instant, on loop: EpollLoop, _ body: @escaping () -> Void
    ) {
        self.loop = loop
        self.duration = min(max(duration, .zero - Self.longest), Self.longest)
        self.body = body
        lateness = loop.latenessToBeginWith()
        self.begin = max(begin, loop.lastAccount)
        schedule(at: begin + self.duration)
    }

    /// Makes it do nothing any more; harmless when it has fired.
    public func cancel() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func schedule(at instant: ContinuousClock.Instant) {
        timer = loop.schedule(at: instant) { [weak self] in self?.fire() }
    }

    private func fire() {
        timer = nil
        let end = begin + duration + loop.measureLateness() - lateness
        // Half a millisecond is not worth another turn.
        if end - loop.now > .microseconds(500) { schedule(at: end) } else { body() }
    }
}

extension EpollLoop {
    /// Does `body` when this loop has attended to its events for `duration` since `begin`, which is now or was just before.
    ///
    /// The timer has to be kept: one that is let go of does nothing.
    public func schedule(
        afterAttending duration: Duration, since begin: ContinuousClock.Instant, _ body: @escaping () -> Void
    ) -> AttendedTimer {
        AttendedTimer(after: duration, from: begin, on: self, body)
    }
}

@available(*, unavailable)
extension AttendedTimer: Sendable {}
