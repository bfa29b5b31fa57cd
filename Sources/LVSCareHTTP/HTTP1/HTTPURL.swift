package import Addressing

/// Where a request goes: the parts of an `http` or `https` URL that matter on the wire (RFC 3986, RFC 9110).
package struct HTTPURL: Hashable {
    /// With or without TLS.
    package enum Scheme: String, Hashable {
        case http
        case https
    }

    package var scheme: Scheme
    package var host: Host
    /// The port as written; `nil` for the scheme's own.
    package var explicitPort: UInt16?
    /// Path and query as they go on the wire; starts with `/`.
    package var target: String

    /// A URL of its parts.
    package init(scheme: Scheme, host: Host, explicitPort: UInt16? = nil, target: String) {
        self.scheme = scheme
        self.host = host
        self.explicitPort = explicitPort
        self.target = target
    }

    package var port: UInt16 { explicitPort ?? (scheme == .http ? 80 : 443) }

    /// Whether scheme, host and port are those of `other` (RFC 6454).
    package func hasOrigin(of other: HTTPURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// Host and port as the `Host` field wants them; a port that was written stays, even the scheme's own, as in Go.
    package var authority: String { explicitPort.map { "\(host):\($0)" } ?? "\(host)" }
}

extension HTTPURL: CustomStringConvertible {
    /// The URL itself.
    package var description: String { "\(scheme.rawValue)://\(authority)\(target)" }
}
