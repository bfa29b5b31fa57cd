import Addressing
import Director
public import LVSCareModel
import Probing

extension LoadBalancerCore {
    /// Called when an update has been carried out, with the first pass over each service that it changed.
    public typealias UpdateCompletion = (Result<[VirtualService: PassReport], BalancerError>) -> Void

    /// Asks for something else, from now on: these services and no others.
    ///
    /// Services and real servers that stay, by their identity, keep their verdicts, their due times and their monitored
    /// connections; new ones are added and probed at once. Real servers that are no longer declared get no new
    /// connections, and are removed an interval later (``Specification/drainTimeout``); a service that is not named any more
    /// leaves in the same way, and goes with the last of them. Another kind of probe is made at once; the verdicts stay
    /// until it has decided. Another path is put in place before what is left of the former one is removed.
    ///
    /// `completion` is called after the first pass over each service that differs, with what that did and what the kernel
    /// refused, which is tried again; or with ``BalancerError/ended`` if the core is stopped before. Where nothing differs
    /// nothing is done.
    ///
    /// Throws, and changes nothing, when the core was stopped, when another process has a new service, when the load balancer
    /// cannot do what is asked for, when a path must not be made or cannot change in that way
    /// (``BalancerError/FixedPart``), and when the kernel's interfaces for another path cannot be opened.
    public func update(
        _ specification: NodeSpecification, completion: @escaping UpdateCompletion = { _ in }
    ) throws(BalancerError) {
        guard !isStopped else { throw .ended }
        loop.refreshNow()
        let former = Dictionary(
            self.specification.services.map { ($0.service, $0) }, uniquingKeysWith: { first, _ in first })
        let differing = specification.services.filter { former[$0.service] != $0 }
        let wanted = Set(specification.services.map(\.service))
        let leaving = former.keys.filter { !wanted.contains($0) }
        let added = differing.map(\.service).filter { former[$0] == nil }
        // All that can fail comes before anything that changes.
        let changes = try pathChanges(for: specification)
        do throws(KernelFailure) {
            for service in differing { try kernel?.admit(service) }
            try claim(added.filter { states[$0] == nil })
        } catch {
            throw .refused(error)
        }
        self.specification = specification
        for service in added where states[service] == nil {
            reconciler.add(service)
            states[service] = ServiceState(limitations: [])
        }
        carryOut(changes)
        // Whoever was told of what was removed may have stopped the core on hearing it.
        guard !isStopped else { throw .ended }
        for service in differing {
            states[service.service]?.hasProbers = false
            followVerification(of: service, insteadOf: former[service.service])
        }
        for service in leaving { states[service]?.stopVerifier() }
        queue(PendingUpdate(of: Set(differing.map(\.service)).union(leaving), completion: completion))
        dropProbers()
        keepNode()
        finishUpdates { _ in }
    }

    /// Asks for something else of one service, and leaves all others as they are.
    public func update(
        _ specification: Specification, completion: @escaping UpdateCompletion = { _ in }
    ) throws(BalancerError) {
        var wanted = self.specification
        if let index = wanted.services.firstIndex(where: { $0.service == specification.service }) {
            wanted.services[index] = specification
        } else {
            wanted.services.append(specification)
        }
        try update(wanted, completion: completion)
    }

    private func claim(_ services: [VirtualService]) throws(KernelFailure) {
        do throws(KernelFailure) {
            try kernel?.claim(services)
        } catch {
            // Where there can be no claims at all, services are looked after without.
            if error.kind == .alreadyLookedAfter { throw error }
        }
    }

    /// A service that nobody wanted is gone.
    func forget(_ service: VirtualService) {
        states[service] = nil
        if let vip = service.endpoint?.address, let path = reconciler[pathTo: vip] {
            let isLast = paths[vip]?.services == [service]
            announce(isLast ? path.remove() : path.release([service]), of: service)
            announce(path.finish(), of: service)
        }
        reconciler.forget(service)
        kernel?.release(service)
        // What is left of the path wants one service less; where that cannot be had now, the former one does no harm.
        if let changes = try? pathChanges(for: specification) { carryOut(changes) }
        dropProbers()
        report(.removed, of: service)
        finishUpdates { $0.record(PassReport(), of: service) }
    }

