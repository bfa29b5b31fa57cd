import Addressing
import Director
import NIOCore
import NIOEmbedded
import NIOSSL
import Testing

@testable import Probing

/// A session, the server that it is with, and what both have said.
final class TLSDialogue {
    let session: TLSSession
    let server: TLSServerSide
    private let client: TLSClient
    private let portion: Int
    private(set) var error: (any Error)?
    private var story: [String] = []
    /// Whether the last event was plaintext.
    private var isInPlaintext = false

    init(
        _ client: TLSClient = TLSClient(TLSProbeConfiguration()), handler: NIOSSLClientHandler? = nil,
        certificate: String = Certificates.loopback, portion: Int = .max,
        adjust: (inout TLSConfiguration) -> Void = { _ in }
    ) throws {
        self.client = client
        self.portion = portion
        let address = try #require(IPAddress("127.0.0.1"))
        session = try TLSSession(handler ?? client.makeHandler(for: .address(address)))
        server = try TLSServerSide(serverContext(certificate, adjust: adjust))
    }

    /// The events so far; plaintext that comes in several is one here.
    var heard: [String] {
        while let event = session.nextEvent() {
            switch event {
            case .established(let name): story.append(name.map { "established \($0)" } ?? "established")
            case .ended: story.append("ended")
            case .failed(let error):
                self.error = error
                story.append("failed: \(failure.map { "\($0.reason)" } ?? "\(error)")")
            case .received(let octets):
                let text = String(buffer: octets)
                if isInPlaintext { story[story.count - 1] += text } else { story.append(text) }
            }
            if case .received = event { isInPlaintext = true } else { isInPlaintext = false }
        }
        return story
    }

    /// What a probe would say about the failure.
    var failure: ProbeFault? {
        error.flatMap { client.fault(for: $0, of: session.handler) ?? ProbeFault($0, in: .tls) }
    }

    /// Hands `octets` to the session in portions.
    func hand(_ octets: ByteBuffer) {
        octets.forEachPortion(portion) { session.receive($0) }
    }

    /// Carries the octets to and fro until neither side has any.
    func exchange(tells: Bool = true) {
        var isIdle = false
        while !isIdle {
            isIdle = true
            if let octets = session.takeOutgoing() {
                isIdle = false
                octets.forEachPortion(portion) { server.receive($0) }
            }
            if let octets = server.takeOutgoing() {
                isIdle = false
                hand(octets)
            }
            if tells { _ = heard }
        }
    }
}

/// The server's side of TLS.
final class TLSServerSide {
    private let channel: EmbeddedChannel
    private let handler: NIOSSLServerHandler
    private(set) var received = ""
    private(set) var errors: [String] = []

    init(_ context: NIOSSLContext) throws {
        handler = NIOSSLServerHandler(context: context)
        channel = EmbeddedChannel(handler: handler)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    deinit {
        // A server that waits for the client's goodbye has an end of its patience.
        channel.close(promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
    }

    var isOver: Bool { !channel.isActive }

    func receive(_ octets: ByteBuffer) {
        do {
            try channel.writeInbound(octets)
        } catch {
            errors.append("\(error)")
        }
        while let octets = try? channel.readInbound(as: ByteBuffer.self) { received += String(buffer: octets) }
    }

    func send(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    func close() { channel.close(promise: nil) }

    func takeOutgoing() -> ByteBuffer? {
        var all: ByteBuffer?
        while var octets = try? channel.readOutbound(as: ByteBuffer.self) { all.setOrWriteBuffer(&octets) }
        return all.flatMap { $0.readableBytes > 0 ? $0 : nil }
    }

    /// Has what is sent next begin with new keys, and with the wish for new ones of the client's.
    ///
    /// The library has no call for it.
    func updateKeys() throws {
        let connection = try #require(handler.connection)
        let ssl = try #require(Mirror(reflecting: connection).descendant("ssl") as? OpaquePointer)
        #expect(SSL_key_update(ssl, 1) == 1)
    }
}

extension NIOSSLHandler {
    /// What holds the state of BoringSSL; private to the library.
    var connection: AnyObject? {
        sequence(first: Mirror(reflecting: self), next: \.superclassMirror).lazy
            .compactMap { $0.descendant("connection") as AnyObject? }.first
    }
}

/// `int SSL_key_update(SSL *ssl, int request_type)` of BoringSSL; 1 is `SSL_KEY_UPDATE_REQUESTED`.
@_silgen_name("CNIOBoringSSL_SSL_key_update")
private func SSL_key_update(_ ssl: OpaquePointer, _ requestType: CInt) -> CInt

extension ByteBuffer {
    /// Whole records: the header of each is five octets and ends with the length of the rest (RFC 8446, 5.1).
    var records: [ByteBuffer] {
        var rest = self
        var records: [ByteBuffer] = []
        while let length = rest.getInteger(at: rest.readerIndex + 3, as: UInt16.self),
            let record = rest.readSlice(length: 5 + Int(length))
        {
            records.append(record)
        }
        return records
    }

    fileprivate func forEachPortion(_ portion: Int, _ body: (ByteBuffer) -> Void) {
        var rest = self
        while let next = rest.readSlice(length: Swift.min(portion, rest.readableBytes)), next.readableBytes > 0 {
            body(next)
        }
    }
}

extension TLSClient {
    /// Trusts the issuer of the fixtures.
    static func verifying() throws -> TLSClient {
        TLSClient(TLSProbeConfiguration(verifiesCertificate: true), additionalRoots: try Certificates.roots)
    }
}

extension Certificates {
    static var roots: [NIOSSLCertificate] {
        get throws { try NIOSSLCertificate.fromPEMBytes(Array(root.utf8)) }
    }
}
