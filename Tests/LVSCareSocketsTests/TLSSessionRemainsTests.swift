import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareSockets

/// What is left of a session that was let go: nothing, however far it was.
@Suite struct TLSSessionRemainsTests {
    /// How far a session is when it is let go.
    enum Stage: CaseIterable {
        case new, closedUnstarted, waiting
        case started, inHandshake, closedInHandshake, cutOffInHandshake, misunderstood, unverified
        case established, inRecord, cutOff, notified, bothNotified, notifiedByServer, unheard
    }

    /// References that keep nothing.
    private struct Remains {
        weak var session: TLSSession?
        weak var certificate: Certificate?
    }

    @Test(arguments: Stage.allCases, [TLSVersion.tls12, .tls13])
    func `nothing remains of a session`(stage: Stage, version: TLSVersion) throws {
        let remains = try remains(at: stage, version)
        #expect(remains.session == nil)
        #expect(remains.certificate == nil)
    }

    private func remains(at stage: Stage, _ version: TLSVersion) throws -> Remains {
        let certificate = stage == .unverified ? Certificates.elsewhere : Certificates.loopback
        let dialogue = try TLSDialogue(.verifying(), certificate: certificate) { $0.maximumVersion = version }
        try advance(dialogue, to: stage)
        return Remains(session: dialogue.session, certificate: dialogue.session.certificate)
    }

    private func advance(_ dialogue: TLSDialogue, to stage: Stage) throws {
        let session = dialogue.session
        let server = dialogue.server
        switch stage {
        case .new:
            break
        case .closedUnstarted:
            session.close()
        case .waiting:
            session.send(Array("question".utf8))
        case .started:
            session.start()
        case .inHandshake:
            session.start()
            session.send(Array("question".utf8))
            server.receive(try #require(session.takeOutgoing()))
            try dialogue.handHalf()
        case .closedInHandshake:
            try advance(dialogue, to: .inHandshake)
            session.close()
        case .cutOffInHandshake:
            try advance(dialogue, to: .inHandshake)
            session.receiveEnd()
        case .misunderstood:
            session.start()
            dialogue.hand(Array("nonsense".utf8))
        case .established, .unverified:
            session.start()
            dialogue.exchange()
        case .inRecord:
            try advance(dialogue, to: .established)
            server.send("answer")
            try dialogue.handHalf()
        case .cutOff:
            try advance(dialogue, to: .established)
            session.receiveEnd()
        case .notified:
            try advance(dialogue, to: .established)
            session.close()
        case .bothNotified:
            try advance(dialogue, to: .notified)
            dialogue.exchange()
        case .notifiedByServer:
            try advance(dialogue, to: .established)
            server.close()
            dialogue.exchange()
        case .unheard:
            session.start()
            dialogue.exchange(tells: false)
            server.send("answer")
            server.close()
            dialogue.exchange(tells: false)
        }
    }
}

extension TLSDialogue {
    /// Hands the session the first half of what the server has for it.
    fileprivate func handHalf() throws {
        let octets = try #require(server.takeOutgoing())
        hand(Array(octets.prefix(octets.count / 2)))
    }
}
