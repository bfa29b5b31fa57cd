import CLinux
import Glibc
import SystemPackage
import Testing

@testable import Epoll

/// Runs a loop on the test's own thread, where its clock need not wait for anybody.
@Suite struct EpollLoopTests {
    @Test func `timers fire in the order of their instants`() throws {
        let loop = try EpollLoop()
        var fired: [Int] = []
        for milliseconds in [3, 1, 2, 0] {
            loop.schedule(at: loop.now + .milliseconds(milliseconds)) { fired.append(milliseconds) }
        }
        loop.schedule(at: loop.now + .milliseconds(4)) { loop.stop() }
        loop.run()
        #expect(fired == [0, 1, 2, 3])
    }

    @Test func `timers of one instant fire in the order in which they were set`() throws {
        let loop = try EpollLoop()
        let instant = loop.now + .milliseconds(1)
        var fired: [Int] = []
        for number in 0..<9 { loop.schedule(at: instant) { fired.append(number) } }
        loop.schedule(at: instant) { loop.stop() }
        loop.run()
        #expect(fired == Array(0..<9))
    }

    @Test func `a timer never fires early`() throws {
        let loop = try EpollLoop()
        let instant = loop.now + .microseconds(2_300)
        var fired: ContinuousClock.Instant?
        loop.schedule(at: instant) {
            fired = .now
            loop.stop()
        }
        loop.run()
        #expect(try #require(fired) >= instant)
    }

    @Test func `a cancelled timer does nothing, not even when both are due`() throws {
        let loop = try EpollLoop()
        var fired: [String] = []
        let other = loop.schedule(at: loop.now + .microseconds(1)) { fired.append("other") }
        loop.schedule(at: loop.now) {
            fired.append("first")
            loop.cancel(other)
            loop.cancel(other)
        }
        loop.schedule(at: loop.now + .milliseconds(1)) { loop.stop() }
        loop.run()
        #expect(fired == ["first"])
    }

    @Test func `a cancelled timer lets go of what it held`() throws {
        final class Held {}
        let loop = try EpollLoop()
        var held: Held? = Held()
        weak let witness = held
        let timer = loop.schedule(at: loop.now + .seconds(100)) { [held] in _ = held }
        held = nil
        #expect(witness != nil)
        loop.cancel(timer)
        #expect(witness == nil)
    }

    @Test func `a timer that sets itself again for now starves nobody`() throws {
        let loop = try EpollLoop()
        var rounds = 0
        func again() {
            rounds += 1
            loop.schedule(at: loop.now) { again() }
        }
        again()
        loop.mailbox.send { $0.stop() }
        loop.run()
        #expect(rounds >= 1)
    }

    /// An answer may have come while other events were handled; its timeout must not be first.
    @Test func `a timer that became due meanwhile waits for the events that came meanwhile`() throws {
        let loop = try EpollLoop()
        let (first, second) = (try FileDescriptor.pipe(), try FileDescriptor.pipe())
        var order: [String] = []
        let due = loop.now + .milliseconds(20)
        loop.schedule(at: due) {
            order.append("timeout")
            loop.stop()
        }
        try loop.watch(
            second.readEnd.rawValue, for: [.readable, .changesOnly], Recorder { _, _ in order.append("answer") })
        try loop.watch(
            first.readEnd.rawValue, for: [.readable, .changesOnly],
            Recorder { _, _ in
                _ = try? second.writeEnd.writeAll([1])
                while loop.now <= due { loop.refreshNow() }
            })
        _ = try first.writeEnd.writeAll([1])
        loop.run()
        #expect(order == ["answer", "timeout"])
        for end in [first.readEnd, first.writeEnd, second.readEnd, second.writeEnd] { try end.close() }
    }

    @Test func `deferred work comes after the caller and before the next wait`() throws {
        let loop = try EpollLoop()
        var order: [String] = []
        loop.execute {
            order.append("outer")
            loop.execute {
                order.append("inner")
                loop.stop()
            }
            order.append("after")
        }
        order.append("before")
        loop.run()
        #expect(order == ["before", "outer", "after", "inner"])
    }

    @Test func `a descriptor is reported until it is forgotten`() throws {
        let loop = try EpollLoop()
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        let handler = Recorder { readiness, recorder in
            recorder.seen.append(readiness)
            if recorder.seen.count == 2 {
                loop.forget(pipe.readEnd.rawValue)
                loop.schedule(at: .now + .milliseconds(2)) { loop.stop() }
            }
        }
        try loop.watch(pipe.readEnd.rawValue, for: .readable, handler)
        _ = try pipe.writeEnd.writeAll([1])
        loop.run()
        #expect(handler.seen == [.readable, .readable])
        try pipe.writeEnd.close()
    }

