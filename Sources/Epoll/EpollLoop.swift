import CLinux
import Glibc
public import SystemPackage

/// The events of one thread: descriptors that become ready, timers, and work that other threads send.
///
/// A loop belongs to the thread that runs it; only its ``mailbox`` may be used elsewhere. What it calls must not block,
/// because everything else waits meanwhile. It does nothing behind anybody's back: no thread, no signal, no lock, and
/// one `epoll_wait(2)` for all that has happened since the last.
///
/// It looks before it judges: a timer fires when all that had come by its instant has been handled. And it knows how
/// long it could not attend to its events (``lateness``), so that nobody else is blamed for that.
///
/// Nobody has it for long: a handler that finds more to do than a moment's work puts off the rest (``postpone(_:)``), which
/// is done between the events of others.
///
///     let loop = try EpollLoop()
///     loop.schedule(at: loop.now + .seconds(1)) { loop.stop() }
///     loop.run()
public final class EpollLoop {
    /// Events that are fetched at a time; those behind them come first with the next call.
    private static let batch = 256
    /// Most looks before timers fire; more descriptors than that are ready only where somebody is told of the same again
    /// and again.
    private static let mostLooks = 256
    /// Time for postponed work between two looks at the events of others.
    private static let slice = Duration.milliseconds(10)
    /// Longest time for which ``lateness`` may know nothing of what the kernel has counted.
    private static let accountPeriod = Duration.seconds(10)

    /// Longest single wait; what `epoll_wait(2)` takes are milliseconds in 31 bits.
    private static let longestWait = Duration.milliseconds(Int32.max - 1)

