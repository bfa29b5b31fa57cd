import Epoll
public import LVSCareModel
import SystemPackage

/// The care of one virtual service: begun, listened to, looked at, changed, ended.
///
///     let session = try await CareSession.start(specification)
///     let events = session.events()
///     let listener = Task.detached {
///         for await event in events { tell(event) }
///     }
///
/// <doc:BalanceAService> goes on from there.
///
/// A session does its work on a thread of its own, which begins and ends with it, so that a process can have several
/// and none of them holds up another. It takes no signal of the process. Sessions have nothing in common but the
/// process's limit of open files, of which each has an equal share. All operations can be called from anywhere.
///
/// While it lasts, no other process and no other session can look after the same virtual service. It lasts until
/// ``stop()`` or ``cleanUp()``, or until nobody holds it any more, which is the same as ``stop()``; those who listen to
/// it do not hold it. When it ends in that way or its process dies, the kernel goes on balancing with the table as it is.
public final class CareSession: Sendable {
    /// What is looked after.
    public let service: VirtualService

    private let thread: LoopThread
    /// `nil` when it has ended.
    private let caretaker: LoopBound<Caretaker?>
    private let hub: CareEventHub

    private init(
        _ service: VirtualService, _ thread: LoopThread, _ caretaker: LoopBound<Caretaker?>, _ hub: CareEventHub
    ) {
        self.service = service
        self.thread = thread
        self.caretaker = caretaker
        self.hub = hub
    }

    deinit { end() }

    /// Claims the virtual service, fills the kernel's table, makes the VIP reachable, and begins to probe.
    ///
    /// Returns after the first pass; that of a task that is cancelled meanwhile, too. Needs the capability
    /// `CAP_NET_ADMIN`.
    ///
    /// Throws when another process or session has the virtual service (``KernelFailure/Kind/alreadyLookedAfter``), when
    /// the kernel has no IPVS, when the process may not use it or can have no more threads, and what kept the virtual
    /// service from being created; nothing has been changed then. Whatever else the kernel refuses is an event, and is tried again.
    public static func start(_ specification: Specification) async throws(KernelFailure) -> CareSession {
        try await start(specification.service) { () throws(KernelFailure) in try NodeService(specification) }
    }

    /// A session that looks after what `makeService` makes on the thread of the session.
    static func start(
        _ service: VirtualService, of makeService: @escaping @Sendable () throws(KernelFailure) -> NodeService
    ) async throws(KernelFailure) -> CareSession {
        let thread = try LoopThread.started()
        let hub = CareEventHub()
        let begun = await thread.run { loop in
            Result { () throws(KernelFailure) in
                let caretaker = Caretaker(of: try makeService(), on: loop) { hub.tell($0) }
                try caretaker.start()
                return LoopBound<Caretaker?>(caretaker, on: loop)
            }
        }
        switch begun {
        case .success(let caretaker)?:
            return CareSession(service, thread, caretaker, hub)
        case .failure(let failure)?:
            thread.end()
            await thread.hasEnded()
            throw failure
        case nil:
            preconditionFailure("nobody else could have ended the thread")
        }
    }

    /// What happens from now on, for one more listener.
    ///
    /// The first listener of a session hears from the beginning of the session, so it misses nothing of the start. When
    /// the session has ended, a listener gets to its end.
    public func events() -> CareEvents { hub.events() }

    /// What the kernel has now, and what is known about the health of the real servers.
    ///
    /// To miss nothing, ask for ``events()`` first and for a snapshot then.
    ///
    /// Throws ``CareError/ended``, and ``CareError/refused(_:)`` with what keeps the kernel from being asked.
    public func snapshot() async throws(CareError) -> CareSnapshot {
        try await withCaretaker { caretaker throws(CareError) in
            do throws(KernelFailure) { return try caretaker.snapshot() } catch { throw .refused(error) }
        }
    }

    /// Asks for something else of the same virtual service, from now on.
    ///
    /// Real servers that stay keep their verdict, their turn and their connections; those that are new are added and
    /// probed at once; those that are no longer declared get no new connections, and are removed an interval later.
    /// Another kind of probe is made at once; the verdicts stay until it has decided. No client notices any of it.
    ///
    /// Returns after the first pass with what is wanted, with what that did and what the kernel refused, which is tried
    /// again. Throws, and changes nothing, when the session has ended, when what is asked for cannot change
    /// (``CareError/FixedPart``), and when the kernel's interfaces for another path cannot be opened. Cancelling the task
    /// has no effect.
    @discardableResult
    public func update(_ specification: Specification) async throws(CareError) -> PassReport {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<PassReport, CareError>, Never>) in
            let isAsked = thread.execute { [caretaker] loop in
                guard let caretaker = caretaker.value(on: loop) else {
                    return continuation.resume(returning: .failure(.ended))
                }
                do throws(CareError) {
                    try caretaker.update(specification) { continuation.resume(returning: $0) }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !isAsked { continuation.resume(returning: .failure(.ended)) }
        }
        return try result.get()
    }

    /// Ends the care and leaves the kernel's table and the path to the VIP as they are, so that clients notice nothing.
    ///
    /// Returns when the thread has ended, nothing is open any more, and others can look after the virtual service. Does
    /// nothing when the session has ended already.
    public func stop() async {
        end()
        await thread.hasEnded()
    }

    /// Ends the care and removes the virtual service and the path to its VIP, whatever mode and flags made them.
    ///
    /// Returns what was removed, and what the kernel refused. Throws ``CareError/ended`` when the session has ended
    /// already; `NodeService.cleanUp` does it then.
    @discardableResult
    public func cleanUp() async throws(CareError) -> PassReport {
        let report = try await withCaretaker { $0.cleanUp() }
        await stop()
        return report
    }

    private func end() {
        thread.execute { [caretaker, hub] loop in
            caretaker.value(on: loop)?.stop()
            caretaker.replace(with: nil, on: loop)
            hub.end()
        }
        thread.end()
    }

    private func withCaretaker<Answer: Sendable>(
        _ body: @escaping @Sendable (Caretaker) throws(CareError) -> Answer
    ) async throws(CareError) -> Answer {
        let result = await thread.run { [caretaker] loop in
            Result { () throws(CareError) in
                guard let caretaker = caretaker.value(on: loop) else { throw .ended }
                return try body(caretaker)
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
