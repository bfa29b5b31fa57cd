import ChaosModel
import Glibc
import KernelTestKit
import Synchronization

/// Looks at the kernel all the time, through netlink, which is quicker than any program.
final class Observer: Sendable {
    /// Between two looks.
    static let rest: Duration = .milliseconds(20)

    private let recorder: Recorder
    private let scene: Scene
    private let processes: Processes
    private let isStopped = Atomic<Bool>(false)
    private let failure = Mutex<String?>(nil)

    init(_ recorder: Recorder, _ scene: Scene, _ processes: Processes) {
        (self.recorder, self.scene, self.processes) = (recorder, scene, processes)
    }

    /// What kept it from looking.
    var problem: String? { failure.withLock(\.self) }

    func start() {
        startThread { [self] in
            do {
                var sight = try Sight(scene)
                var busyness = Busyness()
                while !isStopped.load(ordering: .relaxed) {
                    var observation = try sight.look(recorder)
                    observation.busy = busyness.look(at: processes.pids.withLock(\.self))
                    recorder.record(.observed(observation))
                    usleep(UInt32(Self.rest / .microseconds(1)))
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }
}

/// How long processes were at work, or waited for a processor, between two looks at them.
private struct Busyness {
    private var latest: [VIP: (pid: Int32, time: Duration)] = [:]

    mutating func look(at processes: [VIP: Int32]) -> [VIP: Duration] {
        var busy: [VIP: Duration] = [:]
        for (vip, pid) in processes {
            guard let time = Self.time(of: pid) else { continue }
            // One that is new began after the last look.
            let before = latest[vip].flatMap { $0.pid == pid ? $0.time : nil } ?? .zero
            busy[vip] = time - before
            latest[vip] = (pid, time)
        }
        return busy
    }

    /// `/proc/PID/schedstat`: nanoseconds on a processor, and nanoseconds of waiting for one.
    private static func time(of pid: Int32) -> Duration? {
        guard let line = try? firstLine(of: "/proc/\(pid)/schedstat") else { return nil }
        let fields = line.split(separator: " ").compactMap { Int64($0) }
        return fields.count >= 2 ? .nanoseconds(fields[0] + fields[1]) : nil
    }
}