    @Test func `changes are told once`() throws {
        let loop = try EpollLoop()
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        let handler = Recorder { readiness, recorder in recorder.seen.append(readiness) }
        try loop.watch(pipe.readEnd.rawValue, for: [.readable, .changesOnly], handler)
        _ = try pipe.writeEnd.writeAll([1])
        loop.schedule(at: loop.now + .milliseconds(5)) { loop.stop() }
        loop.run()
        #expect(handler.seen == [.readable])
        try pipe.writeEnd.close()
    }

    /// An event that was fetched for a descriptor must not reach who has got its number meanwhile.
    @Test func `a number that is used again gets no events of its past`() throws {
        let loop = try EpollLoop()
        // Numbers that no other test takes meanwhile, as the kernel gives the smallest one that is free.
        var limit = rlimit()
        try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        let high = Int32(min(limit.rlim_cur, 20_000)) - 16
        func pipe() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
            let pipe = try FileDescriptor.pipe()
            let number = fcntl(pipe.readEnd.rawValue, F_DUPFD_CLOEXEC, high)
            try #require(number >= high)
            try pipe.readEnd.close()
            return (FileDescriptor(rawValue: number), pipe.writeEnd)
        }
        let first = try pipe()
        let second = try pipe()
        let late = Recorder { readiness, recorder in recorder.seen.append(readiness) }
        var replacement: FileDescriptor?
        for (own, other) in [(first, second), (second, first)] {
            let handler = Recorder { _, _ in
                guard replacement == nil else { return }
                loop.forget(own.readEnd.rawValue)
                // Both are ready, so the other's event is in the same batch.
                let number = other.readEnd.rawValue
                loop.forget(number)
                close(number)
                let event = eventfd(0, 0)
                replacement = FileDescriptor(rawValue: fcntl(event, F_DUPFD_CLOEXEC, number))
                close(event)
                #expect(replacement?.rawValue == number)
                try? loop.watch(number, for: .readable, late)
            }
            try loop.watch(own.readEnd.rawValue, for: .readable, handler)
            _ = try own.writeEnd.writeAll([1])
        }
        loop.schedule(at: loop.now + .milliseconds(2)) { loop.stop() }
        loop.run()
        #expect(replacement != nil)
        #expect(late.seen.isEmpty)
    }

    @Test func `more events than fit into one call are all told`() throws {
        let loop = try EpollLoop()
        let descriptors = (0..<600).map { _ in eventfd(1, 0) }
        defer { for descriptor in descriptors { close(descriptor) } }
        var told: Set<Int32> = []
        for descriptor in descriptors {
            try loop.watch(
                descriptor, for: [.readable, .changesOnly],
                Recorder { _, _ in
                    told.insert(descriptor)
                    if told.count == descriptors.count { loop.stop() }
                })
        }
        loop.run()
        #expect(told.count == 600)
    }

    @Test func `a file cannot be watched`() throws {
        let loop = try EpollLoop()
        let file = try FileDescriptor.open("/proc/self/stat", .readOnly)
        defer { try? file.close() }
        #expect(throws: Errno.notPermitted) {
            try loop.watch(file.rawValue, for: .readable, Recorder { _, _ in })
        }
    }

    @Test func `work of other threads is done on the loop, in order`() async throws {
        let thread = try LoopThread()
        let numbers = await withCheckedContinuation { continuation in
            thread.execute { loop in
                let sum = LoopBound(Sum(), on: loop)
                for number in 0..<100 {
                    thread.execute { sum.value(on: $0).numbers.append(number) }
                }
                thread.execute { continuation.resume(returning: sum.value(on: $0).numbers) }
            }
        }
        #expect(numbers == Array(0..<100))
        thread.shutDown()
        #expect(await thread.run { _ in } == nil)
        await thread.waitUntilTerminated()
    }

    @Test func `what is sent to a loop that has ended is dropped`() throws {
        var loop: EpollLoop? = try EpollLoop()
        let mailbox = try #require(loop?.mailbox)
        loop = nil
        mailbox.send { _ in Issue.record("nobody is there") }
    }
}

private final class Sum {
    var numbers: [Int] = []
}

private final class Recorder: ReadinessHandler {
    var seen: [Readiness] = []
    private let body: (Readiness, Recorder) -> Void

    init(_ body: @escaping (Readiness, Recorder) -> Void) { self.body = body }

    func descriptorIsReady(_ readiness: Readiness) { body(readiness, self) }
}
