import Epoll
public import LVSCareModel
import SystemPackage

/// Virtual services that are looked after: begun, listened to, looked at, changed, ended.
///
///     let balancer = try await LoadBalancer.start(specification)
///     let events = balancer.events()
///     let listener = Task.detached {
///         for await event in events { tell(event) }
///     }
///
/// <doc:BalanceAService> goes on from there.
///
/// A load balancer does its work on a thread of its own, which begins and ends with it, so that a process can have several
/// and none of them holds up another. It takes no signal of the process. Load balancers have nothing in common but the
/// process's limit of open files, of which each has an equal share. All operations can be called from anywhere.
///
/// While it lasts, no other process and no other load balancer can look after the same virtual services. It lasts until
/// ``stop()`` or ``cleanUp()``, or until nobody holds it any more, which is the same as ``stop()``; those who listen to
/// it do not hold it. When it ends in that way or its process dies, the kernel goes on balancing with the table as it is.
public final class LoadBalancer: Sendable {
    private let thread: LoopThread
    /// `nil` when it has ended.
    private let core: LoopBound<LoadBalancerCore?>
    private let hub: BalancerEventHub

    private init(
        _ thread: LoopThread, _ core: LoopBound<LoadBalancerCore?>, _ hub: BalancerEventHub
    ) {
        self.thread = thread
        self.core = core
        self.hub = hub
    }

    deinit { end() }

    /// Claims the virtual services, fills the kernel's table, makes the VIPs reachable, and begins to probe.
    ///
    /// Returns after the first pass; that of a task that is cancelled meanwhile, too. Needs the capability
    /// `CAP_NET_ADMIN`.
    ///
    /// Throws when another process or load balancer has one of the virtual services
    /// (``KernelFailure/Kind/alreadyLookedAfter``), when the kernel has no IPVS, when the process may not use it or can have
    /// no more threads, and what kept all of the virtual services from being created; nothing has been changed then.
    /// Whatever else the kernel refuses is an event, and is tried again.
    public static func start(_ specification: NodeSpecification) async throws(KernelFailure) -> LoadBalancer {
        try await start { () throws(KernelFailure) in try NodeServices(specification) }
    }

    /// The same for one virtual service.
    public static func start(_ specification: Specification) async throws(KernelFailure) -> LoadBalancer {
        try await start(NodeSpecification([specification]))
    }

    /// Looks after virtual services as long as `body` runs, and leaves the kernel's table as it is behind it, or without
    /// anything of it where `cleansUp` is set.
    ///
    /// Throws what ``start(_:)-(NodeSpecification)`` throws, and what `body` throws.
    public static func with<Answer>(
        _ specification: NodeSpecification, cleansUp: Bool = false,
        _ body: (LoadBalancer) async throws -> Answer
    ) async throws -> Answer {
        let balancer = try await start(specification)
        let answer: Answer
        do { answer = try await body(balancer) } catch {
            await balancer.end(cleansUp: cleansUp)
            throw error
        }
        await balancer.end(cleansUp: cleansUp)
        return answer
    }

    private func end(cleansUp: Bool) async {
        // Somebody else may have ended it before.
        if cleansUp { _ = try? await cleanUp() }
        await stop()
    }

    /// A load balancer for what `makeServices` makes on the thread that it gets.
    static func start(
        of makeServices: @escaping @Sendable () throws(KernelFailure) -> NodeServices
    ) async throws(KernelFailure) -> LoadBalancer {
        let thread = try LoopThread.started()
        let hub = BalancerEventHub()
        let begun = await thread.run { loop in
            Result { () throws(KernelFailure) in
                let core = LoadBalancerCore(of: try makeServices(), on: loop) { hub.publish($0) }
                try core.start()
                return LoopBound<LoadBalancerCore?>(core, on: loop)
            }
        }
        switch begun {
        case .success(let core)?:
            return LoadBalancer(thread, core, hub)
        case .failure(let failure)?:
            thread.shutDown()
            await thread.waitUntilTerminated()
            throw failure
        case nil:
            preconditionFailure("nobody else could have ended the thread")
        }
    }

    /// Returns the events from now on, for one more listener.
    ///
    /// The first listener hears from the beginning, so it misses nothing of the start. When
    /// the load balancer has ended, a listener gets to its end.
    public func events() -> BalancerEvents { hub.events() }

