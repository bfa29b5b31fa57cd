package import Epoll
import LVSCareModel

/// A value that is made of files, and made again when they change.
///
/// Files can hang, for example on a file system whose server is gone. So they are looked at and read on a thread of
/// their own, at most once in `period` and only when the value is asked for; there is never more than one such thread.
/// Until it comes back, and while the files cannot be used, for example while they are written, the last value that
/// could be made stays. A value of no files needs no thread.
package final class FileBacked<Value: Sendable> {
    /// What is known when the files are looked at.
    package struct Known: Sendable {
        /// How the files were; empty when they have to be read in any case.
        package var stamps: [SmallFile.Stamp?]
    }

    /// What was found.
    package enum Reading: Sendable {
        /// The files are as they were.
        case unchanged
        /// They were read, when they had these stamps.
        case read([SmallFile.Stamp?], Result<Value, any Error>)
    }

    /// Time after which files that have not been read count as unusable.
    package static var readTimeout: Duration { .seconds(2) }

    private let files: [SmallFile]
    private let period: Duration
    private let read: @Sendable (Known) -> Reading
    private var value: Value?
    private var stamps: [SmallFile.Stamp?] = []
    private var lastLook: ContinuousClock.Instant?
    /// Whether the thread is there.
    private var isReading = false
    private var alarm: AttendedTimer?
    /// Called with the first value, or for the reason why there is none.
    private var waiting: [() -> Void] = []
    /// Why the files cannot be used as they are; `nil` while they can, or nobody knows yet.
    package private(set) var fault: (any Error)?
    /// Called when the files cannot be used any more and the value before stays: at once for each problem, and again
    /// each hour as long as it lasts.
    package var hasAged: ((any Error) -> Void)?
    /// Called when the files were taken into use, the first time and whenever they have changed.
    package var hasRenewed: ((Value) -> Void)?
    /// What was reported last.
    private var reported: (problem: String, at: ContinuousClock.Instant)?
    /// Time until the same problem is reported again.
    private static var repeatInterval: Duration { .seconds(3600) }

    /// A value that `make` makes of `files`.
    package convenience init(
        _ files: [SmallFile], every period: Duration = .seconds(1), _ make: @escaping @Sendable () throws -> Value
    ) {
        self.init(files, every: period) { known in
            // Before they are read: what changes meanwhile is seen the next time.
            let stamps = files.map(\.stamp)
            return !files.isEmpty && stamps == known.stamps ? .unchanged : .read(stamps, Result { try make() })
        }
    }

    /// A value that `read` finds, on a thread of its own where there are files.
    package init(_ files: [SmallFile], every period: Duration, reading read: @escaping @Sendable (Known) -> Reading) {
        self.files = files
        self.period = period
        self.read = read
    }

    /// The value as far as there is one.
    package var known: Value? { value }

    /// The value; throws where there never was one.
    package func current() throws -> Value {
        if files.isEmpty, value == nil { take(read(Known(stamps: [])), at: .now) }
        if let value { return value }
        throw fault ?? unusable("it has not been read yet") ?? NothingMade()
    }

    /// Looks whether the files have changed, and calls `body` when there is a value, or a reason why there is none: at
    /// once where that is known.
    package func prepare(on loop: EpollLoop, _ body: @escaping () -> Void) {
        if !files.isEmpty { look(on: loop) }
        if files.isEmpty || value != nil || fault != nil { body() } else { waiting.append(body) }
    }

    private func look(on loop: EpollLoop) {
        if isReading { return }
        if let lastLook, loop.now - lastLook < period { return }
        lastLook = loop.now
        isReading = true
        let known = Known(stamps: value != nil && fault == nil ? stamps : [])
        let (own, mailbox, read) = (LoopBound(self, on: loop), loop.mailbox, read)
        do {
            try DetachedThread.start {
                let reading = read(known)
                mailbox.send { own.value(on: $0).take(reading, at: $0.now) }
            }
            alarm = loop.schedule(afterAttending: Self.readTimeout, since: loop.now) { [weak self] in
                self?.alarm = nil
                self?.settle(fault: self?.unusable("reading it does not come to an end"), at: loop.now)
            }
        } catch {
            isReading = false
            settle(fault: unusable("no thread can be had to read it"), at: loop.now)
        }
    }

    private func take(_ reading: Reading, at now: ContinuousClock.Instant) {
        isReading = false
        alarm?.cancel()
        alarm = nil
        switch reading {
        case .unchanged:
            settle(fault: nil, at: now)
        case .read(let stamps, .success(let value)):
            self.stamps = stamps
            self.value = value
            settle(fault: nil, at: now)
            hasRenewed?(value)
        case .read(let stamps, .failure(let error)):
            self.stamps = stamps
            settle(fault: error, at: now)
        }
    }

    private func settle(fault: (any Error)?, at now: ContinuousClock.Instant) {
        self.fault = fault
        if let fault, value != nil {
            let problem = "\(fault)"
            if reported.map({ $0.problem != problem || now - $0.at >= Self.repeatInterval }) ?? true {
                reported = (problem: problem, at: now)
                hasAged?(fault)
            }
        } else {
            reported = nil
        }
        let waiting = waiting
        self.waiting = []
        for body in waiting { body() }
    }

    /// Why there is no value of no files, which cannot be.
    private struct NothingMade: Error, CustomStringConvertible {
        var description: String { "nothing was made yet" }
    }

    private func unusable(_ problem: String) -> UnusableFile? {
        files.first.map { UnusableFile(use: $0.use, path: $0.path, problem: problem) }
    }
}
