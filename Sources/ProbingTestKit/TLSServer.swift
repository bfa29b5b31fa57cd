import COpenSSL
import LVSCareSockets

/// A version of TLS.
package enum TLSVersion: Int32, Sendable {
    case tls1 = 0x0301
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304
}

/// How a server of the tests speaks TLS.
package struct TLSServerSettings: Sendable {
    /// In PEM form: the server's own certificate first, then those of authorities between.
    package var certificate: String
    package var key: String
    package var minimumVersion = TLSVersion.tls12
    package var maximumVersion = TLSVersion.tls13
    /// ALPN, the preferred first.
    package var applicationProtocols: [String] = []
    /// In PEM form: who may have issued the certificates that clients then have to show; `nil` to ask for none.
    package var clientIssuers: String?
    /// Groups of the key exchange in OpenSSL's words; `nil` for its own choice.
    package var groups: String?
    /// The least security of keys and signatures, SSL_CTX_set_security_level(3).
    package var securityLevel: Int32 = 1
    /// Octets of data that clients may send ahead of a resumed handshake (0-RTT).
    package var earlyData: UInt32 = 0
    /// What becomes of clients that offer to resume a session.
    package var treatmentOfOffers = Treatment.taken
    /// Called with the name that each client asked for.
    package var seesName: @Sendable (String?) -> Void = { _ in }
    /// Called with what each handshake was.
    package var seesHandshake: @Sendable (TLSHandshake) -> Void = { _ in }

    /// What a server does with an offer to resume a session.
    package enum Treatment: Sendable {
        case taken, alert, silence
    }
}

/// What a server has seen of a handshake.
package struct TLSHandshake: Hashable, Sendable {
    /// Whether a former session was resumed.
    package var isResumed: Bool
    /// Whether the client wanted to send data ahead of it (0-RTT).
    package var hadEarlyData: Bool
}

