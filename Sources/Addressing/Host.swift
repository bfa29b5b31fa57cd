/// Where something is: an address, or a name that has to be looked up.
package enum Host: Hashable, Sendable, CustomStringConvertible {
    /// An address.
    case address(IPAddress)
    /// A name, as it was written.
    case name(String)

    /// Reads `text`, which may be an address.
    package init(named text: String) { self = IPAddress(text).map { .address($0) } ?? .name(text) }

    /// Returns the host as it is in a URL: IPv6 addresses in brackets.
    package var description: String {
        switch self {
        case .address(let address): address.family == .ipv6 ? "[\(address)]" : "\(address)"
        case .name(let name): name
        }
    }
}
