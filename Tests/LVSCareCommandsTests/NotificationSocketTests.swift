import Glibc
import KernelTestKit
import LVSCareModel
import Testing

@testable import LVSCareCommands

@Suite struct NotificationSocketTests {
    /// A name of the length that the kernel just takes.
    static let longest = "@lvscare-test-\(getpid())-" + String(repeating: "x", count: 107 - 15 - "\(getpid())".count)

    @Test(arguments: ["/tmp/lvscare-test-notify-\(getpid())", "@lvscare-test-notify-\(getpid())", longest])
    func `a message is one datagram`(name: String) throws {
        let listener = try NotifyListener(name)
        let socket = try NotificationSocket(name)
        try socket.send(["READY=1", "STATUS=2 of 3 real servers in service"])
        try socket.send(["WATCHDOG=1"])
        #expect(listener.next() == ["READY=1", "STATUS=2 of 3 real servers in service"])
        #expect(listener.next() == ["WATCHDOG=1"])
        #expect(listener.next() == nil)
    }

    @Test(arguments: ["", "/", "@", "notify", "vsock:2:1234", "/" + String(repeating: "x", count: 107)])
    func `a text that is no name is refused`(name: String) {
        #expect(throws: KernelFailure.self) { try NotificationSocket(name) }
    }

    @Test func `a socket without a listener is an error`() throws {
        let socket = try NotificationSocket("/tmp/lvscare-test-notify-absent")
        let failure = #expect(throws: KernelFailure.self) { try socket.send(["READY=1"]) }
        #expect(failure?.code == ENOENT)
    }

    @Test func `a manager that does not read holds nothing up`() throws {
        let listener = try NotifyListener("@lvscare-test-full-\(getpid())")
        let socket = try NotificationSocket(listener.name)
        let failure = #expect(throws: KernelFailure.self) {
            for _ in 0..<100_000 { try socket.send(["WATCHDOG=1"]) }
        }
        #expect(failure?.code == EAGAIN)
        #expect(listener.next() == ["WATCHDOG=1"])
        try socket.send(["READY=1"])
    }
}
