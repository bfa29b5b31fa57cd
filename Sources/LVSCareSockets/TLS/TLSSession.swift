package import Addressing
import COpenSSL

/// One TLS session of a client without I/O: octets of the network go in and come out, what they mean comes as events.
///
/// A session does nothing on its own, but all within the calls. It belongs to one thread. Letting go of it is enough to
/// be rid of it, whatever it was about.
package final class TLSSession {
    /// What has happened. The last event is ``ended`` or ``failed(_:)``.
    package enum Event {
        /// The handshake is done and the certificate accepted; the protocol is what both sides agreed on (ALPN).
        case established(applicationProtocol: String?)
        case received([UInt8])
        /// The server sent a close_notify; or the session ended, in whatever way, after our own.
        case ended
        /// What the session failed with.
        case failed(TLSFailure)
    }

    private enum State {
        case idle
        case inHandshake
        case established
        case over
    }

    /// Most messages of the handshake (tickets, new keys) between two pieces of plaintext once it is done. Servers send
    /// two tickets, some four.
    private static let mostLateMessages = 64
    /// Most plaintext in a record (RFC 8446, section 5.1).
    private static let record = 16384

    package let context: TLSContext
    /// `SSL *`, and the `BIO *` of either direction, which belong to it.
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    private var state = State.idle
    /// Whether this side has sent its close_notify.
    private var isClosing = false
    /// Whether nothing more comes from the network.
    private var isAtEnd = false
    /// What is to be sent when the handshake is done.
    private var unsent: [UInt8] = []
    /// What has happened and was not taken.
    private var pendingEvent: Event?
    private var lateMessages = 0
    private var objection: Certificate.Objection?

    /// The server's certificate as soon as it has come, refused or not; `nil` in a resumed handshake.
    package private(set) var certificate: Certificate?
    /// What a full handshake has shown.
    private var origin: ResumableSession.Origin?
    /// The session that was offered to the server.
    private let offer: ResumableSession?
    /// The last session that the server has given (`SSL_SESSION *`).
    private var given: OpaquePointer?
    /// Whether the server has asked for a certificate of the client.
    package private(set) var wasAskedForCertificate = false

    /// A session with `host`, for which the certificate has to be, where it is verified.
    ///
    /// A name also goes out as SNI (RFC 6066); an address does not. With `offer`, which has to be of the same server
    /// and the same context, the server may resume that session; it carries no data ahead of the handshake (0-RTT).
    /// Throws the library's error, for want of memory.
    package init(_ context: TLSContext, with host: Host, offering offer: ResumableSession? = nil) throws(TLSFailure) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.pointer), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { throw .latest() }
        (self.context, self.ssl, self.input, self.output) = (context, ssl, input, output)
        self.offer = offer.flatMap { $0.offer(in: ssl) ? $0 : nil }
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        name(host)
    }

    deinit {
        SSL_SESSION_free(given)
        SSL_free(ssl)
    }

    private func name(_ host: Host) {
        let parameters = SSL_get0_param(ssl)
        X509_VERIFY_PARAM_set_hostflags(
            parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        switch host {
        case .address(let address):
            let octets = Array(address.octets)
            X509_VERIFY_PARAM_set1_ip(parameters, octets, octets.count)
        case .name(let name):
            X509_VERIFY_PARAM_set1_host(parameters, name, 0)
            _ = name.withCString { text in
                SSL_ctrl(
                    ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                    UnsafeMutableRawPointer(mutating: text))
            }
        }
    }

    /// Offers these protocols for the time after the handshake (ALPN, RFC 7301) in place of the context's; none changes nothing.
    package func offer(_ applicationProtocols: [String]) throws(TLSFailure) {
        let names = applicationProtocols.protocolNames
        // Returns 0 for success, as that of the context does.
        guard names.isEmpty || SSL_set_alpn_protos(ssl, names, UInt32(names.count)) == 0 else { throw .latest() }
    }

    /// `TLS1_2_VERSION` or `TLS1_3_VERSION`, when that is settled.
    var version: Int32 { SSL_version(ssl) }

    // MARK: Resumption

    /// Whether the handshake is done, and was that of a session that was offered.
    package var isResumed: Bool { offer != nil && certificate == nil && SSL_session_reused(ssl) == 1 }

    /// Whether a session was offered to the server, which has not gone on to a full handshake.
    package var restsOnOffer: Bool { offer != nil && certificate == nil }

    /// When the server's certificate expires, in seconds since 1970 (UTC); `nil` as long as nothing is known of it. In a
    /// resumed handshake that of the full one.
    package var certificateExpiry: Int64? {
        certificate?.notAfter ?? (isResumed ? offer?.origin.certificateExpiry : nil)
    }

    /// Takes what the server has given so far that lets it be resumed; `nil` where that is nothing.
    package func takeResumable() -> ResumableSession? {
        defer {
            SSL_SESSION_free(given)
            given = nil
        }
        guard let given, let origin = isResumed ? offer?.origin : origin else { return nil }
        return ResumableSession(given, origin)
    }

    // MARK: Requests of the connection

    /// Begins the handshake.
    package func start() {
        guard state == .idle else { return }
        state = .inHandshake
        shakeHands()
    }

    /// Takes what came from the network.
    package func receive(_ octets: RawSpan) {
        guard state != .over, octets.byteCount > 0 else { return }
        octets.withUnsafeBytes { _ = BIO_write(input, $0.baseAddress, Int32($0.count)) }
        shakeHands()
    }

    /// Takes the end of what comes from the network, which is a failure unless either side sent a close_notify before.
    package func receiveEnd() {
        guard state != .over else { return }
        isAtEnd = true
        if state != .established { finish(.failed(.endInHandshake)) }
    }

    /// Sends something to the server as soon as the handshake is done.
    package func send(_ plaintext: [UInt8]) {
        guard state != .over, !isClosing else { return }
        if state == .established { write(plaintext) } else { unsent += plaintext }
    }

    /// Sends a close_notify, after which nothing matters but that the session has ended.
    ///
    /// An unfinished handshake ends at once, and nothing is sent: TLS has no message for it.
    package func close() {
        guard !isClosing else { return }
        isClosing = true
        switch state {
        case .idle, .inHandshake:
            finish(.ended)
        case .established:
            pendingEvent = nil
            ERR_clear_error()
            SSL_shutdown(ssl)
        case .over:
            if pendingEvent != nil { pendingEvent = .ended }
        }
    }

    /// What is to go to the network, after a failure and a close_notify, too; `nil` when there is nothing.
    package func takeOutgoing() -> [UInt8]? {
        let count = BIO_ctrl_pending(output)
        guard count > 0 else { return nil }
        return Array(unsafeUninitializedCapacity: count) { memory, read in
            read = Int(max(0, BIO_read(output, memory.baseAddress, Int32(count))))
        }
    }

    /// The next event; `nil` when there is none before more comes from the network.
    package func nextEvent() -> Event? {
        if let event = pendingEvent {
            pendingEvent = nil
            return event
        }
        return state == .established ? read() : nil
    }

    // MARK: The library

    private func shakeHands() {
        guard state == .inHandshake else { return }
        ERR_clear_error()
        let code = SSL_do_handshake(ssl)
        guard code != 1 else {
            state = .established
            pendingEvent = .established(applicationProtocol: applicationProtocol)
            write(unsent)
            unsent = []
            return
        }
        if SSL_get_error(ssl, code) != SSL_ERROR_WANT_READ { finish(.failed(failure())) }
    }

    private var applicationProtocol: String? {
        var (name, length) = (UnsafePointer<UInt8>?.none, UInt32(0))
        SSL_get0_alpn_selected(ssl, &name, &length)
        return length > 0 ? String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self) : nil
    }

    private func write(_ plaintext: [UInt8]) {
        plaintext.withUnsafeBytes { octets in
            guard octets.count > 0 else { return }
            var count = 0
            ERR_clear_error()
            // There is always room in memory; an error of the library comes with the next event.
            SSL_write_ex(ssl, octets.baseAddress, octets.count, &count)
        }
    }

    private func read() -> Event? {
        withUnsafeTemporaryAllocation(byteCount: Self.record, alignment: 1) { memory in
            while true {
                var count = 0
                ERR_clear_error()
                let code = SSL_read_ex(ssl, memory.baseAddress, memory.count, &count)
                if code == 1 {
                    lateMessages = 0
                    if isClosing { continue }
                    return .received(Array(memory[..<count]))
                }
                switch SSL_get_error(ssl, code) {
                case SSL_ERROR_WANT_READ where lateMessages > Self.mostLateMessages:
                    finish(.failed(.flood))
                case SSL_ERROR_WANT_READ where isAtEnd:
                    finish(.failed(.endWithoutCloseNotify))
                case SSL_ERROR_WANT_READ:
                    return nil
                case SSL_ERROR_ZERO_RETURN:
                    if !isClosing { SSL_shutdown(ssl) }
                    finish(.ended)
                default:
                    finish(.failed(failure()))
                }
                defer { pendingEvent = nil }
                return pendingEvent
            }
        }
    }

    private func failure() -> TLSFailure {
        guard let objection else { return .latest() }
        ERR_clear_error()
        return .refused(objection)
    }

    private func finish(_ event: Event) {
        state = .over
        unsent = []
        pendingEvent = isClosing ? .ended : event
    }
}

