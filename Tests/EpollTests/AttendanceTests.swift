import CLinux
import Glibc
import SystemPackage
import Testing

@testable import Epoll

/// A loop whose clock, waits and scheduler are a script: no real time passes.
private final class Stage {
    /// How one wait goes.
    enum Wait {
        /// It lasts so long, and ends with the timeout or an event of the readable descriptor, whichever is there.
        case lasts(Duration)
        /// It is interrupted after so long.
        case isInterrupted(after: Duration)
    }

    let origin = ContinuousClock.now
    var elapsed = Duration.zero
    var delay: Duration? = .zero
    var waits: [Wait] = []
    /// The timeouts of the waits so far, in milliseconds.
    private(set) var timeouts: [Int32] = []
    private(set) var readings = 0
    /// Whether real events may be fetched with the next waits.
    var fetchesEvents = true
    private(set) var loop: EpollLoop!

    init() throws {
        loop = try EpollLoop(
            senses: LoopSenses(
                now: { [unowned self] in origin + elapsed },
                wait: { [unowned self] epoll, events, most, time in wait(epoll, events, most, time) },
                delay: { [unowned self] in
                    readings += 1
                    return delay
                }))
    }

    private func wait(
        _ epoll: Int32, _ events: UnsafeMutablePointer<epoll_event>, _ most: Int32, _ time: Int32
    ) -> Int32 {
        timeouts.append(time)
        switch waits.isEmpty ? .lasts(.milliseconds(Int64(max(0, time)))) : waits.removeFirst() {
        case .lasts(let duration):
            elapsed += duration
            return fetchesEvents ? epoll_wait(epoll, events, most, 0) : 0
        case .isInterrupted(let duration):
            elapsed += duration
            return -EINTR
        }
    }
}

/// What a loop knows about itself, and that it looks before anybody judges.
@Suite struct AttendanceTests {
    private let stage: Stage
    private var loop: EpollLoop { stage.loop }

    init() throws { stage = try Stage() }

    /// What happens: an answer that waits in a descriptor, and a timeout that is due, with the wait going as scripted.
    private func order(of waits: [Stage.Wait]) throws -> [String] {
        let pipe = try FileDescriptor.pipe()
        defer { for end in [pipe.readEnd, pipe.writeEnd] { try? end.close() } }
        var order: [String] = []
        try loop.watch(pipe.readEnd.rawValue, for: [.readable, .changesOnly], Ready { order.append("answer") })
        loop.schedule(at: loop.now + .seconds(1)) { [loop] in
            order.append("timeout")
            loop.stop()
        }
        _ = try pipe.writeEnd.writeAll([1])
        stage.waits = waits
        loop.run()
        return order
    }

    @Test func `looks at descriptors after an interrupted wait before a timer fires`() throws {
        #expect(try order(of: [.isInterrupted(after: .seconds(60))]) == ["answer", "timeout"])
        #expect(loop.lateness == .seconds(60))
    }

    @Test func `looks again when it is woken late`() throws {
        stage.fetchesEvents = false
        stage.waits = [.lasts(.seconds(4))]
        var fired: [Duration] = []
        loop.schedule(at: loop.now + .seconds(1)) { [stage, loop] in
            fired.append(stage.elapsed)
            loop.stop()
        }
        loop.run()
        #expect(stage.timeouts == [1000, 0])
        #expect(loop.lateness == .seconds(3))
    }

    @Test func `looks once in a turn that goes as it should`() throws {
        loop.schedule(at: loop.now + .seconds(1)) { [loop] in loop.stop() }
        stage.waits = [.lasts(.milliseconds(1001))]
        loop.run()
        #expect(stage.timeouts == [1000])
        #expect(loop.lateness == .zero)
        // The one at the beginning.
        #expect(stage.readings == 1)
    }

    @Test func `counts its own work beyond the usual`() throws {
        loop.schedule(at: loop.now + .seconds(1)) { [stage] in stage.elapsed += .milliseconds(510) }
        loop.schedule(at: loop.now + .seconds(2)) { [stage] in stage.elapsed += .milliseconds(9) }
        loop.schedule(at: loop.now + .seconds(3)) { [loop] in loop.stop() }
        loop.run()
        #expect(loop.lateness == .milliseconds(500))
    }

