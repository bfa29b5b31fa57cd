import Addressing
import COpenSSL
import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareSockets

/// What a session exchanges, octet for octet, with a server that is there only in memory.
@Suite struct TLSSessionTests {
    /// How many octets are handed over at once: the outcome does not depend on it.
    static let portions = [1, 7, 1000, Int.max]
    static let versions = [TLSVersion.tls12, .tls13]

    // MARK: Handshake

    @Test(arguments: portions, versions)
    func `a session carries data until the server sends a close_notify`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["established"])
        #expect(dialogue.session.version == version.rawValue)
        dialogue.session.send(Array("question".utf8))
        dialogue.exchange()
        #expect(dialogue.server.received == "question")
        dialogue.server.send("answer")
        dialogue.server.close()
        dialogue.exchange()
        #expect(dialogue.heard == ["established", "answer", "ended"])
        // The close_notify was answered.
        #expect(dialogue.server.isOver && dialogue.server.errors.isEmpty)
    }

    @Test(arguments: portions, versions)
    func `a session ends with a close_notify of this side`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.send(Array("question".utf8))
        dialogue.session.close()
        dialogue.session.send(Array("afterthought".utf8))
        dialogue.server.send("answer")
        dialogue.exchange()
        #expect(dialogue.heard == ["established", "ended"])
        #expect(dialogue.server.received == "question")
        #expect(dialogue.server.isOver && dialogue.server.errors.isEmpty)
    }

    @Test(arguments: [([], nil), (["h2"], "h2"), (["http/1.1", "h2"], "h2"), (["http/1.1"], nil)])
    func `the application protocol is agreed on`(serverProtocols: [String], expected: String?) throws {
        let dialogue = try TLSDialogue(TLSClient(TLSProbeConfiguration(), applicationProtocols: ["h2"])) {
            $0.applicationProtocols = serverProtocols
        }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == [expected.map { "established \($0)" } ?? "established"])
    }

    @Test(arguments: portions, versions)
    func `data waits for the end of the handshake`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumVersion = version }
        dialogue.session.send(Array("one ".utf8))
        #expect(dialogue.session.takeOutgoing() == nil)
        dialogue.session.start()
        dialogue.session.send(Array("two ".utf8))
        dialogue.exchange()
        dialogue.session.send(Array("three".utf8))
        dialogue.exchange()
        #expect(dialogue.server.received == "one two three")
    }

    @Test(arguments: [1000, Int.max], versions)
    func `data larger than a record is sent whole`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumVersion = version }
        dialogue.session.start()
        let question = String(repeating: "question", count: 20_000)
        let answer = String(repeating: "answer", count: 40_000)
        dialogue.session.send(Array(question.utf8))
        dialogue.exchange()
        #expect(dialogue.server.received == question)
        dialogue.server.send(answer)
        dialogue.exchange()
        #expect(dialogue.heard == ["established", answer])
    }

    // MARK: Certificates

    @Test(arguments: portions, versions)
    func `a good certificate is accepted`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(.verifying(), portion: portion) { $0.maximumVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["established"])
        // 2120-01-01
        #expect(dialogue.session.certificate?.notAfter == 4_733_510_400)
    }

    @Test(
        arguments: portions,
        [
            (Certificates.expired, Certificate.Objection.Kind.expired), (Certificates.future, .notYetValid),
            (Certificates.elsewhere, .wrongName),
        ])
    func `a bad certificate is refused`(portion: Int, example: (String, Certificate.Objection.Kind)) throws {
        let (certificate, kind) = example
        let dialogue = try TLSDialogue(.verifying(), certificate: certificate, portion: portion)
        dialogue.session.send(Array("question".utf8))
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["failed: refused as \(kind)"])
        #expect(dialogue.server.received == "")
        #expect(dialogue.session.certificate != nil)
    }

    @Test(arguments: versions) func `an unknown issuer is refused`(version: TLSVersion) throws {
        let dialogue = try TLSDialogue(.distrusting()) {
            $0.maximumVersion = version
        }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["failed: refused as unknownIssuer"])
        // It was told why.
        #expect(dialogue.server.errors.first?.contains("unknown_ca") == true, "\(dialogue.server.errors)")
    }

    /// With TLS 1.3 the server's refusal comes after the client's handshake is over.
    @Test(arguments: portions, [(TLSVersion.tls12, []), (.tls13, ["established"])])
    func `a server that wants a certificate ends the session`(portion: Int, example: (TLSVersion, [String])) throws {
        let (version, before) = example
        let dialogue = try TLSDialogue(portion: portion) {
            $0.maximumVersion = version
            $0.clientIssuers = Certificates.root
        }
        dialogue.session.start()
        dialogue.exchange()
        #expect(dialogue.heard.dropLast() == before[...])
        guard case .alert(let alert) = dialogue.error else { return #expect(Bool(false), "\(dialogue.heard)") }
        #expect(alert.mayAskForCertificate && dialogue.session.wasAskedForCertificate)
    }

    @Test(arguments: portions, versions)
    func `a server that gets a certificate accepts the session`(portion: Int, version: TLSVersion) throws {
        let context = try TLSContext(trusting: .anyone)
        try context.identify(
            by: try #require(Certificate.all(inPEM: Array(Certificates.loopback.utf8))),
            try #require(PrivateKey(inPEM: Array(Certificates.key.utf8))))
        let session = try TLSSession(context, with: .address(.loopback(.ipv4)))
        let dialogue = try TLSDialogue(session: session, portion: portion) {
            $0.maximumVersion = version
            $0.clientIssuers = Certificates.root
        }
        dialogue.session.start()
        dialogue.session.send(Array("question".utf8))
        dialogue.exchange()
        #expect(dialogue.heard == ["established"])
        #expect(dialogue.server.received == "question")
    }

    // MARK: Failures

    @Test(arguments: portions) func `garbage instead of TLS is a failure`(portion: Int) throws {
        let dialogue = try TLSDialogue(portion: portion)
        dialogue.session.start()
        dialogue.hand(Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8))
        #expect(dialogue.heard == ["failed: wrong version number"])
        // Nothing comes of what comes later.
        dialogue.hand(Array("nonsense".utf8))
        dialogue.session.receiveEnd()
        dialogue.session.send(Array("question".utf8))
        #expect(dialogue.heard.count == 1)
    }

    /// A fatal alert of level 2, `handshake_failure` (40), in a record of its own (RFC 5246, 7.2).
    @Test(arguments: portions) func `an alert in the handshake is named`(portion: Int) throws {
        let dialogue = try TLSDialogue(portion: portion)
        dialogue.session.start()
        dialogue.hand([21, 3, 3, 0, 2, 2, 40])
        #expect(dialogue.heard == ["failed: alert handshake_failure"])
    }

    @Test(arguments: portions, versions)
    func `a forged record ends the session`(portion: Int, version: TLSVersion) throws {
        let dialogue = try TLSDialogue(portion: portion) { $0.maximumVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        dialogue.server.send("answer")
        var octets = try #require(dialogue.server.takeOutgoing())
        octets += [23, 3, 3, 0, 32] + [UInt8](repeating: 0, count: 32)
        dialogue.hand(octets)
        // What came before it is heard, and the server is told.
        #expect(dialogue.heard.dropLast() == ["established", "answer"])
        guard case .broken = dialogue.error else { return #expect(Bool(false), "\(dialogue.heard)") }
        dialogue.exchange()
        #expect(dialogue.server.errors.first?.contains("bad_record_mac") == true, "\(dialogue.server.errors)")
    }

    @Test func `an end in the handshake is a failure`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["failed: end in the handshake"])
    }

    @Test(arguments: versions) func `an end without a close_notify is a failure`(version: TLSVersion) throws {
        let dialogue = try TLSDialogue { $0.maximumVersion = version }
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["established", "failed: end without a close_notify"])
    }

    @Test func `an end after a close_notify is no failure`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.exchange()
        dialogue.server.close()
        dialogue.exchange()
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["established", "ended"])
    }

    // MARK: This side's close_notify

    @Test(arguments: [false, true]) func `closing in the handshake ends the session`(isStarted: Bool) throws {
        let dialogue = try TLSDialogue()
        if isStarted { dialogue.session.start() }
        dialogue.session.close()
        #expect(dialogue.heard == ["ended"])
        dialogue.session.start()
        dialogue.session.receiveEnd()
        dialogue.session.close()
        #expect(dialogue.heard == ["ended"])
    }

    @Test func `an end after this side's close_notify is no failure`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.close()
        #expect(dialogue.heard == ["established"])
        dialogue.session.receiveEnd()
        #expect(dialogue.heard == ["established", "ended"])
    }

    @Test func `nonsense after this side's close_notify is no failure`() throws {
        let dialogue = try TLSDialogue()
        dialogue.session.start()
        dialogue.exchange()
        dialogue.session.close()
        dialogue.hand(Array("nonsense".utf8))
        #expect(dialogue.heard == ["established", "ended"])
    }

    /// The close_notify is sent between two events.
    @Test func `nothing that came before this side's close_notify is reported after it`() throws {
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

    /// The server sends two more tickets (RFC 8446, 4.6.1) before the first that it has to say.
    @Test(arguments: portions) func `late tickets are no event`(portion: Int) throws {
        let dialogue = try TLSDialogue(portion: portion)
        dialogue.session.start()
        dialogue.exchange()
        for _ in 0..<2 { try #require(dialogue.server.sendTicket()) }
        dialogue.server.send("answer")
        let records = try #require(dialogue.server.takeOutgoing()).records
        try #require(records.count == 3)
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
            try #require(dialogue.server.updateKeys())
            dialogue.server.send("\(round)")
            let records = try #require(dialogue.server.takeOutgoing()).records
            try #require(records.count == 2)
            let before = dialogue.heard
            dialogue.hand(records[0])
            #expect(dialogue.heard == before)
            dialogue.session.send(Array("\(round)".utf8))
            let answer = try #require(dialogue.session.takeOutgoing())
            #expect(answer.records.count == 2)
            dialogue.server.receive(answer)
            dialogue.hand(records[1])
        }
        #expect(dialogue.heard == ["established", "0123"])
        #expect(dialogue.server.received == "123" && dialogue.server.errors.isEmpty)
    }
}
