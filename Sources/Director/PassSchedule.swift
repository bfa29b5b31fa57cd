import LVSCareModel

/// When the next pass is due: at a steady pace from beginning to beginning, sooner when something happened, with a growing wait after failures.
///
/// One pass runs at a time; whatever asks for one meanwhile is answered by a single further pass.
struct PassSchedule: Hashable, Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Why a pass should come before its time.
    enum Urgency: Hashable, Sendable {
        /// Something is to be carried out. The pass waits only as long as the last one took, or 100 ms if that is shorter, so that
        /// short passes never take more than half of the time, however many real servers change their health.
        case decision
        /// Something changed in the kernel. As that may be the echo of the last pass, or another program that fights
        /// over the same thing, there are at most twenty such passes a second: one is never late by 100 ms.
        case observation
    }

    private enum Phase: Hashable {
        case waiting(due: Instant)
        case running(since: Instant, wanted: Set<Urgency>)
    }

    static let observationSpacing: Duration = .milliseconds(50)
    /// Longest wait for the sake of what else the loop has to do. A pass that took longer hardly worked all the time: it waited for
    /// the processor, or for another program in the kernel, and the table must not wait as long again.
    static let longestRest: Duration = .milliseconds(100)
    static let firstBackOff: Duration = .milliseconds(100)
    /// Where the repair interval is not shorter: what cannot be put right must not hold up what can.
    static let longestBackOff: Duration = .seconds(5)

    private var phase: Phase
    private var lastEnd: Instant?
    /// How long others have the loop to themselves after the last pass.
    private var rest: Duration = .zero
    private var backOff: Duration?

    /// A schedule whose first pass is due at `first`.
    init(first: Instant) { phase = .waiting(due: first) }

    /// When the next pass is due; `nil` while one runs.
    var due: Instant? {
        if case .waiting(let due) = phase { due } else { nil }
    }

    /// Asks for a pass as soon as `urgency` allows.
    mutating func request(_ urgency: Urgency, at now: Instant) {
        switch phase {
        case .waiting(let due):
            phase = .waiting(due: min(due, max(now, earliest(urgency) ?? now)))
        case .running(let since, let wanted):
            phase = .running(since: since, wanted: wanted.union([urgency]))
        }
    }

    /// Starts the pass if it is due and says whether it did.
    mutating func beginIfDue(at now: Instant) -> Bool {
        guard let due, due <= now else { return false }
        phase = .running(since: now, wanted: [])
        return true
    }

    /// Ends the running pass; nothing happens when there is none.
    mutating func end(succeeded: Bool, at now: Instant, repairInterval: Duration) {
        guard case .running(let since, let wanted) = phase else { return }
        backOff =
            succeeded ? nil : min(backOff.map { $0 * 2 } ?? Self.firstBackOff, repairInterval, Self.longestBackOff)
        lastEnd = now
        rest = min(now - since, Self.longestRest, repairInterval)
        // Whatever happened since the beginning of this pass may have escaped it.
        phase = .waiting(due: backOff.map { now + $0 } ?? max(since + repairInterval, now + rest))
        for urgency in wanted { request(urgency, at: now) }
    }

    private func earliest(_ urgency: Urgency) -> Instant? {
        let spacing: Duration =
            switch urgency {
            // What could not be done a moment ago is hardly possible now, however many reasons there are to do it.
            case .decision: min(backOff ?? .zero, Self.firstBackOff)
            case .observation: Self.observationSpacing
            }
        return lastEnd.map { $0 + max(rest, spacing) }
    }
}
