import Addressing
import LVSCareModel
import LVSCareSettings
import YAML

/// What the kernel is told of a service.
extension ConfigurationDecoder {
    /// What clients connect to, by `service`.
    func virtualService(_ service: NodeMapping) -> (service: VirtualService, node: Node)? {
        guard let node = service[ServiceKeys.virtual] else { return nil }
        let transport = transport(service)
        if let value = node.value {
            let endpoint = read(value) { value throws(UsageError) in
                try Endpoint(reachable: value, expected: ServiceKeys.virtual.form, anyPort: true)
            }
            guard let endpoint else { return nil }
            return (.endpoint(transport, endpoint), node)
        }
        guard !node.isNull, case YAMLTree.Content.mapping = node.tree.content else {
            refuseKind(of: node, expected: ServiceKeys.virtual.form)
            return nil
        }
        if let transport = service[ServiceKeys.transport] {
            refuse(transport, "a firewall mark stands for packets of any protocol", expected: "no protocol")
        }
        guard let mapping = self.mapping(node, .firewallMark), let mark = number(mapping, ServiceKeys.firewallMark)
        else {
            return nil
        }
        return (.firewallMark(UInt32(mark), word(mapping, ServiceKeys.family) == "ipv6" ? .ipv6 : .ipv4), node)
    }

    /// The protocol of a service; UDP where it is mistaken, because UDP can do everything.
    func transport(_ service: NodeMapping) -> TransportProtocol {
        guard service[ServiceKeys.transport] != nil else { return .tcp }
        return word(service, ServiceKeys.transport).flatMap { Self.transports[$0] } ?? .udp
    }

    private static let transports: [String: TransportProtocol] = ["tcp": .tcp, "udp": .udp, "sctp": .sctp]

    /// How new connections are spread over the real servers of `service`.
    ///
    /// `family` is `nil` where it is not known, because the address is mistaken.
    func serviceConfiguration(
        _ mapping: NodeMapping, of service: VirtualService, _ virtual: Node, family: IPAddress.Family?
    ) -> ServiceConfiguration {
        let (scheduler, isGood) = mistakes.watch {
            mapping[ServiceKeys.scheduler] == nil ? defaults.flatMap(self.scheduler) : self.scheduler(mapping)
        }
        var configuration = ServiceConfiguration(scheduler: scheduler ?? .roundRobin)
        configuration.flags = schedulerFlags(mapping, of: isGood ? configuration.scheduler : nil)
        if boolean(mapping, ServiceKeys.onePacket) == true, let node = mapping[ServiceKeys.onePacket] {
            configuration.flags.insert(.onePacket)
            if case .endpoint(let transport, _) = service, transport != .udp {
                refuse(
                    node, "a \(transport) connection is more than one packet", expected: "protocol: udp along with it")
            }
        }
        if let node = mapping[ServiceKeys.persistence], node.isNull {
            // A mapping of which all lines are comments is no wish for persistence.
            refuseKind(of: node, expected: ServiceKeys.persistence.form)
        } else if let node = mapping[ServiceKeys.persistence], let persistence = self.mapping(node, .persistence) {
            configuration.persistence = .init(
                timeout: seconds(persistence, PersistenceKeys.timeout) ?? 360,
                netmask: netmask(persistence, family) ?? .host)
            configuration.persistenceEngine = engine(persistence)
        } else if service.endpoint?.port == 0, mapping[ServiceKeys.persistence] == nil {
            refuse(
                virtual, "port 0 is any port, and the kernel keeps the ports of a client together by persistence alone",
                expected: "persistence: {} along with it, or a port")
        }
        return configuration
    }

    /// The scheduler that a service, or the defaults, name.
    func scheduler(_ mapping: NodeMapping) -> Scheduler? {
        read(text(mapping, ServiceKeys.scheduler)) { value throws(UsageError) in try Scheduler(value) }
    }

