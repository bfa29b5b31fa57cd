import Addressing
import Director
import NIOCore
import NIOSSL
import Testing

@testable import Probing

/// What a session says, octet for octet, to a server that is there only in memory.
@Suite struct TLSSessionTests {
    /// How many octets are handed over at once: the outcome does not depend on it.
    static let portions = [1, 7, 1000, Int.max]
    static let versions = [TLSVersion.tlsv12, .tlsv13]

    // MARK: Handshake

    @Test(arguments: portions, versions)
    func `both sides speak and the server says goodbye`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumTLSVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["established"])
        #expect(dialogue.session.handler.tlsVersion == version)
        dialogue.session.send(ByteBuffer(string: "question"))
        dialogue.exchange()
        #expect(dialogue.server.received == "question")
        dialogue.server.send("answer")
        dialogue.server.close()
        dialogue.exchange()
        #expect(dialogue.heard == ["established", "answer", "ended"])
        // The goodbye was answered.
        #expect(dialogue.server.isOver && dialogue.server.errors.isEmpty)
    }

    @Test(arguments: portions, versions)
    func `this side says goodbye`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumTLSVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.send(ByteBuffer(string: "question"))
        dialogue.session.close()
        dialogue.session.send(ByteBuffer(string: "afterthought"))
        dialogue.server.send("answer")
        dialogue.exchange()
        #expect(dialogue.heard == ["established", "ended"])
        #expect(dialogue.server.received == "question")
        #expect(dialogue.server.isOver && dialogue.server.errors.isEmpty)
    }

    @Test(arguments: [([], nil), (["h2"], "h2"), (["http/1.1", "h2"], "h2"), (["http/1.1"], nil)])
    func `the application protocol`(serverProtocols: [String], expected: String?) throws {
        let dialogue = try TLSDialogue(TLSClient(TLSProbeConfiguration(), applicationProtocols: ["h2"])) {
            $0.applicationProtocols = serverProtocols
        }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == [expected.map { "established \($0)" } ?? "established"])
    }

    @Test(arguments: portions, versions)
    func `what is sent before the handshake is kept back`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumTLSVersion = version }
        dialogue.session.send(ByteBuffer(string: "one "))
        #expect(dialogue.session.takeOutgoing() == nil)
        dialogue.session.start()
        dialogue.session.send(ByteBuffer(string: "two "))
        dialogue.exchange()
        dialogue.session.send(ByteBuffer(string: "three"))
        dialogue.exchange()
        #expect(dialogue.server.received == "one two three")
    }

    @Test(arguments: [1000, Int.max], versions)
    func `more than fits in a record`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumTLSVersion = version }
        dialogue.session.start()
        let question = String(repeating: "question", count: 20_000)
        let answer = String(repeating: "answer", count: 40_000)
        dialogue.session.send(ByteBuffer(string: question))
        dialogue.exchange()
        #expect(dialogue.server.received == question)
        dialogue.server.send(answer)
        dialogue.exchange()
        #expect(dialogue.heard == ["established", answer])
    }

    // MARK: Certificates

    @Test(arguments: portions, versions)
    func `a good certificate`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(.verifying(), portion: portion) { $0.maximumTLSVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["established"])
        // 2120-01-01
        #expect(dialogue.session.handler.peerCertificate?.notValidAfter == 4_733_510_400)
    }

    @Test(
        arguments: portions,
        [
            (Certificates.expired, ProbeFailure.CertificateFault.expired), (Certificates.future, .notYetValid),
            (Certificates.elsewhere, .wrongName),
        ])
    func `a bad certificate`(portion: Int, example: (String, ProbeFailure.CertificateFault)) throws {
        let (certificate, fault) = example
        let dialogue = try TLSDialogue(.verifying(), certificate: certificate, portion: portion)
        dialogue.session.send(ByteBuffer(string: "question"))
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["failed: \(ProbeFailure.Reason.certificate(fault))"])
        #expect(dialogue.server.received == "")
        #expect(dialogue.session.handler.peerCertificate != nil)
    }

    @Test(arguments: versions) func `an issuer that nobody knows`(version: TLSVersion) throws {
        let dialogue = try TLSDialogue(TLSClient(TLSProbeConfiguration(verifiesCertificate: true))) {
            $0.maximumTLSVersion = version
        }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["failed: \(ProbeFailure.Reason.certificate(.unknownIssuer))"])
        // It was told why.
        #expect(dialogue.server.errors.first?.contains("UNKNOWN_CA") == true, "\(dialogue.server.errors)")
    }

    /// With TLS 1.3 the server's refusal comes after the client's handshake is over.
    @Test(arguments: portions, [(TLSVersion.tlsv12, []), (.tlsv13, ["established"])])
    func `a server that wants a certificate`(portion: Int, example: (TLSVersion, [String])) throws {
        let (version, before) = example
        let roots = try Certificates.roots
        let dialogue = try TLSDialogue(portion: portion) {
            $0.maximumTLSVersion = version
            $0.certificateVerification = .noHostnameVerification
            $0.trustRoots = .certificates(roots)
        }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == before + ["failed: \(ProbeFailure.Reason.tls)"])
        #expect(dialogue.failure?.detail.contains("does it want a client certificate?") == true)
    }

    @Test(arguments: portions, versions)
    func `a server that gets a certificate`(portion: Int, version: TLSVersion) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(Certificates.loopback.utf8))
            .map { .certificate($0) }
        configuration.privateKey = .privateKey(
            try NIOSSLPrivateKey(bytes: Array(Certificates.key.utf8), format: .pem))
        let handler = try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration), serverHostname: nil)
        let roots = try Certificates.roots
        let dialogue = try TLSDialogue(handler: handler, portion: portion) {
            $0.maximumTLSVersion = version
            $0.certificateVerification = .noHostnameVerification
            $0.trustRoots = .certificates(roots)
        }
        dialogue.session.start()
        dialogue.session.send(ByteBuffer(string: "question"))
        dialogue.exchange()
        #expect(dialogue.heard == ["established"])
        #expect(dialogue.server.received == "question")
    }

    // MARK: Failures

    @Test(arguments: portions) func `garbage instead of TLS`(portion: Int) throws {
        let dialogue = try TLSDialogue(portion: portion)
        dialogue.session.start()
        dialogue.hand(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
        #expect(dialogue.heard == ["failed: \(ProbeFailure.Reason.tls)"])
        #expect(dialogue.failure?.detail == "TLS handshake: wrong version number (is there TLS on this port?)")
        // Nothing comes of what comes later.
        dialogue.hand(ByteBuffer(string: "nonsense"))
        dialogue.session.receiveEnd()
        dialogue.session.send(ByteBuffer(string: "question"))
        #expect(dialogue.heard.count == 1)
    }

    /// A fatal alert of level 2, `handshake_failure` (40), in a record of its own (RFC 5246, 7.2).
    @Test(arguments: portions) func `an alert in the handshake`(portion: Int) throws {
        let dialogue = try TLSDialogue(portion: portion)
        dialogue.session.start()
        dialogue.hand(ByteBuffer(bytes: [21, 3, 3, 0, 2, 2, 40]))
        #expect(dialogue.heard == ["failed: \(ProbeFailure.Reason.tls)"])
        #expect(dialogue.failure?.detail.contains("the alert handshake_failure") == true)
    }

    @Test(arguments: portions, versions)
    func `a record that nobody can have written`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumTLSVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        dialogue.server.send("answer")
        var octets = try #require(dialogue.server.takeOutgoing())
        octets.writeBytes([23, 3, 3, 0, 32] + [UInt8](repeating: 0, count: 32))
        dialogue.hand(octets)
        // What came before it is heard, and the server is told.
        #expect(dialogue.heard == ["established", "answer", "failed: \(ProbeFailure.Reason.tls)"])
        dialogue.exchange()
        #expect(dialogue.server.errors.first?.contains("BAD_RECORD_MAC") == true, "\(dialogue.server.errors)")
    }

    @Test func `the end in the handshake`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["failed: \(ProbeFailure.Reason.reset)"])
        #expect(dialogue.failure?.detail == "connection closed during the TLS handshake")
    }

    @Test(arguments: versions) func `the end without a goodbye`(version: TLSVersion) throws {
        let dialogue = try TLSDialogue { $0.maximumTLSVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["established", "failed: \(ProbeFailure.Reason.reset)"])
        guard case NIOSSLError.uncleanShutdown? = dialogue.error else {
            return #expect(Bool(false), "\(String(describing: dialogue.error))")
        }
    }

    @Test func `the end after a goodbye`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.exchange()
        dialogue.server.close()
        dialogue.exchange()
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["established", "ended"])
    }

    // MARK: This side's goodbye

    @Test(arguments: [false, true]) func `a goodbye before the end of the handshake`(isStarted: Bool) throws {
        let dialogue = try TLSDialogue()
        if isStarted { dialogue.session.start() }
        dialogue.session.close()
        #expect(dialogue.heard == ["ended"])
        dialogue.session.start()
        dialogue.session.receiveEnd()
        dialogue.session.close()
        #expect(dialogue.heard == ["ended"])
    }

    @Test func `the end after this side's goodbye is no failure`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.close()
        #expect(dialogue.heard == ["established"])
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["established", "ended"])
    }

    @Test func `nonsense after this side's goodbye is no failure`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.close()
        dialogue.hand(ByteBuffer(string: "nonsense"))
        #expect(dialogue.heard == ["established", "ended"])
    }

    /// The goodbye is said between two events.
    @Test func `what was there before this side's goodbye is not told any more`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.exchange(tells: false)
        dialogue.server.send("answer")
        dialogue.server.close()
        dialogue.exchange(tells: false)
        guard case .established? = dialogue.session.nextEvent() else { return #expect(Bool(false)) }
        dialogue.session.close()
        #expect(dialogue.heard == ["ended"])
    }

    // MARK: A long time

    /// This server sends its tickets (RFC 8446, 4.6.1) before the first that it has to say.
    @Test(arguments: portions) func `late tickets are no event`(portion: Int) throws {
        let dialogue = try TLSDialogue(portion: portion)
        dialogue.session.start()
        dialogue.exchange()
        dialogue.server.send("answer")
        let records = try #require(dialogue.server.takeOutgoing()).records
        try #require(records.count > 1)
        for ticket in records.dropLast() { dialogue.hand(ticket) }
        #expect(dialogue.heard == ["established"])
        #expect(dialogue.session.takeOutgoing() == nil)
        for answer in records.suffix(1) { dialogue.hand(answer) }
        #expect(dialogue.heard == ["established", "answer"])
    }

    /// The library answers with what it sends next, as RFC 8446, 4.6.3, allows.
    @Test(arguments: portions) func `new keys are no event`(portion: Int) throws {
        let dialogue = try TLSDialogue(portion: portion)
        dialogue.session.start()
        dialogue.exchange()
        dialogue.server.send("0")
        dialogue.exchange()
        for round in 1...3 {
            try dialogue.server.updateKeys()
            dialogue.server.send("\(round)")
            let records = try #require(dialogue.server.takeOutgoing()).records
            try #require(records.count == 2)
            let before = dialogue.heard
            dialogue.hand(records[0])
            #expect(dialogue.heard == before)
            dialogue.session.send(ByteBuffer(string: "\(round)"))
            let answer = try #require(dialogue.session.takeOutgoing())
            #expect(answer.records.count == 2)
            dialogue.server.receive(answer)
            dialogue.hand(records[1])
        }
        #expect(dialogue.heard == ["established", "0123"])
        #expect(dialogue.server.received == "123" && dialogue.server.errors.isEmpty)
    }
}
