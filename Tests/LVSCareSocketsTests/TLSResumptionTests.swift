import Addressing
import COpenSSL
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareSockets

/// Sessions that are resumed, with a server that is there only in memory and says what it has seen.
@Suite struct TLSResumptionTests {
    private static let versions = [TLSVersion.tls12, .tls13]
    private static let host = Host.address(.loopback(.ipv4))

    /// A server, a client, and the handshakes between them.
    private final class Pair {
        private final class Record: Sendable {
            let handshakes = Mutex<[TLSHandshake]>([])
        }

        let server: TLSServerContext
        let client: TLSContext
        private let record = Record()

        init(
            trusting trust: TLSContext.Trust = .anyone, certificate: String = Certificates.loopback,
            adjust: (inout TLSServerSettings) -> Void = { _ in }
        ) throws {
            client = try TLSContext(trusting: trust)
            let record = record
            server = try serverContext(certificate) {
                adjust(&$0)
                $0.seesHandshake = { handshake in record.handshakes.withLock { $0.append(handshake) } }
            }
        }

        /// Whether each handshake was resumed in the server's eyes.
        var areResumed: [Bool] { record.handshakes.withLock { $0.map(\.isResumed) } }
        var hadEarlyData: Bool { record.handshakes.withLock { $0.contains(where: \.hadEarlyData) } }

        /// A session that has offered `offer`, after a question and its answer.
        func talk(offering offer: ResumableSession? = nil, portion: Int = .max) throws -> TLSSession {
            let session = try TLSSession(client, with: TLSResumptionTests.host, offering: offer)
            let dialogue = try TLSDialogue(session: session, portion: portion, with: server)
            session.start()
            session.send(Array("question".utf8))
            dialogue.exchange()
            dialogue.server.send("answer")
            dialogue.exchange()
            #expect(dialogue.heard == ["established", "answer"])
            return session
        }
    }

    private func trust() throws -> TLSContext.Trust {
        .issuers(try #require(Certificate.all(inPEM: Array(Certificates.root.utf8))))
    }

    @Test(arguments: versions, [1, 7, Int.max])
    func `a session is resumed again and again`(version: TLSVersion, portion: Int) throws {
        let pair = try Pair(trusting: trust()) { $0.maximumVersion = version }
        var session = try pair.talk(portion: portion)
        #expect(!session.isResumed && !session.restsOnOffer)
        var offer = try #require(session.takeResumable())
        #expect(offer.isForOneUse == (version == .tls13))
        // 2020-01-01 until 2120-01-01, as the fixtures say.
        #expect(offer.origin == .init(certificateExpiry: 4_733_510_400, validity: 1_577_836_800..<4_733_510_400))
        for _ in 0..<3 {
            session = try pair.talk(offering: offer, portion: portion)
            #expect(session.isResumed && session.restsOnOffer)
            #expect(session.certificate == nil)
            #expect(session.certificateExpiry == 4_733_510_400)
            let next = session.takeResumable()
            #expect((next == nil) == (version == .tls12))
            if let next {
                #expect(next.origin == offer.origin)
                offer = next
            }
        }
        #expect(pair.areResumed == [false, true, true, true])
    }

    @Test(arguments: versions)
    func `what a server has given is taken once`(version: TLSVersion) throws {
        let pair = try Pair { $0.maximumVersion = version }
        let session = try pair.talk()
        let offer = try #require(session.takeResumable())
        #expect(offer.origin == .init(certificateExpiry: 4_733_510_400))
        #expect(session.takeResumable() == nil)
    }

    @Test(arguments: versions)
    func `a server that takes no offer makes a full handshake`(version: TLSVersion) throws {
        let pair = try Pair(trusting: trust()) { $0.maximumVersion = version }
        let offer = try #require(try pair.talk().takeResumable())
        pair.server.renewTicketKeys()
        let session = try pair.talk(offering: offer)
        #expect(!session.isResumed && !session.restsOnOffer)
        #expect(session.certificate != nil)
        #expect(session.takeResumable()?.origin.renewal == nil)
        #expect(pair.areResumed == [false, false])
    }

    @Test(arguments: versions)
    func `a full handshake in the place of a resumed one is verified`(version: TLSVersion) throws {
        let pair = try Pair(trusting: trust()) { $0.maximumVersion = version }
        let offer = try #require(try pair.talk().takeResumable())
        pair.server.renewTicketKeys()
        try pair.server.show(Certificates.expired)
        let session = try TLSSession(pair.client, with: Self.host, offering: offer)
        let dialogue = try TLSDialogue(session: session, with: pair.server)
        session.start()
        dialogue.exchange()
        #expect(dialogue.heard == ["failed: refused as expired"])
        // 2020-02-01, as the fixture says.
        #expect(session.certificateExpiry == 1_580_515_200)
        #expect(session.takeResumable() == nil)
    }

    /// Early data can be replayed by others (RFC 8446, section 8).
    @Test func `nothing is sent ahead of a resumed handshake`() throws {
        let pair = try Pair { $0.earlyData = 16384 }
        let offer = try #require(try pair.talk().takeResumable())
        _ = try pair.talk(offering: offer)
        #expect(pair.areResumed == [false, true])
        #expect(!pair.hadEarlyData)
    }

    /// Ten thousand servers are 4 MB then, instead of the 100 MB of the library's own objects.
    @Test(arguments: versions)
    func `a session is kept without its certificates, in the library's encoding`(version: TLSVersion) throws {
        let pair = try Pair(trusting: trust()) { $0.maximumVersion = version }
        let offer = try #require(try pair.talk().takeResumable())
        #expect(offer.octets.count < 400)
        let again = try #require(
            offer.octets.withUnsafeBufferPointer { octets in
                var next = octets.baseAddress
                return d2i_SSL_SESSION(nil, &next, octets.count)
            })
        defer { SSL_SESSION_free(again) }
        #expect(SSL_SESSION_get0_peer(again) == nil)
        let copy = try #require(ResumableSession(again, offer.origin))
        #expect(copy == offer)
    }