    /// When the events came that are being handled: one reading of the clock for all of them.
    public private(set) var now: ContinuousClock.Instant
    /// The way into this loop for other threads.
    public let mailbox: Mailbox
    /// Memory for what a handler reads within one call, 32 KiB.
    public let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 * 1024, alignment: 16)

    private let descriptor: Int32
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: EpollLoop.batch)
    private var handlers: [Slot] = []
    private var timers = TimerQueue()
    private var deferred: [() -> Void] = []
    private var postponed: [() -> Void] = []
    private var isStopped = false
    private let senses: LoopSenses
    private var attendance = Attendance()
    /// When the kernel's account was last read.
    private(set) var lastAccount: ContinuousClock.Instant

    /// What is known of the descriptor whose number is the index.
    private struct Slot {
        var handler: (any ReadinessHandler)?
        /// Tells the descriptor that an event is about from an earlier one with the same number.
        var generation: UInt32 = 0
    }

    /// A loop that has not begun. Throws `EMFILE`, `ENFILE` or `ENOMEM`.
    public convenience init() throws(Errno) { try self.init(senses: .ofThisThread()) }

    /// The same with other senses.
    init(senses: LoopSenses) throws(Errno) {
        self.senses = senses
        now = senses.now()
        lastAccount = now
        mailbox = try Mailbox()
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        try watch(mailbox.descriptor, for: .readable, MailboxReader(of: self))
    }

    deinit {
        close(descriptor)
        events.deallocate()
        scratch.deallocate()
    }

    /// Refreshes ``now``. Call it after work that took noticeable time, which counts as ``lateness`` from now on.
    public func refreshNow() {
        now = senses.now()
        attendance.works(until: now)
    }

    // MARK: Running

    /// Handles events until ``stop()`` is called, which may have been before.
    public func run() {
        attendance.begin(senses.delay())
        lastAccount = senses.now()
        while !isStopped { turn() }
        isStopped = false
    }

    /// Makes ``run()`` return when the events at hand are handled.
    public func stop() { isStopped = true }

    /// Waits for events and handles them.
    private func turn() {
        // Events first: an answer that comes with the end of its time is in time. And what became due while events were
        // handled waits for those that came meanwhile.
        let found = look(until: timers.earliest)
        let instant = found.instant
        if let earliest = timers.earliest, earliest <= instant {
            var (isComplete, looks) = (found.isComplete, 0)
            while !isComplete, looks < Self.mostLooks {
                isComplete = look(until: instant).isComplete
                looks += 1
            }
            if looks > 0 || instant - lastAccount > Self.accountPeriod { _ = measureLateness() }
            for timer in timers.popDue(at: instant) { timer.fire() }
        }
        doDeferred()
        resumePostponed()
    }

    private func doDeferred() {
        while !deferred.isEmpty {
            let work = deferred
            deferred = []
            for body in work { body() }
        }
    }

    /// Does what was postponed, as far as a slice of time allows; what is left comes first the next time.
    private func resumePostponed() {
        guard !postponed.isEmpty else { return }
        var work = postponed[...]
        postponed = []
        let end = senses.now() + Self.slice
        repeat {
            work.popFirst()?()
            doDeferred()
        } while !work.isEmpty && senses.now() < end
        postponed = work + postponed
    }

    /// Whether there is something to do without an event.
    private var hasWork: Bool { !deferred.isEmpty || !postponed.isEmpty }

    /// Waits for events until `due`, or for ever, and handles those that come.
    ///
    /// Returns when it has ended, and whether the events were all that had come by then: the thread may have lost its
    /// processor between the two.
    private func look(until due: ContinuousClock.Instant?) -> (instant: ContinuousClock.Instant, isComplete: Bool) {
        let begin = senses.now()
        attendance.waits(from: begin)
        let count = Int(senses.wait(descriptor, events, Int32(Self.batch), timeout(from: begin, until: due)))
        now = senses.now()
        let instant = now
        let isLate = attendance.waited(until: now, due: hasWork ? begin : due, wasInterrupted: count < 0)
        for index in 0..<max(0, count) {
            let event = events[index]
            let number = Int(UInt32(truncatingIfNeeded: event.data.u64))
            let generation = UInt32(truncatingIfNeeded: event.data.u64 >> 32)
            guard number < handlers.count, handlers[number].generation == generation else { continue }
            handlers[number].handler?.descriptorIsReady(Readiness(rawValue: event.events))
        }
        return (instant: instant, isComplete: !isLate && count < Self.batch)
    }

    /// How long there is nothing to do, in milliseconds; -1 for ever.
    private func timeout(from now: ContinuousClock.Instant, until due: ContinuousClock.Instant?) -> Int32 {
        guard !hasWork else { return 0 }
        guard let due else { return -1 }
        let (seconds, attoseconds) = min(max(.zero, due - now), Self.longestWait).components
        // Rounded up, or the loop would turn without a thing to do until the instant is there.
        let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: milliseconds)
    }

    // MARK: Lateness

    /// The time so far in which this loop could not attend to its events: it had no processor, was stopped, or was busy
    /// with something else. Never shrinks.
    ///
    /// Costs nothing, and may be behind by what the kernel has counted within the last ten seconds; whoever is about to
    /// judge asks ``measureLateness()``.
    public var lateness: Duration { attendance.lateness }

    /// Returns the value that ``lateness`` has to be compared with for a measurement from now on. Costs nothing but
    /// where this loop was late just now.
    func latenessToBeginWith() -> Duration { attendance.hasSeen ? measureLateness() : lateness }

    /// Returns ``lateness`` with all that the kernel has counted until ``now``, which is read again. Costs a system call.
    public func measureLateness() -> Duration {
        let delay = senses.delay()
        // What begins from here on must not begin before it.
        refreshNow()
        lastAccount = now
        attendance.record(delay: delay, at: now)
        return attendance.lateness
    }

    // MARK: Work

    /// Does `body` at `instant` or as soon as possible after it, with a precision of a millisecond.
    @discardableResult
    public func schedule(at instant: ContinuousClock.Instant, _ body: @escaping () -> Void) -> LoopTimer {
        let timer = LoopTimer(at: instant, body)
        timers.insert(timer)
        return timer
    }

    /// Makes `timer` do nothing any more; harmless when it has fired.
    public func cancel(_ timer: LoopTimer) { timers.cancel(timer) }

    /// Does `body` when the caller has returned to the loop, before it waits again.
    public func execute(_ body: @escaping () -> Void) {
        deferred.append(body)
    }

    /// Does `body` after the events that have come by then and the timers that are due: for the rest of work that would keep
    /// others waiting. Several take turns.
    public func postpone(_ body: @escaping () -> Void) {
        postponed.append(body)
    }

    /// Returns the time, read anew, for a handler that has to stop in time; ``now`` stays.
    public func clock() -> ContinuousClock.Instant { senses.now() }

    // MARK: Descriptors

    /// Tells `handler` whenever the open descriptor `number` is ready for some of `readiness`, and of failures.
    ///
    /// The loop keeps the handler until ``forget(_:)``. Throws `EBADF` for what is no open descriptor, `EPERM` for one that is
    /// always ready, such as a file's, `ENOSPC` where `fs.epoll.max_user_watches` is reached, and `ENOMEM`.
    public func watch(
        _ number: Int32, for readiness: Readiness, _ handler: any ReadinessHandler
    ) throws(Errno) {
        let index = Int(number)
        let generation = handlers.indices.contains(index) ? handlers[index].generation &+ 1 : 1
        var event = epoll_event()
        event.events = readiness.rawValue
        event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: number))
        guard epoll_ctl(descriptor, EPOLL_CTL_ADD, number, &event) == 0 else { throw Errno(rawValue: errno) }
        // Only here is the number known to be a descriptor's, and so to be small.
        while handlers.count <= index { handlers.append(Slot()) }
        handlers[index] = Slot(handler: handler, generation: generation)
    }

    /// Tells nobody of the descriptor `number` any more, which the caller is about to close.
    ///
    /// The kernel forgets a descriptor that is closed, so that this costs no system call.
    public func forget(_ number: Int32) {
        guard handlers.indices.contains(Int(number)) else { return }
        handlers[Int(number)].generation &+= 1
        handlers[Int(number)].handler = nil
    }
}

/// Does what other threads have sent.
private final class MailboxReader: ReadinessHandler {
    private unowned let loop: EpollLoop

    init(of loop: EpollLoop) { self.loop = loop }

    func descriptorIsReady(_ readiness: Readiness) {
        for work in loop.mailbox.drain() { work(loop) }
    }
}

@available(*, unavailable)
extension EpollLoop: Sendable {}
