import Epoll
import SystemPackage
import Testing

/// The code that `Epoll.docc` quotes.
@Suite struct EpollExampleTests {
    @Test func `a loop handles a descriptor that work of another thread made ready`() throws {
        let ends = try FileDescriptor.pipe()
        defer { try? ends.readEnd.close() }
        let (input, output) = (ends.readEnd.rawValue, ends.writeEnd)
        var isReadable = false

        let loop = try EpollLoop()
        let deadline = loop.schedule(at: loop.now + .seconds(30)) { loop.stop() }
        let handler = ReadinessCallback {
            isReadable = true
            loop.cancel(deadline)
            loop.stop()
        }
        try loop.watch(input, for: .readable, handler)
        let mailbox = loop.mailbox
        try DetachedThread.start {
            // On a thread that may block; what it found out goes to the loop.
            mailbox.send { _ in try? output.close() }
        }
        loop.run()
        loop.forget(input)

        #expect(isReadable)
    }
}
