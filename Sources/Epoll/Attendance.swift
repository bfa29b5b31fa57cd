/// What a loop knows of the time in which it could not attend to its events.
///
/// | what happened | what counts |
/// |---|---|
/// | a wait ended later than its timeout or the earliest timer | all of the time beyond, from 10 ms on |
/// | a wait was interrupted, as by `SIGSTOP` and `SIGCONT` | the whole wait |
/// | the loop's own work between two waits took long | what is beyond 10 ms |
/// | the thread was ready to run and had no processor; the machine was suspended | all of it, as soon as it is asked for |
///
/// The last may contain the others, and is only known when it is read. So what the loop saw itself and what it is told
/// are compared from one reading to the next, and the larger counts. Whoever measures something from now on needs a reading
/// now where the loop has seen anything (`hasSeen`), lest what lies before makes up for what comes after.
struct Attendance {
    typealias Instant = ContinuousClock.Instant

    /// Beyond this a wait is late; timers have a precision of a millisecond, on coarse kernels of ten.
    static let precision = Duration.milliseconds(10)
    /// Work between two waits for which nobody need be excused.
    static let usualWork = Duration.milliseconds(10)

    /// All that counts so far; never shrinks.
    private(set) var lateness = Duration.zero
    /// What the loop has seen itself since the latest reading; contained in `lateness`.
    private var seen = Duration.zero
    /// Whether the loop has seen itself be late since the latest reading.
    var hasSeen: Bool { seen > .zero }
    /// The latest reading of the thread's delay; `nil` before the first.
    private var delay: Duration?
    private var waitBegan: Instant?
    /// When the work began that goes on now, as far as it is not counted; `nil` while there is none.
    private var workBegan: Instant?

    /// The loop's own thread begins, or begins again.
    mutating func begin(_ delay: Duration?) {
        workBegan = nil
        self.delay = delay
        seen = .zero
    }

    /// A wait begins.
    mutating func waits(from now: Instant) {
        waitBegan = now
        works(until: now)
        workBegan = nil
    }

    /// The wait has ended. `due` is when it should have at the latest; `nil` for a wait without end.
    ///
    /// Returns whether the descriptors have to be looked at again before anybody may say that nothing has come.
    mutating func waited(until now: Instant, due: Instant?, wasInterrupted: Bool) -> Bool {
        workBegan = now
        guard let began = waitBegan else { return wasInterrupted }
        if wasInterrupted {
            count(now - began)
            return true
        }
        guard let due, now - max(due, began) > Self.precision else { return false }
        count(now - max(due, began))
        return true
    }

    /// Takes in how long the thread was kept from running until `now`, since whenever.
    mutating func record(delay: Duration?, at now: Instant) {
        // Both accounts have to be of the same time.
        works(until: now)
        defer { seen = .zero }
        guard let delay else { return }
        if let before = self.delay { lateness += max(.zero, delay - before - seen) }
        self.delay = delay
    }

    /// The work since the latest wait has lasted until `now`: who measures from there on is not to be charged with it, nor
    /// to be given it back.
    mutating func works(until now: Instant) {
        guard let began = workBegan, now - began > Self.usualWork else { return }
        count(now - began - Self.usualWork)
        workBegan = now - Self.usualWork
    }

    private mutating func count(_ time: Duration) {
        guard time > .zero else { return }
        seen += time
        lateness += time
    }
}
