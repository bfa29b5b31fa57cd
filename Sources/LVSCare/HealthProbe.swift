public import Addressing
public import Director
public import NIOCore
import Probing

/// Probes outside of any care: what one health check of each real server finds now.
///
///     let outcomes = try await HealthProbe.once(endpoints, HealthCheck(), on: eventLoop).get()
///
/// Nothing is decided or remembered, the kernel's table is neither read nor changed, and no privilege is needed.
/// `lvscare check`
public enum HealthProbe {
    /// Probes every endpoint once, all at the same time, and returns what was found, in the order of `endpoints`.
    ///
    /// Of `healthCheck`, only the probe and its time-out count: the future is fulfilled at most that long after the
    /// probes began, and never fails. May be called on any thread; `eventLoop` must be one of NIOPosix.
    public static func once(
        _ endpoints: [Endpoint], _ healthCheck: HealthCheck, on eventLoop: any EventLoop
    ) -> EventLoopFuture<[ProbeOutcome]> {
        eventLoop.flatSubmit { round(of: endpoints, healthCheck, on: eventLoop) }
    }

    /// The same for those who have no event loop: one thread is started, and has ended on return.
    ///
    ///     let outcomes = try await HealthProbe.once(endpoints, healthCheck)
    ///
    /// Throws when the process can have no more threads.
    public static func once(
        _ endpoints: [Endpoint], _ healthCheck: HealthCheck
    ) async throws(KernelFailure) -> [ProbeOutcome] {
        let thread = try await LoopThread.start()
        let outcomes = await withCheckedContinuation { continuation in
            thread.execute { eventLoop in
                once(endpoints, healthCheck, on: eventLoop).assumeIsolated().whenSuccess {
                    continuation.resume(returning: $0)
                }
            }
        }
        thread.end()
        await thread.hasEnded()
        return outcomes
    }

    private static func round(
        of endpoints: [Endpoint], _ healthCheck: HealthCheck, on eventLoop: any EventLoop
    ) -> EventLoopFuture<[ProbeOutcome]> {
        let prober: Prober
        do {
            prober = try Prober(configuration: healthCheck.probe, on: eventLoop)
        } catch {
            // Nobody was asked, so nobody can be called healthy.
            let failure = ProbeFailure(reason: .local, phase: .connect, elapsed: .zero, detail: "\(error)")
            return eventLoop.makeSucceededFuture(endpoints.map { _ in .unhealthy(failure) })
        }
        let outcomes = endpoints.map { endpoint in
            let promise = eventLoop.makePromise(of: ProbeOutcome.self)
            prober.probe(endpoint, timeout: healthCheck.timeout) { promise.succeed($0) }
            return promise.futureResult
        }
        return EventLoopFuture.whenAllSucceed(outcomes, on: eventLoop).assumeIsolated()
            .map { outcomes in withExtendedLifetime(prober) { outcomes } }.nonisolated()
    }
}
