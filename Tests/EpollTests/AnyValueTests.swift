import SystemPackage
import Testing

@testable import Epoll

/// No value that a caller hands over traps.
@Suite struct AnyValueTests {
    private final class Deaf: ReadinessHandler {
        func descriptorIsReady(_ readiness: Readiness) {}
    }

    @Test(arguments: [Int32.min, -1, .max])
    func `a number that is no open descriptor cannot be watched`(number: Int32) throws {
        let loop = try EpollLoop()
        #expect(throws: Errno.badFileDescriptor) { try loop.watch(number, for: .readable, Deaf()) }
        loop.forget(number)
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(Int64.max) * 8, .zero - .seconds(Int64.max) * 8])
    func `a timer is due whenever its instant says`(distance: Duration) throws {
        let loop = try EpollLoop()
        var fired = false
        loop.schedule(at: loop.now.advanced(by: distance)) { fired = true }
        let attended = loop.schedule(afterAttending: distance, since: loop.now) {}
        loop.schedule(at: loop.now + .milliseconds(1)) { loop.stop() }
        loop.run()
        attended.cancel()
        #expect(fired == (distance < .zero))
    }
}
