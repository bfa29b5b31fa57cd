public import Addressing
public import Epoll
public import LVSCareModel
import Probing

/// Probes outside of any care: what one health check of each real server finds now.
///
/// Nothing is decided or remembered, the kernel's table is neither read nor changed, and no privilege is needed.
/// `lvscare check`
public enum HealthProbe {
    /// Reads all files that the probe of `healthCheck` names, and throws the first that cannot be used.
    ///
    /// To be asked before the care begins by programs that want to refuse a mistyped path; the care itself takes it for a
    /// file that is still to come. Waits for the file system as long as that takes.
    public static func checkFiles(of healthCheck: HealthCheck) throws(UnusableFile) {
        try healthCheck.probe.checkFiles()
    }

    /// Probes every endpoint once, all at the same time, and hands over what was found, in the order of `endpoints`.
    ///
    /// Of `healthCheck`, only the probe and its timeout count: `completion` is called on the loop, once, and at most
    /// that long after the probes began.
    public static func once(
        _ endpoints: [Endpoint], _ healthCheck: HealthCheck, on loop: EpollLoop,
        completion: @escaping ([ProbeOutcome]) -> Void
    ) {
        let prober: Prober
        do {
            prober = try Prober(configuration: healthCheck.probe, on: loop)
        } catch {
            // Nobody was asked, so nothing is known of anybody.
            let failure = ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: "\(error)")
            return loop.execute { completion(endpoints.map { _ in .inconclusive(failure) }) }
        }
        guard !endpoints.isEmpty else { return loop.execute { completion([]) } }
        // Setting up TLS takes its time, which is none of the probes'.
        loop.refreshNow()
        var outcomes: [ProbeOutcome?] = endpoints.map { _ in nil }
        var missing = endpoints.count
        for (index, endpoint) in endpoints.enumerated() {
            prober.probe(endpoint, timeout: healthCheck.timeout) { outcome in
                outcomes[index] = outcome
                missing -= 1
                if missing == 0 { completion(outcomes.compactMap(\.self)) }
            }
        }
    }

    /// The same for those who have no loop: one thread is started, and has ended on return.
    ///
    ///     let outcomes = try await HealthProbe.once(endpoints, healthCheck)
    ///
    /// Throws when the process can have no more threads.
    public static func once(
        _ endpoints: [Endpoint], _ healthCheck: HealthCheck
    ) async throws(KernelFailure) -> [ProbeOutcome] {
        let thread = try LoopThread.started()
        let outcomes = await withCheckedContinuation { continuation in
            thread.execute { loop in
                once(endpoints, healthCheck, on: loop) { continuation.resume(returning: $0) }
            }
        }
        thread.shutDown()
        await thread.waitUntilTerminated()
        return outcomes
    }
}

extension HealthProbe {
    /// Most probes at a time of those that are made for a whole node.
    private static let batchSize = 200

    /// Makes one probe for each check of each real server of `specification`, equal ones once, and hands over what was found, on the
    /// loop, once.
    public static func once(
        _ specification: NodeSpecification, on loop: EpollLoop,
        completion: @escaping ([ProbeTarget: ProbeOutcome]) -> Void
    ) {
        var endpoints: [HealthCheck: [Endpoint]] = [:]
        var seen: Set<ProbeTarget> = []
        for service in specification.services {
            for member in service.members {
                for check in (member.health ?? service.health).checks.map(\.check)
                where seen.insert(ProbeTarget(member.probed, check)).inserted {
                    endpoints[check, default: []].append(member.probed)
                }
            }
        }
        let batches = endpoints.flatMap { check, endpoints in
            stride(from: 0, to: endpoints.count, by: batchSize).map { start in
                (check: check, endpoints: Array(endpoints[start..<min(start + batchSize, endpoints.count)]))
            }
        }
        BatchedProbes(batches, on: loop, completion).next()
    }
}

/// Probes of several checks, one batch after the other.
private final class BatchedProbes {
    typealias Batch = (check: HealthCheck, endpoints: [Endpoint])

    private var batches: ArraySlice<Batch>
    private let loop: EpollLoop
    private let completion: ([ProbeTarget: ProbeOutcome]) -> Void
    private var found: [ProbeTarget: ProbeOutcome] = [:]

    init(_ batches: [Batch], on loop: EpollLoop, _ completion: @escaping ([ProbeTarget: ProbeOutcome]) -> Void) {
        self.batches = batches[...]
        self.loop = loop
        self.completion = completion
    }

    /// Makes the next batch; once all are made, hands over what was found.
    func next() {
        guard let batch = batches.popFirst() else { return loop.execute { self.completion(self.found) } }
        HealthProbe.once(batch.endpoints, batch.check, on: loop) { outcomes in
            for (endpoint, outcome) in zip(batch.endpoints, outcomes) {
                self.found[ProbeTarget(endpoint, batch.check)] = outcome
            }
            self.next()
        }
    }
}
