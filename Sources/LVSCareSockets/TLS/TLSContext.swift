import COpenSSL

/// What all TLS sessions of one kind share (`SSL_CTX *`). Never changes once it is made, and may be used on any thread.
package final class TLSContext: @unchecked Sendable {
    /// The servers that a client trusts.
    package enum Trust {
        /// All.
        case anyone
        /// Those with a certificate of one of these, or with one of these itself.
        case issuers([Certificate])
        /// Those with a certificate of one of the issuers in a file.
        case issuersInFile(String)
    }

    /// `SSL_CTX *`
    let pointer: OpaquePointer
    /// Whether certificates are verified.
    let verifies: Bool

    /// A client's context.
    ///
    /// Like Go's client it speaks TLS 1.2 and 1.3, and takes keys and signatures of at least 80 bits of security, which
    /// leaves out SHA-1 where certificates are verified. Throws ``TLSFailure``.
    package init(trusting trust: Trust, applicationProtocols: [String] = []) throws(TLSFailure) {
        Self.setUp()
        guard let pointer = SSL_CTX_new(TLS_client_method()) else { throw .latest() }
        self.pointer = pointer
        if case .anyone = trust { verifies = false } else { verifies = true }
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_set_security_level(pointer, 1)
        SSL_CTX_set_options(pointer, LVSCARE_SSL_OP_NO_RENEGOTIATION)
        SSL_CTX_ctrl(pointer, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        // What servers give for a later handshake is told of, and kept by nobody but `TLSSessionStore`.
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_SESS_CACHE_MODE, LVSCARE_SSL_SESS_CACHE_OF_CLIENT, nil)
        try offer(applicationProtocols)
        try apply(trust)
        TLSSession.prepare(pointer)
    }

    deinit { SSL_CTX_free(pointer) }

    /// The library reads no configuration, and leaves its memory to the end of the process.
    private static func setUp() {
        OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT), nil)
        ERR_clear_error()
    }

    private func offer(_ applicationProtocols: [String]) throws(TLSFailure) {
        let names = applicationProtocols.protocolNames
        // The one call that returns 0 for success.
        guard names.isEmpty || SSL_CTX_set_alpn_protos(pointer, names, UInt32(names.count)) == 0 else {
            throw .latest()
        }
    }

    private func apply(_ trust: Trust) throws(TLSFailure) {
        switch trust {
        case .anyone:
            break
        case .issuers(let certificates):
            let store = SSL_CTX_get_cert_store(pointer)
            for certificate in certificates where X509_STORE_add_cert(store, certificate.pointer) != 1 {
                throw .latest()
            }
            // A named certificate is trusted, whether an authority issued it or not, as in Go and curl.
            X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        case .issuersInFile(let path):
            guard SSL_CTX_load_verify_file(pointer, path) == 1 else { throw .latest() }
        }
    }

    /// Shows `chain` to servers that ask, the client's own certificate first. Throws when `key` is not the key of that.
    func identify(by chain: [Certificate], _ key: PrivateKey) throws(TLSFailure) {
        ERR_clear_error()
        guard let own = chain.first, SSL_CTX_use_certificate(pointer, own.pointer) == 1 else { throw .latest() }
        for other in chain.dropFirst() {
            guard SSL_CTX_ctrl(pointer, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(other.pointer)) == 1 else {
                throw .latest()
            }
        }
        guard SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1, SSL_CTX_check_private_key(pointer) == 1 else {
            throw .latest()
        }
    }
}

extension [String] {
    /// As a list of protocol names (RFC 7301, section 3.1): each behind its length in one octet.
    var protocolNames: [UInt8] {
        reduce(into: []) { octets, name in
            octets.append(UInt8(truncatingIfNeeded: name.utf8.count))
            octets += name.utf8
        }
    }
}
