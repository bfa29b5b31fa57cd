package import LVSCareModel

/// What a data plane can do.
package struct DataPlaneFeatures: Hashable, Sendable {
    /// A way in which packets get to a real server, without its details.
    package enum Forwarding: String, Hashable, Sendable, CaseIterable {
        /// Addresses and ports are rewritten.
        case masquerade = "masquerading"
        /// Packets go unchanged to the link address of the real server.
        case direct = "direct routing"
        /// Packets are wrapped.
        case tunnel = "tunnels"
    }

    /// What it is called, in messages.
    package var name: String
    /// The protocols whose connections it balances.
    package var protocols: Set<TransportProtocol>
    /// How packets can get to a real server.
    package var forwarding: Set<Forwarding>
    /// Whether a service may be a firewall mark.
    package var hasFirewallMarks: Bool
    /// Whether it can keep a client with its real server.
    package var hasPersistence: Bool

    /// Features of their parts.
    package init(
        name: String, protocols: Set<TransportProtocol>, forwarding: Set<Forwarding>, hasFirewallMarks: Bool,
        hasPersistence: Bool
    ) {
        self.name = name
        self.protocols = protocols
        self.forwarding = forwarding
        self.hasFirewallMarks = hasFirewallMarks
        self.hasPersistence = hasPersistence
    }

    /// Those of IPVS.
    package static let ipvs = DataPlaneFeatures(
        name: "IPVS", protocols: [.tcp, .udp, .sctp], forwarding: Set(Forwarding.allCases), hasFirewallMarks: true,
        hasPersistence: true)

    /// What `specification` asks for and this data plane cannot do, as a sentence without its full stop; `nil` for nothing.
    package func objection(to specification: Specification) -> String? {
        switch specification.service {
        case .endpoint(let transport, _) where !protocols.contains(transport):
            return "\(name) does not balance \(transport)"
        case .firewallMark where !hasFirewallMarks: return "\(name) has no services by firewall mark"
        case .endpoint, .firewallMark: break
        }
        if specification.configuration.persistence != nil, !hasPersistence { return "\(name) has no persistence" }
        for member in specification.members + [specification.policy.sorryServer].compactMap(\.self) {
            if let wanted = Forwarding(member.forwarding), !forwarding.contains(wanted) {
                return "\(name) has no \(wanted.rawValue), which is wanted for \(member.realServer)"
            }
        }
        return nil
    }
}

extension DataPlaneFeatures.Forwarding {
    /// The kind of a method; `nil` for those that nobody has to be able to set.
    init?(_ method: ForwardingMethod) {
        switch method {
        case .masquerade: self = .masquerade
        case .directRoute: self = .direct
        case .tunnel: self = .tunnel
        case .local, .bypass, .other: return nil
        }
    }
}