/// What all sessions of a server share.
package final class TLSServerContext: @unchecked Sendable {
    fileprivate let pointer: OpaquePointer
    fileprivate let settings: TLSServerSettings

    package init(_ settings: TLSServerSettings) throws {
        self.settings = settings
        guard let pointer = SSL_CTX_new(TLS_server_method()) else { throw TLSFailure.latest() }
        self.pointer = pointer
        SSL_CTX_set_security_level(
            pointer, settings.minimumVersion.rawValue < TLSVersion.tls12.rawValue ? 0 : settings.securityLevel)
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(settings.minimumVersion.rawValue), nil)
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(settings.maximumVersion.rawValue), nil)
        if let groups = settings.groups {
            let isKnown = groups.withCString {
                SSL_CTX_ctrl(pointer, SSL_CTRL_SET_GROUPS_LIST, 0, UnsafeMutableRawPointer(mutating: $0))
            }
            guard isKnown == 1 else { throw TLSFailure.latest() }
        }
        guard let chain = Certificate.all(inPEM: Array(settings.certificate.utf8)), let own = chain.first,
            let key = PrivateKey(inPEM: Array(settings.key.utf8)),
            SSL_CTX_use_certificate(pointer, own.pointer) == 1, SSL_CTX_use_PrivateKey(pointer, key.pointer) == 1
        else { throw TLSFailure.latest() }
        for other in chain.dropFirst() {
            SSL_CTX_ctrl(pointer, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(other.pointer))
        }
        if let issuers = settings.clientIssuers {
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            let store = SSL_CTX_get_cert_store(pointer)
            for issuer in Certificate.all(inPEM: Array(issuers.utf8)) ?? [] {
                X509_STORE_add_cert(store, issuer.pointer)
            }
            // Without it the library wants a name for its cache of sessions.
            SSL_CTX_set_session_id_context(pointer, [1], 1)
        }
        SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, selected, length, offered, count, context in
                guard let context, let selected, let length else { return SSL_TLSEXT_ERR_NOACK }
                let settings = Unmanaged<TLSServerContext>.fromOpaque(context).takeUnretainedValue().settings
                var own = settings.applicationProtocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
                var match: UnsafeMutablePointer<UInt8>?
                let found = SSL_select_next_proto(&match, length, &own, UInt32(own.count), offered, count)
                guard found == OPENSSL_NPN_NEGOTIATED, let match else { return SSL_TLSEXT_ERR_NOACK }
                // Into what the client has sent, for what is ours will be gone.
                let name = Array(UnsafeBufferPointer(start: match, count: Int(length.pointee)))
                var rest = UnsafeBufferPointer(start: offered, count: Int(count))[...]
                while let size = rest.first {
                    let candidate = rest.dropFirst().prefix(Int(size))
                    if Array(candidate) == name { selected.pointee = offered.map { $0 + candidate.startIndex } }
                    rest = rest.dropFirst(1 + Int(size))
                }
                return SSL_TLSEXT_ERR_OK
            }, Unmanaged.passUnretained(self).toOpaque())
        SSL_CTX_set_max_early_data(pointer, settings.earlyData)
        // SSL_OP_NO_ANTI_REPLAY: else such sessions serve only as long as their connection lasts.
        if settings.earlyData > 0 { SSL_CTX_set_options(pointer, 1 << 24) }
        SSL_CTX_set_client_hello_cb(
            pointer,
            { ssl, alert, context in
                guard let ssl, let context else { return SSL_CLIENT_HELLO_ERROR }
                let settings = Unmanaged<TLSServerContext>.fromOpaque(context).takeUnretainedValue().settings
                switch settings.treatmentOfOffers {
                case .alert where TLSServerContext.hasOffer(ssl):
                    alert?.pointee = SSL_AD_INTERNAL_ERROR
                    return SSL_CLIENT_HELLO_ERROR
                case .silence where TLSServerContext.hasOffer(ssl): return SSL_CLIENT_HELLO_RETRY
                case .taken, .alert, .silence: return SSL_CLIENT_HELLO_SUCCESS
                }
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { SSL_CTX_free(pointer) }

    /// Whether a client that says hello offers to resume a session: `pre_shared_key`, or a ticket of TLS 1.2.
    private static func hasOffer(_ ssl: OpaquePointer) -> Bool {
        var (octets, count) = (UnsafePointer<UInt8>?.none, 0)
        if SSL_client_hello_get0_ext(ssl, UInt32(TLSEXT_TYPE_psk), &octets, &count) == 1 { return true }
        return SSL_client_hello_get0_ext(ssl, UInt32(TLSEXT_TYPE_session_ticket), &octets, &count) == 1 && count > 0
    }

    /// Shows another certificate from now on, of the same key; sessions go on being resumed.
    package func show(_ certificate: String) throws {
        guard let own = Certificate.all(inPEM: Array(certificate.utf8))?.first,
            SSL_CTX_use_certificate(pointer, own.pointer) == 1
        else { throw TLSFailure.latest() }
    }

    /// Resumes nothing from before any more: the keys of tickets are others, as after a restart.
    package func renewTicketKeys() {
        var keys = (0..<80).map { _ in UInt8.random(in: 0...255) }
        SSL_CTX_ctrl(pointer, SSL_CTRL_SET_TLSEXT_TICKET_KEYS, keys.count, &keys)
    }
}

/// A server's TLS with one of the fixtures.
package func serverContext(
    _ certificate: String = Certificates.loopback, key: String = Certificates.key,
    adjust: (inout TLSServerSettings) -> Void = { _ in }
) throws -> TLSServerContext {
    var settings = TLSServerSettings(certificate: certificate, key: key)
    adjust(&settings)
    return try TLSServerContext(settings)
}

/// The server's side of a TLS session, without I/O.
package final class TLSServerSide {
    private let context: TLSServerContext
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    private var isEstablished = false
    private var unsent: [UInt8] = []
    private var isClosing = false
    /// Both sides have sent a close_notify, or something went wrong.
    package private(set) var isOver = false
    private var plaintext: [UInt8] = []
    /// All that the client has sent so far.
    package private(set) var received = ""
    /// What went wrong, as far as this side can tell.
    package private(set) var errors: [String] = []

    package init(_ context: TLSServerContext) throws {
        self.context = context
        guard let ssl = SSL_new(context.pointer), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { throw TLSFailure.latest() }
        (self.ssl, self.input, self.output) = (ssl, input, output)
        SSL_set_bio(ssl, input, output)
        SSL_set_accept_state(ssl)
    }

    deinit { SSL_free(ssl) }

    package func receive(_ octets: [UInt8]) {
        guard !octets.isEmpty, !isOver else { return }
        BIO_write(input, octets, Int32(octets.count))
        guard isEstablished || shakeHands() else { return }
        var memory = [UInt8](repeating: 0, count: 16384)
        while !isOver {
            ERR_clear_error()
            let count = SSL_read(ssl, &memory, Int32(memory.count))
            if count > 0 {
                plaintext += memory[..<Int(count)]
                received += String(decoding: memory[..<Int(count)], as: UTF8.self)
                continue
            }
            switch SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ: return
            case SSL_ERROR_ZERO_RETURN:
                if !isClosing { SSL_shutdown(ssl) }
                isOver = true
            default: fail()
            }
        }
    }

    /// The client's end, which is an error unless it has sent a close_notify.
    package func receiveEnd() {
        if !isOver { errors.append("the end without a close_notify") }
        isOver = true
    }

    private func shakeHands() -> Bool {
        ERR_clear_error()
        let code = SSL_do_handshake(ssl)
        guard code == 1 else {
            if ![SSL_ERROR_WANT_READ, SSL_ERROR_WANT_CLIENT_HELLO_CB].contains(SSL_get_error(ssl, code)) { fail() }
            return false
        }
        isEstablished = true
        context.settings.seesHandshake(
            TLSHandshake(
                isResumed: SSL_session_reused(ssl) == 1,
                hadEarlyData: SSL_get_early_data_status(ssl) != SSL_EARLY_DATA_NOT_SENT))
        context.settings.seesName(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) })
        write(unsent)
        if isClosing { SSL_shutdown(ssl) }
        return true
    }

    private func fail() {
        errors.append("\(TLSFailure.latest())")
        isOver = true
    }

    package func send(_ text: String) { send(Array(text.utf8)) }

    package func send(_ octets: [UInt8]) {
        if isEstablished { write(octets) } else { unsent += octets }
    }

    private func write(_ octets: [UInt8]) {
        guard !octets.isEmpty, !isClosing else { return }
        SSL_write(ssl, octets, Int32(octets.count))
    }

    /// Sends a close_notify as soon as the handshake is done.
    package func close() {
        if isEstablished, !isClosing { SSL_shutdown(ssl) }
        isClosing = true
    }

    package func takeOutgoing() -> [UInt8]? {
        let count = BIO_ctrl_pending(output)
        guard count > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: count) { memory, read in
            read = Int(BIO_read(output, memory.baseAddress, Int32(count)))
        }
    }

    /// What the client has sent since the last call.
    package func takePlaintext() -> [UInt8] {
        defer { plaintext = [] }
        return plaintext
    }

    /// Has what is sent next begin with new keys, and with the wish for new ones of the client's.
    package func updateKeys() -> Bool { SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1 }

    /// Sends what was ordered before, and no plaintext.
    package func sendNothing() -> Bool { SSL_do_handshake(ssl) == 1 }

    /// Sends one more ticket (RFC 8446, section 4.6.1).
    package func sendTicket() -> Bool { SSL_new_session_ticket(ssl) == 1 && SSL_do_handshake(ssl) == 1 }
}
