import LVSCareModel
import LVSCareSettings

/// What holds for a file, and for the node.
extension ConfigurationDecoder {
    /// The mapping of a file; an included one has less.
    func file(_ document: Document, isIncluded: Bool) -> NodeMapping? {
        guard !document.root.isNull else {
            mistakes.add(UsageError(whole: document.file, "it is empty", expected: Self.content))
            return nil
        }
        guard let mapping = mapping(document.root, .file) else { return nil }
        _ = word(mapping, FileKeys.apiVersion)
        _ = word(mapping, FileKeys.kind)
        guard isIncluded else { return mapping }
        let allowed = FileKeys.ofIncluded.map(\.name)
        for key in ConfigurationSchema.file.keys where !allowed.contains(key.name) {
            guard let member = mapping.member(key.name) else { continue }
            mistakes.add(
                UsageError(
                    at: member.key.origin, "an included file has no such key",
                    expected: SettingKind.alternatives(allowed)))
        }
        return mapping
    }

    /// What a file has at least.
    private static let content = "apiVersion, kind and services; services: [] means none"

    /// Refuses files that say nothing of services: a file that was cut short is no wish to have none.
    func refuseNoServices(_ mapping: NodeMapping) {
        if isMeant(FileKeys.services, in: mapping, of: .file) { return }
        mistakes.add(
            UsageError(
                at: mapping.node.origin,
                mapping[FileKeys.include] == nil
                    ? "services is missing" : "services is missing here and in all included files",
                expected: "services: \(FileKeys.services.form)"))
    }

    /// Reads the defaults for themselves, so that a mistake in them does not wait for a service; keeps the checks.
    func readDefaults() {
        guard let defaults else { return }
        _ = HealthCheckReader(SettingSource(layers: [paceLayer(defaults)]), mistakes).healthCheck()
        _ = scheduler(defaults)
        _ = servicePolicy(defaults)
        for key in [ServiceKeys.drain, ServiceKeys.repairInterval] { _ = duration(defaults, key) }
        for key in [ServiceKeys.verifyPath, ServiceKeys.abortWaiting] { _ = boolean(defaults, key) }
        _ = defaults[ServiceKeys.path].map { path($0, for: nil) }
        _ = defaults[ServiceKeys.forwarding].map(forwarding)
        _ = defaults[ServiceKeys.require].map(requirement)
        defaultChecks = defaults[ServiceKeys.checks].map(namedChecks)
    }

    /// Looks at everything together, and reads what holds for the node.
    func finish(_ mapping: NodeMapping) {
        refuseTwins()
        refuseSeveralPaths()
        timeouts = mapping[FileKeys.timeouts].flatMap(readTimeouts)
        synchronization = mapping[FileKeys.synchronization].map(readSynchronization)
        for (name, check) in checks.sorted(by: { $0.key < $1.key }) where !check.isUsed {
            warnings.add(
                UsageError(at: .document(check.place, name: name.quoted), "no service uses the check", expected: ""))
        }
    }

    private func refuseTwins() {
        var services: [VirtualService: Node] = [:]
        var names: [String: Node] = [:]
        for declared in self.services {
            if let first = services[declared.specification.service] {
                refuse(
                    declared.virtual, "the service is there already, at \(first.place)", expected: "each service once")
            } else {
                services[declared.specification.service] = declared.virtual
            }
            guard let name = declared.specification.name, let node = declared.nameNode else { continue }
            if let first = names[name] {
                refuse(node, "another service has that name, at \(first.place)", expected: "another name")
            } else {
                names[name] = node
            }
        }
    }

    private func readTimeouts(_ node: Node) -> ConnectionTimeouts? {
        mapping(node, .timeouts).map { mapping in
            ConnectionTimeouts(
                tcp: seconds(mapping, TimeoutKeys.tcp), tcpFIN: seconds(mapping, TimeoutKeys.tcpFIN),
                udp: seconds(mapping, TimeoutKeys.udp))
        }
    }

    private func readSynchronization(_ node: Node) -> [ConnectionSynchronization] {
        var daemons: [ConnectionSynchronization] = []
        for item in items(node, expected: FileKeys.synchronization.form) {
            guard let mapping = mapping(item, .synchronization) else { continue }
            let role: ConnectionSynchronization.Role? = choice(mapping, SynchronizationKeys.role)
            let interface = read(text(mapping, SynchronizationKeys.interface), PathRules.interface)
            let id = number(mapping, SynchronizationKeys.id) ?? 0
            guard let role, let interface else { continue }
            if daemons.contains(where: { $0.role == role }), let node = mapping[SynchronizationKeys.role] {
                refuse(node, "it is there already", expected: "at most one daemon of each role")
                continue
            }
            daemons.append(ConnectionSynchronization(role, interface: interface, syncID: id))
        }
        return daemons
    }
}
