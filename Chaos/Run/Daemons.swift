import ChaosModel
import Glibc
import KernelTestKit
import Synchronization

/// The two daemons, and what there is to know about them.
final class Daemons {
    private let recorder: Recorder
    private let scene: Scene
    private let interval: String
    private var running: [VIP: Lvscare] = [:] {
        didSet { processes.pids.withLock { $0 = running.mapValues(\.pid) } }
    }
    /// The same for other threads.
    let processes = Processes()
    private var privations: [VIP: Privation] = [:]
    /// What a daemon held when it was first looked at after its start.
    private var baselines: [VIP: Holdings] = [:]
    /// The same, and what it held when it was last looked at.
    private(set) var latest: [VIP: (young: Holdings, now: Holdings)] = [:]
    private var broken: [Violation] = []
    /// Those that were told to end and not judged yet.
    private var ends: [(vip: VIP, at: Moment, length: Duration)] = []

    /// Most descriptors that checks may add: of each real server a probe under way, one that waits for the real server to
    /// close, a watched connection and the one that takes its place.
    private static let probeDescriptors = 4 * Site.allCases.count
    /// The same for further services: of each an attempt to be its client, and the claim to one that is leaving.
    private var moreDescriptors: Int { scene.companions == nil ? 0 : 2 * Companions.count }
    /// Most private memory, in KiB, that a daemon may gain in its life: a debug build's caches fill slowly.
    private static let memoryGrowth = 4096

    /// How long a daemon may take to end after SIGTERM.
    private static let longestEnd: Duration = .milliseconds(100)

    /// How long the ends took of those that were told to end.
    private(set) var lengthsOfEnds: [Duration] = []

    /// How long the kernel took to end those that were killed, which is what no daemon can be quicker than.
    private(set) var lengthsOfDeaths: [Duration] = []

    /// Those whose files were written.
    private var hasFile: Set<VIP> = []

    /// No daemon yet; `interval` is what they will be told.
    init(_ recorder: Recorder, _ scene: Scene, interval: String) {
        self.recorder = recorder
        self.scene = scene
        self.interval = interval
    }

    func start(_ vip: VIP) throws {
        if !hasFile.contains(vip), let companions = scene.companions {
            try companions.write(vip, interval: interval)
            hasFile.insert(vip)
        }
        running[vip] = try Lvscare(scene.flags(for: vip, interval: interval))
        baselines[vip] = nil
    }

    /// Whether it says that it has done what a start is for.
    func isReady(_ vip: VIP) -> Bool {
        guard let log = running[vip]?.log else { return false }
        guard scene.companions != nil else { return log.contains("virtual service is ready") }
        return log.split(separator: "\n").contains {
            $0.contains("virtual service is ready") && $0.contains("service=main")
        }
    }

    /// Has its file ask for other services beside the one that is watched, or for the usual ones again; `isTold` by a signal.
    func changeFile(_ vip: VIP, isOther: Bool, isTold: Bool) throws {
        try scene.companions?.write(vip, interval: interval, isOther: isOther)
        if isTold { send(SIGHUP, to: vip) }
    }

    func kill(_ vip: VIP) {
        let began = recorder.now
        running[vip]?.kill()
        lengthsOfDeaths.append(recorder.now - began)
    }

    /// Tells it to end, and holds it to its promise about that.
    func terminate(_ vip: VIP) {
        guard let daemon = running[vip] else { return }
        let began = recorder.now
        let status = daemon.terminate()
        let length = recorder.now - began
        if status != 0 {
            broken.append(
                Violation(.repaired, at: recorder.now, "\(vip) daemon ended with status \(status) after SIGTERM"))
        }
        ends.append((vip, began, length))
        lengthsOfEnds.append(length)
    }

    /// Takes from a daemon what it needs of the machine.
    func deprive(_ vip: VIP, _ body: (Privation) throws -> Void) throws {
        guard let daemon = running[vip] else { return }
        let privation = Privation(of: daemon.pid)
        privations[vip] = privation
        try body(privation)
    }

    /// Gives it back.
    func endPrivation(_ vip: VIP) throws { try privations.removeValue(forKey: vip)?.end() }

    func send(_ signal: Int32, to vip: VIP) { running[vip]?.send(signal) }

    /// The last lines of the log.
    func log(of vip: VIP, lines: Int) -> [Substring] {
        (running[vip]?.log ?? "").split(separator: "\n").suffix(lines)
    }

    /// Looks at what the daemons hold, at a quiet moment, and says what was broken since the last look; `allowance` is how
    /// much longer than promised the end of a daemon may take that was told to end at a moment.
    func inspect(allowance: (Moment) -> Duration) -> [Violation] {
        for (vip, moment, length) in ends where length > Self.longestEnd + allowance(moment) {
            broken.append(
                Violation(.repaired, at: recorder.now, "\(vip) daemon ended \(length.milliseconds) ms after SIGTERM"))
        }
        ends = []
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
            latest[vip] = (baseline, holdings)
            if holdings.descriptors > baseline.descriptors + Self.probeDescriptors + moreDescriptors
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

/// The latest process of each daemon.
final class Processes: Sendable {
    let pids = Mutex<[VIP: Int32]>([:])
}
