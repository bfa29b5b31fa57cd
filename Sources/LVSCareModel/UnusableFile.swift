/// A file that a probe needs and that cannot be used: which, and why.
public struct UnusableFile: Error, Hashable, Sendable, CustomStringConvertible {
    /// The purpose of a file of a probe.
    @nonexhaustive
    public enum Use: String, Hashable, Sendable, CaseIterable {
        /// The certificates of the issuers to trust, ``TLSProbeConfiguration/issuersFile``.
        case issuers
        /// The certificate that the probe shows, ``TLSProbeConfiguration/certificateFile``.
        case certificate
        /// The private key of that certificate, ``TLSProbeConfiguration/keyFile``.
        case key
        /// The bearer token, ``HTTPProbeConfiguration/tokenFile``.
        case token
        /// The host names and name servers of this node, `/etc/hosts` and `/etc/resolv.conf`; no flag names
        /// them.
        case hostNames
    }

    /// Its purpose.
    public var use: Use
    /// Where it is, or should be.
    public var path: String
    /// Why it cannot be used, without a full stop: `no such file or directory`.
    public var problem: String

    /// Creates the description of a problem with the file at `path`.
    public init(use: Use, path: String, problem: String) {
        self.use = use
        self.path = path
        self.problem = problem
    }

    /// `cannot use the file /etc/kubernetes/pki/ca.crt: no such file or directory`.
    public var description: String { "cannot use the file \(path): \(problem)" }
}
