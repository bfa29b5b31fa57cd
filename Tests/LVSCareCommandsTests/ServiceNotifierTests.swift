import Epoll
import Glibc
import KernelTestKit
import LVSCare
import LVSCareModel
import LVSCareSettings
import Logging
import Testing

@testable import LVSCareCommands

/// On a loop and with a socket of its own; what the daemon says is in the kernel tests.
@Suite struct ServiceNotifierTests {
    private static let service = VirtualService(ServiceStatusTests.servers[0].endpoint)
    private static let specification = Specification(
        service: service, realServers: ServiceStatusTests.servers, repairInterval: .milliseconds(10))

    private func event(_ kind: BalancerEvent.Kind) -> BalancerEvent { BalancerEvent(kind, of: Self.service) }

    private func withNotifier(
        _ environment: [String: String], of services: [Specification] = [specification],
        _ body: (ServiceNotifier?, EpollLoop) -> Void
    ) throws {
        let loop = try EpollLoop()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let notifier = ServiceNotifier(Environment(environment), of: services, on: loop, logger: logger)
        body(notifier, loop)
        loop.run()
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "nonsense"]])
    func `there is no notifier without a socket`(environment: [String: String]) throws {
        try withNotifier(environment) { notifier, loop in
            #expect(notifier == nil)
            loop.stop()
        }
    }

    @Test func `only changes are sent`() throws {
        let listener = try NotifyListener("@lvscare-test-notifier-\(getpid())")
        try withNotifier(["NOTIFY_SOCKET": listener.name]) { notifier, loop in
            notifier?.record(event(.recovered))
            notifier?.record(event(.ready(ServiceStatusTests.full)))
            notifier?.record(event(.ready(ServiceStatusTests.full)))
            notifier?.record(event(.failed(ServiceStatusTests.refused)))
            notifier?.stop()
            loop.stop()
        }
        #expect(listener.next() == ["READY=1", "STATUS=3 of 3 real servers in service"])
        #expect(listener.next()?.last?.hasSuffix("Network is unreachable (errno 101)") == true)
        #expect(listener.next()?.first == "STOPPING=1")
        #expect(listener.next() == nil)
    }

    @Test func `a message that could not be sent is tried again`() throws {
        let name = "@lvscare-test-later-\(getpid())"
        var listener: NotifyListener?
        try withNotifier(["NOTIFY_SOCKET": name]) { notifier, loop in
            notifier?.record(event(.ready(ServiceStatusTests.full)))
            listener = try? NotifyListener(name)
            #expect(listener?.next() == nil)
            loop.schedule(at: .now + .milliseconds(1_500)) {
                notifier?.stop()
                loop.stop()
            }
        }
        #expect(listener?.next() == ["READY=1", "STATUS=3 of 3 real servers in service"])
    }

    @Test func `signs of life are sent until the passes end`() throws {
        let listener = try NotifyListener("@lvscare-test-beat-\(getpid())")
        let environment = ["NOTIFY_SOCKET": listener.name, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "\(getpid())"]
        try withNotifier(environment) { notifier, loop in
            var asked = 0
            notifier?.begin {
                asked += 1
                // Enough time for the dead to be told from the late.
                if asked == 20 {
                    notifier?.stop()
                    loop.stop()
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

    @Test func `tells at once that a daemon without a service is ready, and that it lives`() throws {
        let listener = try NotifyListener("@lvscare-test-idle-\(getpid())")
        let environment = ["NOTIFY_SOCKET": listener.name, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "\(getpid())"]
        try withNotifier(environment, of: []) { notifier, loop in
            var asked = 0
            notifier?.begin {
                asked += 1
                // Enough time for the dead to be told from the late, and no more than a socket holds.
                if asked == 8 {
                    notifier?.stop()
                    loop.stop()
                }
                return 0
            }
        }
        #expect(listener.next() == ["READY=1", "STATUS=no virtual services"])
        var beats = 0
        while let message = listener.next(), message == ["WATCHDOG=1"] { beats += 1 }
        #expect(beats == 7)
    }
}
