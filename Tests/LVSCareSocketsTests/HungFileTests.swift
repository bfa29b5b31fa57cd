import Addressing
import Epoll
import Foundation
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareSockets

/// Files on a file system that does not answer any more (NFS, FUSE).
@Suite struct HungFileTests {
    /// A reader that comes back only when it is let go.
    private final class Hang: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        let readers = Mutex(0)

        func wait() {
            readers.withLock { $0 += 1 }
            semaphore.wait()
        }

        func letGo() { for _ in 0..<10 { semaphore.signal() } }
    }

    private static let file = SmallFile(path: "/hung/token", use: .token)

    /// What `body` leaves behind when its loop has ended.
    private func onLoop(_ body: @escaping @Sendable (EpollLoop) throws -> Void) async throws {
        let thread = try LoopThread()
        let failure = await thread.run { loop in Result { try body(loop) } }
        try failure?.get()
        thread.shutDown()
        await thread.waitUntilTerminated()
    }

    @Test func `a hung file without a former value is reported, and has one thread`() async throws {
        let hang = Hang()
        defer { hang.letGo() }
        let found: (problem: String, ticks: Int) = try await withCheckedThrowingContinuation { continuation in
            do {
                let thread = try LoopThread()
                thread.execute { loop in
                    let backed = FileBacked<String>([Self.file], every: .zero) { _ in
                        hang.wait()
                        return .unchanged
                    }
                    var ticks = 0
                    func tick() {
                        ticks += 1
                        backed.prepare(on: loop) {}
                        loop.schedule(at: loop.now + .milliseconds(50)) { tick() }
                    }
                    tick()
                    backed.prepare(on: loop) {
                        var problem = ""
                        do { _ = try backed.current() } catch { problem = "\(error)" }
                        continuation.resume(returning: (problem, ticks))
                        thread.shutDown()
                    }
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        #expect(found.problem == "cannot use the file /hung/token: reading it does not come to an end")
        #expect(found.ticks > 5)
        #expect(hang.readers.withLock { $0 } == 1)
    }

    @Test func `a hung file leaves the former value in use, and is reported once`() async throws {
        let hang = Hang()
        defer { hang.letGo() }
        let told = Mutex<[String]>([])
        let values: [String] = try await withCheckedThrowingContinuation { continuation in
            do {
                let thread = try LoopThread()
                thread.execute { loop in
                    let backed = FileBacked<String>([Self.file], every: .zero) { known in
                        if known.stamps.isEmpty { return .read([nil], .success("good")) }
                        hang.wait()
                        return .unchanged
                    }
                    backed.hasAged = { error in told.withLock { $0.append("\(error)") } }
                    var values: [String] = []
                    func ask() {
                        backed.prepare(on: loop) {
                            if let value = try? backed.current() { values.append(value) }
                            // Long enough to hear of it twice.
                            if end == nil, told.withLock({ !$0.isEmpty }) { end = loop.now + .milliseconds(500) }
                            guard loop.now < end ?? deadline else {
                                continuation.resume(returning: values)
                                return thread.shutDown()
                            }
                            loop.schedule(at: loop.now + .milliseconds(20)) { ask() }
                        }
                    }
                    // The timeout is attended time, which passes slowly on a busy machine.
                    let deadline = loop.now + .seconds(60)
                    var end: ContinuousClock.Instant?
                    ask()
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        #expect(values.count > 10 && values.allSatisfy { $0 == "good" })
        #expect(told.withLock { $0 } == ["cannot use the file /hung/token: reading it does not come to an end"])
    }

    @Test func `a value without files needs no thread`() async throws {
        try await onLoop { loop in
            let loopThread = pthread_self()
            let backed = FileBacked<Int>([], every: .zero) { _ in
                #expect(pthread_equal(pthread_self(), loopThread) != 0)
                return .read([], .success(1))
            }
            var isCalled = false
            backed.prepare(on: loop) { isCalled = true }
            #expect(isCalled)
            let value = try backed.current()
            #expect(value == 1)
        }
    }
}
