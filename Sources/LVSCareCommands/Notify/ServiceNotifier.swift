import Epoll
import Glibc
import LVSCare
import LVSCareModel
import LVSCareSettings
import Logging

/// Keeps the service manager that started the daemon informed: whether it is ready, how it is, that it lives, that it ends.
///
/// There is none where `NOTIFY_SOCKET` is not set. What cannot be sent is sent again a second later and never ends the care.
final class ServiceNotifier {
    private let socket: NotificationSocket
    private let loop: EpollLoop
    private let logger: Logger
    private var status: NodeStatus
    /// The longest time between two passes over any service; `nil` where there is none to pass over.
    private var repairInterval: Duration?
    private var heartbeat: Heartbeat?
    /// What the manager knows.
    private var told: [String] = []
    private var retry: LoopTimer?
    private var nextBeat: LoopTimer?
    private var isReloading = false

    /// A notifier of the manager that `environment` names, about `services` on this loop.
    init?(_ environment: Environment, of services: [Specification], on loop: EpollLoop, logger: Logger) {
        guard let name = environment["NOTIFY_SOCKET"] else { return nil }
        do throws(KernelFailure) {
            socket = try NotificationSocket(name)
        } catch {
            logger.debug("service manager not notified", metadata: ["message": "\(error)"])
            return nil
        }
        self.loop = loop
        self.logger = logger
        status = NodeStatus(of: services)
        repairInterval = Self.repairInterval(of: services)
        heartbeat = Heartbeat(environment)
    }

    /// These services are declared from now on, and no others.
    func adopt(_ services: [Specification]) {
        status.adopt(services)
        repairInterval = Self.repairInterval(of: services)
        send()
    }

    private static func repairInterval(of services: [Specification]) -> Duration? {
        services.map(\.repairInterval).max()
    }

    /// Takes in what happened, and tells the manager if that makes a difference to it.
    func record(_ event: BalancerEvent) {
        if status.record(event) { send() }
    }

    /// Tells how it is so far, and gives signs of life from now on, as often as the manager wants them, while the number of
    /// `passes` grows.
    func begin(_ passes: @escaping () -> Int) {
        // Where there is no service, nothing happens that could be told of.
        send()
        beat(passes)
    }

    private func beat(_ passes: @escaping () -> Int) {
        guard let interval = heartbeat?.interval else { return }
        let beats = heartbeat?.beats(passes: passes(), repairInterval: repairInterval, at: .now)
        if beats == true { _ = send(["WATCHDOG=1"]) }
        nextBeat = loop.schedule(at: .now + interval) { [weak self] in
            self?.beat(passes)
        }
    }

    /// Tells the manager that the daemon ends because it was asked to; nothing is told after that.
    func stop() {
        for timer in [retry, nextBeat].compactMap(\.self) { loop.cancel(timer) }
        _ = send(["STOPPING=1", "STATUS=stopping, the table stays as it is"])
    }

    /// Tells the manager that settings are being read again; `finishReload` has to follow. sd_notify(3), `systemctl reload`
    func reload() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
        isReloading = send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    /// Tells the manager that settings were read.
    func finishReload() {
        guard isReloading else { return }
        isReloading = false
        // Whatever it is told, it waits for this.
        _ = send(["READY=1"] + status.message.filter { $0 != "READY=1" })
    }

    private func send() {
        let message = status.message
        guard message != told, retry == nil else { return }
        if send(message) {
            told = message
        } else {
            retry = loop.schedule(at: .now + .seconds(1)) { [weak self] in
                self?.retry = nil
                self?.send()
            }
        }
    }

    private func send(_ lines: [String]) -> Bool {
        do throws(KernelFailure) {
            try socket.send(lines)
            return true
        } catch {
            logger.debug("service manager not notified", metadata: ["message": "\(error)"])
            return false
        }
    }
}