    private func schedulerFlags(_ mapping: NodeMapping, of scheduler: Scheduler?) -> ServiceConfiguration.Flags {
        guard let node = mapping[ServiceKeys.schedulerFlags] else { return [] }
        let expected = ServiceKeys.schedulerFlags.form
        var flags: ServiceConfiguration.Flags = []
        for item in items(node, expected: expected, orOne: true) {
            guard let value = item.value else {
                refuseKind(of: item, expected: expected)
                continue
            }
            let words = SchedulerFlag.allCases.map(\.rawValue)
            guard let flag = word(value, of: words, expected: expected).flatMap(SchedulerFlag.init) else { continue }
            if let scheduler, let only = flag.scheduler, only != scheduler {
                mistakes.add(
                    UsageError(
                        value, "it means something else to the scheduler \(scheduler)",
                        expected: "scheduler: \(only) along with it"))
            }
            flags.insert(flag.flag)
        }
        return flags
    }

    private func netmask(_ mapping: NodeMapping, _ family: IPAddress.Family?) -> Netmask? {
        guard let value = text(mapping, PersistenceKeys.mask) else { return nil }
        if family != .ipv6, let mask = IPAddress(value.text), mask.family == .ipv4 {
            return .ipv4(mask.octets.reduce(0) { $0 << 8 | UInt32($1) })
        }
        guard let length = UInt8(value.text), 1...(family ?? .ipv6).bitWidth ~= Int(length) else {
            mistakes.add(
                UsageError(
                    value, "it is no such mask",
                    expected: family == .ipv4
                        ? "a prefix length from 1 to 32, or a mask such as 255.255.255.0"
                        : "a prefix length from 1 to 128"))
            return nil
        }
        return family == .ipv4 ? .ipv4(prefixLength: length) : .ipv6(prefixLength: length)
    }

    private func engine(_ mapping: NodeMapping) -> String? {
        guard let value = text(mapping, PersistenceKeys.engine) else { return nil }
        guard KernelModuleName.isPossible(value.text) else {
            mistakes.add(
                UsageError(value, "it is not the name of an engine", expected: PersistenceKeys.engine.expectation))
            return nil
        }
        return value.text
    }

    /// How packets get to real servers, by `node`.
    func forwarding(_ node: Node) -> ForwardingMethod? {
        let words = ["masquerade", "direct", TunnelKeys.tunnel.name]
        guard let (word, more) = choice(node, words: words, expected: ServiceKeys.forwarding.form) else { return nil }
        guard word == TunnelKeys.tunnel.name else {
            if let more {
                refuseKind(of: more, expected: "\(word) alone")
                return nil
            }
            return word == "direct" ? .directRoute : .masquerade
        }
        guard let more else { return .tunnel(.ipip) }
        return tunnel(more).map { .tunnel($0) }
    }

    private func tunnel(_ node: Node) -> Tunnel? {
        guard let mapping = mapping(node, .tunnel) else { return nil }
        let ((type, port, checksum), isGood) = mistakes.watch {
            (
                word(mapping, TunnelKeys.type) ?? "ipip", number(mapping, TunnelKeys.port),
                word(mapping, TunnelKeys.checksum) ?? "none"
            )
        }
        // What is mistaken by itself says nothing about the rest.
        guard isGood else { return nil }
        if type == "gue", port == nil {
            refuse(node, "gue needs a port", expected: TunnelKeys.port.expectation)
        }
        if type != "gue", let node = mapping[TunnelKeys.port] {
            refuse(node, "\(type) has no port", expected: "type: gue along with it")
        }
        if let node = mapping[TunnelKeys.checksum],
            checksum == "remote" && type != "gue" || checksum == "full" && type == "ipip"
        {
            refuse(node, "\(type) has no such checksum", expected: type == "ipip" ? "none" : "none or full")
        }
        let bits: Tunnel.Checksum = checksum == "full" ? .full : checksum == "remote" ? .remote : .none
        return switch type {
        case "gue": .gue(port: UInt16(port ?? 0), checksum: bits)
        case "gre": .gre(checksum: bits)
        default: .ipip
        }
    }
}
