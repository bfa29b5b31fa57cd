import COpenSSL
import NIOCore

@testable import LVSCareSockets
@testable import Probing

/// A version of TLS.
enum TLSVersion: Int32, Sendable {
    case tls1 = 0x0301
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304
}

/// How a server of the tests speaks TLS.
struct TLSServerSettings: Sendable {
    /// In PEM form: the server's own certificate first, then those of authorities between.
    var certificate: String
    var key: String
    var minimumVersion = TLSVersion.tls12
    var maximumVersion = TLSVersion.tls13
    /// ALPN, the preferred first.
    var applicationProtocols: [String] = []
    /// In PEM form: who may have issued the certificates that clients then have to show; `nil` to ask for none.
    var clientIssuers: String?
    /// Groups of the key exchange in OpenSSL's words; `nil` for its own choice.
    var groups: String?
    /// The least security of keys and signatures, SSL_CTX_set_security_level(3).
    var securityLevel: Int32 = 1
    /// Is told which name each client asked for.
    var seesName: @Sendable (String?) -> Void = { _ in }
}

/// What all sessions of a server share.
final class TLSServerContext: @unchecked Sendable {
    fileprivate let pointer: OpaquePointer
    fileprivate let settings: TLSServerSettings

    init(_ settings: TLSServerSettings) throws {
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
    }

    deinit { SSL_CTX_free(pointer) }
}

/// A server's TLS with one of the fixtures.
func serverContext(
    _ certificate: String = Certificates.loopback, key: String = Certificates.key,
    adjust: (inout TLSServerSettings) -> Void = { _ in }
) throws -> TLSServerContext {
    var settings = TLSServerSettings(certificate: certificate, key: key)
    adjust(&settings)
    return try TLSServerContext(settings)
}

/// The server's side of a TLS session, without I/O.
final class TLSServerSide {
    private let context: TLSServerContext
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    private var isEstablished = false
    private var unsent: [UInt8] = []
    private var isClosing = false
    /// Both sides have said goodbye, or something went wrong.
    private(set) var isOver = false
    private var plaintext: [UInt8] = []
    /// All that the client has said so far.
    private(set) var received = ""
    /// What went wrong, as far as this side can tell.
    private(set) var errors: [String] = []

    init(_ context: TLSServerContext) throws {
        self.context = context
        guard let ssl = SSL_new(context.pointer), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { throw TLSFailure.latest() }
        (self.ssl, self.input, self.output) = (ssl, input, output)
        SSL_set_bio(ssl, input, output)
        SSL_set_accept_state(ssl)
    }

    deinit { SSL_free(ssl) }

    func receive(_ octets: [UInt8]) {
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

    /// The client's end, which is an error unless it has said goodbye.
    func receiveEnd() {
        if !isOver { errors.append("the end without a goodbye") }
        isOver = true
    }

    private func shakeHands() -> Bool {
        ERR_clear_error()
        let code = SSL_do_handshake(ssl)
        guard code == 1 else {
            if SSL_get_error(ssl, code) != SSL_ERROR_WANT_READ { fail() }
            return false
        }
        isEstablished = true
        context.settings.seesName(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) })
        write(unsent)
        if isClosing { SSL_shutdown(ssl) }
        return true
    }

    private func fail() {
        errors.append("\(TLSFailure.latest())")
        isOver = true
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ octets: [UInt8]) {
        if isEstablished { write(octets) } else { unsent += octets }
    }

    private func write(_ octets: [UInt8]) {
        guard !octets.isEmpty, !isClosing else { return }
        SSL_write(ssl, octets, Int32(octets.count))
    }

    /// Says goodbye as soon as the handshake is done.
    func close() {
        if isEstablished, !isClosing { SSL_shutdown(ssl) }
        isClosing = true
    }

    func takeOutgoing() -> [UInt8]? {
        let count = BIO_ctrl_pending(output)
        guard count > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: count) { memory, read in
            read = Int(BIO_read(output, memory.baseAddress, Int32(count)))
        }
    }

    /// What the client has said since the last call.
    func takePlaintext() -> [UInt8] {
        defer { plaintext = [] }
        return plaintext
    }

    /// Has what is sent next begin with new keys, and with the wish for new ones of the client's.
    func updateKeys() -> Bool { SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1 }

    /// Sends what was ordered before, and no plaintext.
    func sendNothing() -> Bool { SSL_do_handshake(ssl) == 1 }

    /// Sends one more ticket (RFC 8446, section 4.6.1).
    func sendTicket() -> Bool { SSL_new_session_ticket(ssl) == 1 && SSL_do_handshake(ssl) == 1 }
}

/// Speaks TLS as a server in a channel.
final class TLSServerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let side: TLSServerSide
    private var told = 0

    init(context: TLSServerContext) throws { side = try TLSServerSide(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        side.receive(Array(unwrapInboundIn(data).readableBytesView))
        flush(context)
        let plaintext = side.takePlaintext()
        if !plaintext.isEmpty { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: plaintext))) }
        tellErrors(context)
        if side.isOver { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        side.receiveEnd()
        tellErrors(context)
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        side.send(Array(unwrapOutboundIn(data).readableBytesView))
        let octets = side.takeOutgoing() ?? []
        context.write(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if side.isOver { return context.close(mode: mode, promise: promise) }
        side.close()
        flush(context)
        // Whoever does not answer the goodbye is cut off.
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(5)) { context.close(promise: nil) }
        promise?.succeed(())
    }

    private func flush(_ context: ChannelHandlerContext) {
        if let octets = side.takeOutgoing() {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
        }
    }

    private func tellErrors(_ context: ChannelHandlerContext) {
        for error in side.errors.dropFirst(told) { context.fireErrorCaught(Failure(description: error)) }
        told = side.errors.count
    }
}
