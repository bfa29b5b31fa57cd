/// The configuration of a real server.
public struct RealServerConfiguration: Hashable, Sendable {
    /// How packets get to it.
    public var forwarding: ForwardingMethod
    /// Its share of new connections relative to the others; 0 gives it none and keeps those it has.
    ///
    /// Range: 0 to 2,147,483,647; the kernel refuses more with `ERANGE`.
    /// Wire: `IPVS_DEST_ATTR_WEIGHT`, u32, host order (`linux/ip_vs.h`). `ipvsadm -w WEIGHT`
    public var weight: Weight
    /// Numbers of connections between which new ones are scheduled to it.
    public var thresholds: ConnectionThresholds

    /// Creates a configuration, by default of weight 1 without thresholds.
    public init(
        forwarding: ForwardingMethod, weight: Weight = 1, thresholds: ConnectionThresholds = .none
    ) {
        self.forwarding = forwarding
        self.weight = weight
        self.thresholds = thresholds
    }
}

extension RealServerConfiguration: CustomStringConvertible {
    /// The weight, and behind it what is not usual: `1`, `1, Route, at most 100 connections`.
    public var description: String {
        var parts = ["\(weight)"]
        if forwarding != .masquerade { parts.append("\(forwarding)") }
        if thresholds.upper > 0 { parts.append("at most \(thresholds.upper) connections") }
        return parts.joined(separator: ", ")
    }
}