    @Test func `counts what the scheduler tells once, whichever way it shows`() throws {
        stage.delay = .seconds(100)
        loop.schedule(at: loop.now + .seconds(1)) { [stage] in
            // Half a second late, and kept from running for two.
            stage.delay = .seconds(102)
        }
        stage.waits = [.lasts(.milliseconds(1500)), .lasts(.zero), .lasts(.seconds(1))]
        loop.schedule(at: loop.now + .seconds(2)) { [loop] in loop.stop() }
        loop.run()
        // Of the second one, half a second is in the two.
        #expect(loop.measureLateness() == .milliseconds(2500))
        let before = loop.lateness
        #expect(loop.measureLateness() == before)
    }

    /// Both accounts must be of the same time, or what lies before a timeout makes up for what comes within it.
    @Test func `charges nothing that came before to a timeout that begins in long work`() throws {
        var fired: Duration?
        var timer: AttendedTimer?
        loop.schedule(at: loop.now + .seconds(1)) { [stage, loop] in
            // Work of 12 s, all of it without a processor, then a timeout, then 18 s without a processor.
            stage.elapsed += .seconds(12)
            stage.delay = .seconds(12)
            _ = loop.measureLateness()
            loop.execute {
                timer = loop.schedule(afterAttending: .seconds(10), since: loop.now) {
                    fired = stage.elapsed
                    loop.stop()
                }
            }
            loop.schedule(at: loop.now + .seconds(5)) {
                // Half of it in one piece of work, half of it unseen.
                stage.elapsed += .seconds(9)
                stage.delay = .seconds(30)
            }
        }
        loop.run()
        withExtendedLifetime(timer) {}
        #expect(try #require(fired) >= .seconds(1 + 12 + 10 + 18))
    }

    /// Its begin lies behind that work, so the work must not be given back as well.
    @Test func `gives a timeout that begins after long work no more than its time`() throws {
        var fired: Duration?
        var timer: AttendedTimer?
        loop.schedule(at: loop.now + .seconds(1)) { [stage, loop] in
            stage.elapsed += .seconds(3)
            loop.refreshNow()
            #expect(loop.lateness == .milliseconds(2990))
            timer = loop.schedule(afterAttending: .seconds(6), since: loop.now) {
                fired = stage.elapsed
                loop.stop()
            }
        }
        loop.run()
        withExtendedLifetime(timer) {}
        #expect(fired == .seconds(1 + 3 + 6))
    }

    @Test func `does without a scheduler that tells`() throws {
        stage.delay = nil
        stage.waits = [.isInterrupted(after: .seconds(2))]
        loop.schedule(at: loop.now + .seconds(1)) { [loop] in loop.stop() }
        loop.run()
        #expect(loop.measureLateness() == .seconds(2))
    }

    /// Starved for ten minutes: late at every event, and no timer shows it.
    @Test func `extends a timeout by all that it could not attend, however often`() throws {
        var fired: Duration?
        let timer = loop.schedule(afterAttending: .seconds(10), since: loop.now) { [stage, loop] in
            fired = stage.elapsed
            loop.stop()
        }
        var turns = 0
        func turn() {
            turns += 1
            guard turns <= 600 else { return }
            // Kept from running for most of each second.
            stage.delay = .milliseconds(990 * turns)
            loop.schedule(at: loop.now + .seconds(1)) { turn() }
        }
        turn()
        loop.run()
        withExtendedLifetime(timer) {}
        let end = try #require(fired)
        // Ten seconds of attention take most of the ten minutes; after them it fires without further ado.
        #expect((.seconds(595)...(.seconds(620))).contains(end), "\(end)")
    }

    @Test func `fires a timeout on time while it attends`() throws {
        var fired: Duration?
        let timer = loop.schedule(afterAttending: .seconds(10), since: loop.now) { [stage, loop] in
            fired = stage.elapsed
            loop.stop()
        }
        loop.run()
        withExtendedLifetime(timer) {}
        #expect(fired == .seconds(10))
        #expect(stage.timeouts == [10_000])
    }
}

private final class Ready: ReadinessHandler {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }

    func descriptorIsReady(_ readiness: Readiness) { body() }
}