    @Test func `octets that are no session are not offered`() throws {
        let pair = try Pair()
        let nonsense = ResumableSession(octets: [0x30, 1, 0], isForOneUse: true, origin: .init())
        let session = try pair.talk(offering: nonsense)
        #expect(!session.restsOnOffer)
        #expect(pair.areResumed == [false])
    }

    // MARK: The encoding

    /// By hand after X.690, section 8; `openssl asn1parse -inform DER` agrees.
    @Test(
        arguments: [
            ([0x30, 0x03, 0x02, 0x01, 0x05], [0x30, 0x03, 0x02, 0x01, 0x05]),
            ([0x30, 0x08, 0x02, 0x01, 0x05, 0xa3, 0x03, 0x02, 0x01, 0x07], [0x30, 0x03, 0x02, 0x01, 0x05]),
            ([0x30, 0x05, 0xa3, 0x00, 0x02, 0x01, 0x05], [0x30, 0x03, 0x02, 0x01, 0x05]),
            ([0x30, 0x81, 0x03, 0x02, 0x01, 0x05], [0x30, 0x03, 0x02, 0x01, 0x05]),
            ([0x30, 0x00], [0x30, 0x00]),
            ([0x31, 0x03, 0x02, 0x01, 0x05], nil), ([0x30, 0x04, 0x02, 0x01, 0x05], nil),
            ([0x30, 0x03, 0x02, 0x02, 0x05], nil), ([0x30, 0x02, 0x02, 0x01, 0x05], nil),
            ([0x30, 0x80, 0x00, 0x00], nil),
            ([0x30, 0x83, 0x00, 0x00, 0x00], nil), ([0x30, 0x03, 0x1f, 0x01, 0x05], nil), ([0x30], nil), ([], nil),
        ] as [([UInt8], [UInt8]?)])
    func `an element is left out of an encoding`(encoding: [UInt8], expected: [UInt8]?) {
        #expect(DER.sequence(encoding, leavingOut: 0xa3) == expected)
    }

    @Test(arguments: [0x7f, 0x80, 0xff, 0x100, 0x1000])
    func `what remains has the length that it had`(count: Int) {
        let content = [UInt8](repeating: 7, count: count)
        let element: [UInt8] =
            [0x04]
            + (count > 0xff
                ? [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
                : count > 0x7f ? [0x81, UInt8(count)] : [UInt8(count)])
            + content
        let whole: [UInt8] = [0x30, 0x82, UInt8(element.count >> 8), UInt8(element.count & 0xff)] + element
        #expect(DER.sequence(whole, leavingOut: 0xa3)?.suffix(element.count) == element[...])
    }
}
