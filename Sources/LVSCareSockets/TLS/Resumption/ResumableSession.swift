import COpenSSL

/// A session that its server lets the client resume (RFC 8446, section 2.2; RFC 5246, section 7.3), as octets.
///
/// `openssl s_client -sess_out FILE`
package struct ResumableSession: Hashable, Sendable {
    /// What the full handshake has shown on which the session rests. A resumed handshake shows no certificate.
    package struct Origin: Hashable, Sendable {
        /// When the server's certificate expires, in seconds since 1970 (UTC).
        package var certificateExpiry: Int64?
        /// When the certificate and those of its issuers are all valid, in seconds since 1970 (UTC); `nil` where none
        /// was verified.
        package var validity: Range<Int64>?
        /// When the next handshake has to be a full one; `nil` until the store has decided that.
        package var renewal: ContinuousClock.Instant?

        /// An origin of its parts.
        package init(
            certificateExpiry: Int64? = nil, validity: Range<Int64>? = nil, renewal: ContinuousClock.Instant? = nil
        ) {
            self.certificateExpiry = certificateExpiry
            self.validity = validity
            self.renewal = renewal
        }
    }

    /// Most octets of a session. The ticket is nearly all of it: some 200 octets, and with a client certificate that as
    /// well.
    static let longest = 8 * 1024

    /// The encoding of `i2d_SSL_SESSION(3)`, without certificates.
    package let octets: [UInt8]
    /// Whether it serves for one handshake only, so that nobody can tell two of them to be of one client (RFC 8446,
    /// appendix C.4).
    package let isForOneUse: Bool
    package var origin: Origin

    /// A session of its parts.
    init(octets: [UInt8], isForOneUse: Bool, origin: Origin) {
        self.octets = octets
        self.isForOneUse = isForOneUse
        self.origin = origin
    }

    /// What `session` (`SSL_SESSION *`) holds; `nil` where it cannot be resumed, or is too long.
    ///
    /// The library's own object has the server's certificates with it, some 10 kB where this is 400 octets.
    init?(_ session: OpaquePointer, _ origin: Origin) {
        guard SSL_SESSION_is_resumable(session) == 1 else { return nil }
        let count = Int(i2d_SSL_SESSION(session, nil))
        guard count > 0 else { return nil }
        let encoding = [UInt8](unsafeUninitializedCapacity: count) { memory, written in
            var end = memory.baseAddress
            written = max(0, Int(i2d_SSL_SESSION(session, &end)))
        }
        // `peer [3] EXPLICIT Certificate OPTIONAL`
        guard let octets = DER.sequence(encoding, leavingOut: 0xa3), octets.count <= Self.longest else { return nil }
        self.init(
            octets: octets, isForOneUse: SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION, origin: origin)
    }

    /// Has `ssl` (`SSL *`), whose handshake has not begun, offer the session to the server. Whether that could be done.
    func offer(in ssl: OpaquePointer) -> Bool {
        let session = octets.withUnsafeBufferPointer { octets in
            var next = octets.baseAddress
            return d2i_SSL_SESSION(nil, &next, octets.count)
        }
        guard let session else {
            ERR_clear_error()
            return false
        }
        defer { SSL_SESSION_free(session) }
        return SSL_set_session(ssl, session) == 1
    }
}
