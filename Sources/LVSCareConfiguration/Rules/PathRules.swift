package import Addressing
import LVSCareModel
package import LVSCareSettings

/// What a path to a VIP can be made of.
package enum PathRules {
    /// Name of the dummy link unless another is wanted.
    package static let defaultInterface = "lvscare"

    /// The address of this node or of a gateway that `value` names for the route to `vip`.
    package static func nodeAddress(_ value: RawValue, for vip: IPAddress) throws(UsageError) -> IPAddress {
        let expected = "an \(vip.family == .ipv4 ? "IPv4" : "IPv6") address of this node or of a gateway"
        guard let address = IPAddress(value.text) else {
            throw UsageError(value, "it is not an IP address", expected: expected)
        }
        guard address.family == vip.family else {
            throw UsageError(value, "the virtual service \(vip) is of the other family", expected: expected)
        }
        // A link-local gateway would need its link, which a route to a VIP has no flag for.
        try address.refuseUnusable(value, expected: expected)
        guard address != vip else {
            throw UsageError(value, "it is the address of the virtual service itself", expected: expected)
        }
        return address
    }

    /// Throws where `vip`, which `value` says, has a path of its own; `leaving` is how it is left to others.
    ///
    /// The kernel routes loopback addresses to this node already; a route or a link of ours would take them over, and
    /// cleanup would take them away.
    package static func refuseLoopback(_ vip: IPAddress, _ value: RawValue, leaving: String) throws(UsageError) {
        guard vip.isLoopback else { return }
        throw UsageError(
            value, "a loopback address has its path already",
            expected: "another address, or \(leaving) to leave it alone")
    }

    /// The name of a link that `value` says.
    package static func interface(_ value: RawValue) throws(UsageError) -> String {
        let expected = Setting.interface.expectation
        if let problem = LinkName.problem(value.text) { throw UsageError(value, problem, expected: expected) }
        // The kernel would take it, but no terminal.
        guard !value.text.unicodeScalars.contains(where: \.isControl) else {
            throw UsageError(value, "it has a control character", expected: expected)
        }
        return value.text
    }
}