    // MARK: Paths

    /// What becomes of paths: new ones by VIP, `nil` for one that nobody wants any more.
    struct PathChanges {
        var wanted: [IPAddress: WantedPath]
        var paths: [IPAddress: (any VIPPath)?] = [:]
    }

    /// What leads to the paths that `specification` and the services that are leaving need. Changes nothing.
    private func pathChanges(for specification: NodeSpecification) throws(BalancerError) -> PathChanges {
        let declared = Set(specification.services.map(\.service))
        let leaving = states.keys.filter { !declared.contains($0) }.compactMap { director[$0]?.specification }
        let all = specification.services + leaving.sorted { $0.service.description < $1.service.description }
        var changes = PathChanges(wanted: WantedPath.all(of: all, formerLink: link))
        for (vip, wanted) in changes.wanted {
            guard let former = paths[vip], former != wanted else {
                if paths[vip] == nil { changes.paths[vip] = try makePath(wanted, isNew: true) }
                continue
            }
            if case .link(let name, _) = wanted.mode, case .link(let before, _) = former.mode, name != before {
                throw .cannotChange(.linkName)
            }
            changes.paths[vip] = try makePath(wanted, isNew: false)
        }
        for vip in paths.keys where changes.wanted[vip] == nil { changes.paths[vip] = .some(nil) }
        return changes
    }

    private func makePath(_ wanted: WantedPath, isNew: Bool) throws(BalancerError) -> (any VIPPath)? {
        // Where the kernel is not this one, the path that there is stays.
        guard let kernel else { return reconciler[pathTo: wanted.vip] }
        do throws(KernelFailure) {
            let path = try kernel.path(wanted)
            if isNew, let refusal = path.refusal() { throw refusal }
            return path
        } catch {
            throw .refused(error)
        }
    }

    private func carryOut(_ changes: PathChanges) {
        var removed: [(path: any VIPPath, leader: VirtualService?)] = []
        for (vip, path) in changes.paths {
            if path == nil, let former = reconciler[pathTo: vip] {
                let leader = reconciler.leader(of: vip)
                announce(former.remove(), of: leader)
                removed.append((former, leader))
            }
            reconciler[pathTo: vip] = path
        }
        for (path, leader) in removed { announce(path.finish(), of: leader) }
        paths = changes.wanted
        link = specification.services.lazy.compactMap(\.path.linkName).first ?? link
        followInterests()
    }

    private func announce(_ removed: PathReport, of service: VirtualService?) {
        for change in removed.changes { report(.pathChanged(change), of: service) }
        for failure in removed.failures { report(.failed(failure), of: service) }
        counts.failures += removed.failures.count
    }

    // MARK: Verification

    private func followVerification(of specification: Specification, insteadOf former: Specification?) {
        let service = specification.service
        states[service]?.verifier?.adopt(specification)
        guard specification.path != former?.path || specification.verifiesPath != former?.verifiesPath else { return }
        states[service]?.stopVerifier()
        states[service]?.verifier = makeVerifier(for: specification)
    }

    /// Where somebody else sees to the path, packets for the VIP may leave this node with what the probes carry.
    func makeVerifier(for specification: Specification) -> PathVerifier? {
        let service = specification.service
        guard let clientSide, specification.verifiesPath, specification.path != .none,
            case .endpoint(.tcp, let endpoint) = service
        else { return nil }
        return PathVerifier(of: endpoint, specification, on: loop, asking: clientSide) { [weak self] in
            guard let self else { throw BalancerError.ended }
            let probe = self.director[service]?.specification.healthCheck.probe
            return try self.makeProber(of: probe ?? specification.healthCheck.probe)
        } look: { [weak self] in
            self?.look(at: [service])
        } report: { [weak self] in
            self?.report(.reachability($0), of: service)
        }
    }
}

extension ServiceState {
    /// Ends the verification.
    mutating func stopVerifier() {
        verifier?.stop()
        verifier = nil
    }
}