    /// Returns the kernel's present table and the health of the real servers.
    ///
    /// To miss nothing, ask for ``events()`` first and for a snapshot then.
    ///
    /// Throws ``BalancerError/ended``, and ``BalancerError/refused(_:)`` with what keeps the kernel from being asked.
    public func snapshot() async throws(BalancerError) -> BalancerSnapshot {
        try await withCore { core throws(BalancerError) in
            do throws(KernelFailure) { return try core.snapshot() } catch { throw .refused(error) }
        }
    }

    /// Asks for something else, from now on: these virtual services and no others.
    ///
    /// Services and real servers that stay keep their verdicts, their turns and their connections; those that are new are added
    /// and probed at once; those that are not named any more get no new connections, are drained and go
    /// (``BalancerEvent/Kind/removed``). Another kind of probe is made at once; the verdicts stay until it has decided. No
    /// client notices any of it. Where nothing differs, nothing is done.
    ///
    /// Returns after the first pass over each service that differs, with what that did and what the kernel refused, which
    /// is tried again. Throws, and changes nothing, when the load balancer has ended, when another one has a new service, when
    /// what is asked for cannot be had or cannot change (``BalancerError/FixedPart``), and when the kernel's interfaces
    /// for another path cannot be opened. Cancelling the task has no effect.
    @discardableResult
    public func update(
        _ specification: NodeSpecification
    ) async throws(BalancerError) -> [VirtualService: PassReport] {
        try await update { core, completion throws(BalancerError) in
            try core.update(specification, completion: completion)
        }
    }

    /// Asks for something else of one virtual service, which may be a new one, and leaves all others as they are.
    ///
    /// Returns after the first pass over it, and throws, like the update of all.
    @discardableResult
    public func update(_ specification: Specification) async throws(BalancerError) -> PassReport {
        let reports = try await update { core, completion throws(BalancerError) in
            try core.update(specification, completion: completion)
        }
        return reports[specification.service] ?? PassReport()
    }

    private func update(
        _ body:
            @escaping @Sendable (LoadBalancerCore, @escaping LoadBalancerCore.UpdateCompletion) throws(BalancerError)
            -> Void
    ) async throws(BalancerError) -> [VirtualService: PassReport] {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<[VirtualService: PassReport], BalancerError>, Never>) in
            let isAsked = thread.execute { [core] loop in
                guard let core = core.value(on: loop) else {
                    return continuation.resume(returning: .failure(.ended))
                }
                do throws(BalancerError) {
                    try body(core) { continuation.resume(returning: $0) }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !isAsked { continuation.resume(returning: .failure(.ended)) }
        }
        return try result.get()
    }

    /// Ends it and leaves the kernel's table and the paths to the VIPs as they are, so that clients notice nothing.
    ///
    /// Returns when the thread has ended, nothing is open any more, and others can look after the virtual services. Does
    /// nothing when the load balancer has ended already.
    public func stop() async {
        end()
        await thread.waitUntilTerminated()
    }

    /// Ends it and removes the virtual services and the paths to their VIPs, whatever mode and flags made them.
    ///
    /// Returns what was removed, and what the kernel refused. Throws ``BalancerError/ended`` when the load balancer has ended
    /// already; `NodeServices.cleanUp` does it then.
    @discardableResult
    public func cleanUp() async throws(BalancerError) -> [VirtualService: PassReport] {
        let reports = try await withCore { $0.cleanUp() }
        await stop()
        return reports
    }

    private func end() {
        thread.execute { [core, hub] loop in
            core.value(on: loop)?.stop()
            core.replace(with: nil, on: loop)
            hub.end()
        }
        thread.shutDown()
    }

    private func withCore<Answer: Sendable>(
        _ body: @escaping @Sendable (LoadBalancerCore) throws(BalancerError) -> Answer
    ) async throws(BalancerError) -> Answer {
        let result = await thread.run { [core] loop in
            Result { () throws(BalancerError) in
                guard let core = core.value(on: loop) else { throw .ended }
                return try body(core)
            }
        }
        guard let result else { throw .ended }
        return try result.get()
    }
}

extension LoopThread {
    /// A thread that has begun.
    static func started() throws(KernelFailure) -> LoopThread {
        do throws(Errno) {
            return try LoopThread()
        } catch {
            throw KernelFailure(operation: "start", object: "a thread", code: error.rawValue)
        }
    }
}
