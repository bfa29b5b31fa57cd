package import Addressing
package import LVSCareModel
package import LVSCareSettings

extension Endpoint {
    /// An endpoint that packets can be sent to.
    package init(reachable value: RawValue, expected: String, anyPort: Bool = false) throws(UsageError) {
        try self.init(value, expected: expected, anyPort: anyPort)
        try address.refuseUnusable(value, expected: expected)
    }
}

extension IPAddress {
    /// Throws why no service can be at this address, which `value` says.
    package func refuseUnusable(_ value: RawValue, expected: String) throws(UsageError) {
        if let problem = problemAsService { throw UsageError(value, problem, expected: expected) }
    }

    /// Why no service can be at this address, `nil` when one can.
    private var problemAsService: String? {
        if isUnspecified { return "\(self) stands for any address, not for one" }
        if isMulticast { return "\(self) is a multicast address" }
        if isLimitedBroadcast { return "\(self) is the broadcast address" }
        if isIPv4Mapped { return "\(self) is an IPv4 address written as IPv6, which the kernel keeps apart" }
        if family == .ipv6 && isLinkLocal {
            return "\(self) means nothing without its link, and the kernel's table has no place for that"
        }
        return nil
    }
}

/// What makes a real server and a virtual service fit each other.
package enum RealServerRules {
    /// Throws why the real server at `endpoint`, which `value` says, cannot be behind `service`.
    ///
    /// Where there is a path to the VIP, the real server must not have that address: it could not be reached any more. `leaving`
    /// is how the path is left to others, `nil` where it is.
    package static func check(
        _ endpoint: Endpoint, _ value: RawValue, behind service: VirtualService,
        forwarding: ForwardingMethod = .masquerade, leaving: String?
    ) throws(UsageError) {
        if endpoint == service.endpoint {
            throw UsageError(value, "it is the virtual service itself", expected: "another address or port")
        }
        if let leaving, endpoint.address == service.endpoint?.address {
            throw UsageError(
                value, "it has the address of the virtual service, so no probe and no client would reach it",
                expected: "another address, or \(leaving) to leave the path to others")
        }
        guard endpoint.address.family != service.family else { return }
        switch forwarding {
        case .tunnel: return
        case .directRoute:
            throw UsageError(
                value, "direct routing changes no packet, and so not its address family",
                expected: "an address of the family of the virtual service \(service.name)")
        default:
            throw UsageError(
                value, "masquerading cannot translate between IPv4 and IPv6",
                expected: "an address of the family of the virtual service \(service.name)")
        }
    }
}
