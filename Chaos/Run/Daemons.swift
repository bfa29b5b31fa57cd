import ChaosModel
import Glibc
import KernelTestKit

/// The two daemons, and what there is to know about them.
final class Daemons {
    private let recorder: Recorder
    private let interval: String
    private var running: [VIP: Lvscare] = [:]
    /// What a daemon held when it was first looked at after its start.
    private var baselines: [VIP: Holdings] = [:]
    private var broken: [Violation] = []

    /// Most descriptors that probes under way may add.
    private static let probeDescriptors = 2 * Site.allCases.count
    /// Most private memory, in KiB, that a daemon may gain in its life: a debug build's caches fill slowly.
    private static let memoryGrowth = 4096

    /// No daemon yet; `interval` is what they will be told.
    init(_ recorder: Recorder, interval: String) {
        self.recorder = recorder
        self.interval = interval
    }

    func start(_ vip: VIP) throws {
        running[vip] = try Lvscare(Scene.flags(for: vip, interval: interval))
        baselines[vip] = nil
    }

    /// Whether it says that it has done what a start is for.
    func isReady(_ vip: VIP) -> Bool { running[vip]?.log.contains("virtual service is ready") == true }

    func kill(_ vip: VIP) { running[vip]?.kill() }

    /// Tells it to end, and holds it to its promise about that.
    func terminate(_ vip: VIP) {
        guard let daemon = running[vip] else { return }
        let began = recorder.now
        let status = daemon.terminate()
        let length = recorder.now - began
        if status != 0 || length > .seconds(1) {
            broken.append(
                Violation(
                    .repaired, at: recorder.now,
                    "\(vip) daemon ended with status \(status), \(length.milliseconds) ms after SIGTERM"))
        }
    }

    func send(_ signal: Int32, to vip: VIP) { running[vip]?.send(signal) }

    /// The last lines of the log.
    func log(of vip: VIP, lines: Int) -> [Substring] {
        (running[vip]?.log ?? "").split(separator: "\n").suffix(lines)
    }

    /// Looks at what the daemons hold, at a quiet moment, and says what was broken since the last look.
    func inspect() -> [Violation] {
        for vip in VIP.allCases {
            guard let daemon = running[vip] else { continue }
            guard daemon.isRunning, let holdings = Holdings(of: daemon.pid) else {
                broken.append(Violation(.repaired, at: recorder.now, "\(vip) daemon is gone"))
                continue
            }
            guard let baseline = baselines[vip] else {
                baselines[vip] = holdings
                continue
            }
            if holdings.descriptors > baseline.descriptors + Self.probeDescriptors
                || holdings.memory > baseline.memory + Self.memoryGrowth
            {
                broken.append(
                    Violation(
                        .nothingLeaked, at: recorder.now,
                        "\(vip) daemon holds \(holdings) instead of \(baseline) when it was young"))
                baselines[vip] = holdings
            }
        }
        defer { broken = [] }
        return broken
    }
}
