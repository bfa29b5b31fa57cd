import Addressing
import LVSCareModel

/// Where a request goes: the parts of an `http` or `https` URL that matter on the wire (RFC 3986, RFC 9110).
struct HTTPURL: Hashable {
    /// The host of a URL.
    enum Host: Hashable, CustomStringConvertible {
        case address(IPAddress)
        /// Only ever from a redirect, or a name to find in a certificate.
        case name(String)

        /// The host of this name, which may be an address.
        init(named name: String) { self = IPAddress(name).map { .address($0) } ?? .name(name) }

        /// As in a URL: IPv6 addresses in brackets.
        var description: String {
            switch self {
            case .address(let address): address.family == .ipv6 ? "[\(address)]" : "\(address)"
            case .name(let name): name
            }
        }
    }

    var scheme: HTTPProbeConfiguration.Scheme
    var host: Host
    /// The port as written; `nil` for the scheme's own.
    var explicitPort: UInt16?
    /// Path and query as they go on the wire; starts with `/`.
    var target: String

    var port: UInt16 { explicitPort ?? (scheme == .http ? 80 : 443) }

    /// Whether scheme, host and port are those of `other` (RFC 6454).
    func hasOrigin(of other: HTTPURL) -> Bool { scheme == other.scheme && host == other.host && port == other.port }

    /// Host and port as the `Host` field wants them; a port that was written stays, even the scheme's own, as in Go.
    var authority: String { explicitPort.map { "\(host):\($0)" } ?? "\(host)" }
}

extension HTTPURL: CustomStringConvertible {
    /// The URL itself.
    var description: String { "\(scheme.rawValue)://\(authority)\(target)" }
}
