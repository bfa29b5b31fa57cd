/// Which ways to the VIP the daemons make, and what can be done to them.
public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// A local route with a source.
    case route
    /// A link with the VIP besides, which both services share.
    case link
    /// The same on a kernel with nf_tables: rules for clients whose packets are routed through the node, and such clients.
    case linkWithRules = "link-nftables"

    /// Whether there is a link with the VIPs.
    public var hasLink: Bool { self != .route }

    /// Whether there are rules of nf_tables.
    public var hasRules: Bool { self == .linkWithRules }

    /// The settings below `/proc/sys` that every daemon ensures; each is to be 1.
    public var settings: [String] {
        ["net.ipv4.vs.expire_nodest_conn", "net.ipv4.vs.expire_quiescent_template", Self.conntrack]
    }

    /// The setting without which nobody is masqueraded, and a stateful firewall takes replies for invalid.
    public static let conntrack = "net.ipv4.vs.conntrack"

    /// The disturbances that there are to this mode, and to daemons that are told by flags.
    var kinds: [Disturbance.Kind] {
        Disturbance.Kind.allCases.filter { kind in
            switch kind {
            case .kernelRouteDeleted, .linkDown, .linkReset, .linkDeleted, .addressRemoved: hasLink
            case .rulesDeleted, .rulesetFlushed, .ruleAdded, .ruleRemoved: hasRules
            case .fileChanged: false
            default: true
            }
        }
    }
}
