import Director
import Glibc
import KernelTestKit
import LVSCare
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import LVSCareCommands

/// On an event loop and with a socket of its own; what the daemon says is in the kernel tests.
@Suite struct ServiceNotifierTests {
    private func withNotifier(
        _ environment: [String: String], _ body: @escaping (ServiceNotifier?, any EventLoop) -> Void
    ) {
        let specification = Specification(
            service: VirtualService(ServiceStatusTests.servers[0].endpoint), realServers: ServiceStatusTests.servers,
            repairInterval: .milliseconds(10))
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { eventLoop in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            body(ServiceNotifier(Environment(environment), of: specification, on: eventLoop, logger: logger), eventLoop)
        }
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "nonsense"]])
    func thereIsNoneWithoutASocket(environment: [String: String]) {
        withNotifier(environment) { notifier, eventLoop in
            #expect(notifier == nil)
            eventLoop.shutdownGracefully { _ in }
        }
    }

    @Test func tellsWhatIsNew() throws {
        let listener = try NotifyListener("@lvscare-test-notifier-\(getpid())")
        withNotifier(["NOTIFY_SOCKET": listener.name]) { notifier, eventLoop in
            notifier?.take(.recovered)
            notifier?.take(.ready(ServiceStatusTests.full))
            notifier?.take(.ready(ServiceStatusTests.full))
            notifier?.take(.failed(ServiceStatusTests.refused))
            notifier?.stop()
            eventLoop.shutdownGracefully { _ in }
        }
        #expect(listener.next() == ["READY=1", "STATUS=3 of 3 real servers in service"])
        #expect(listener.next()?.last?.hasSuffix("Network is unreachable (errno 101)") == true)
        #expect(listener.next()?.first == "STOPPING=1")
        #expect(listener.next() == nil)
    }

    @Test func triesAgainWhatCouldNotBeSent() throws {
        let name = "@lvscare-test-later-\(getpid())"
        var listener: NotifyListener?
        withNotifier(["NOTIFY_SOCKET": name]) { notifier, eventLoop in
            notifier?.take(.ready(ServiceStatusTests.full))
            listener = try? NotifyListener(name)
            #expect(listener?.next() == nil)
            eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1_500)) {
                notifier?.stop()
                eventLoop.shutdownGracefully { _ in }
            }
        }
        #expect(listener?.next() == ["READY=1", "STATUS=3 of 3 real servers in service"])
    }

    @Test func givesSignsOfLifeUntilThePassesEnd() throws {
        let listener = try NotifyListener("@lvscare-test-beat-\(getpid())")
        let environment = ["NOTIFY_SOCKET": listener.name, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "\(getpid())"]
        withNotifier(environment) { notifier, eventLoop in
            var asked = 0
            notifier?.beat {
                asked += 1
                // Enough time for the dead to be told from the late.
                if asked == 20 {
                    notifier?.stop()
                    eventLoop.shutdownGracefully { _ in }
                }
                return min(asked, 10)
            }
        }
        var beats = 0
        while let message = listener.next() {
            if message == ["WATCHDOG=1"] { beats += 1 }
        }
        #expect((10...14).contains(beats))
    }
}