// MARK: Callbacks of the library

extension TLSSession {
    /// Has the library call the session of a connection.
    static func prepare(_ context: OpaquePointer) {
        // So that what is called counts; it is content with anybody where nothing is verified.
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_cert_verify_callback(
            context,
            { store, _ in
                guard let store else { return 0 }
                let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
                return TLSSession.session(of: ssl.map(OpaquePointer.init))?.verify(store) ?? 0
            }, nil)
        SSL_CTX_set_msg_callback(context) { isOurs, _, type, octets, count, ssl, _ in
            guard isOurs == 0, type == SSL3_RT_HANDSHAKE, count > 0, let octets else { return }
            TLSSession.session(of: ssl)?.received(handshakeMessage: Int32(octets.load(as: UInt8.self)))
        }
        // A ticket of TLS 1.3 comes when the server likes, one of 1.2 with the handshake.
        SSL_CTX_sess_set_new_cb(context) { ssl, session in
            guard let session, let own = TLSSession.session(of: ssl) else { return 0 }
            own.received(session: session)
            return 1
        }
    }

    private static func session(of ssl: OpaquePointer?) -> TLSSession? {
        ssl.flatMap { SSL_get_ex_data($0, 0) }.map { Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Whether the server's certificate will do: 1, or 0.
    private func verify(_ store: OpaquePointer) -> Int32 {
        certificate = X509_STORE_CTX_get0_cert(store).map(Certificate.init(sharing:))
        guard context.verifies, X509_verify_cert(store) != 1 else {
            origin = .init(
                certificateExpiry: certificate?.notAfter, validity: context.verifies ? Self.validity(of: store) : nil)
            return 1
        }
        let about = X509_STORE_CTX_get_current_cert(store).map(Certificate.init(sharing:))
        objection = Certificate.Objection(
            code: X509_STORE_CTX_get_error(store), depth: X509_STORE_CTX_get_error_depth(store),
            notBefore: about?.notBefore, notAfter: about?.notAfter)
        return 0
    }

    /// The seconds since 1970 (UTC) in which all certificates of the verified chain are valid.
    private static func validity(of store: OpaquePointer) -> Range<Int64> {
        let chain = X509_STORE_CTX_get0_chain(store)
        var (begin, end) = (Int64.min, Int64.max)
        for index in 0..<max(0, OPENSSL_sk_num(chain)) {
            guard let pointer = OPENSSL_sk_value(chain, index).map(OpaquePointer.init) else { continue }
            let certificate = Certificate(sharing: pointer)
            begin = max(begin, certificate.notBefore ?? .max)
            end = min(end, certificate.notAfter ?? .min)
        }
        return begin < end ? begin..<end : 0..<0
    }

    /// Takes over one reference; what came before is of no use beside a newer one.
    private func received(session: OpaquePointer) {
        SSL_SESSION_free(given)
        given = session
    }

    private func received(handshakeMessage type: Int32) {
        if type == SSL3_MT_CERTIFICATE_REQUEST { wasAskedForCertificate = true }
        if state == .established { lateMessages += 1 }
    }
}

@available(*, unavailable)
extension TLSSession: Sendable {}
