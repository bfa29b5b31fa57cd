import NIOCore
import NIOSSL
import Testing

@testable import Probing

/// What is left of a session that was let go: nothing, however far it was.
@Suite struct TLSSessionRemainsTests {
    /// How far a session is when it is let go.
    enum Stage: CaseIterable {
        case new, closedUnstarted, keptBack
        case started, inHandshake, closedInHandshake, cutOffInHandshake, misunderstood, unverified
        case established, inRecord, cutOff, goodbyeSaid, goodbyesSaid, goodbyeHeard, unheard
    }

    /// References that keep nothing.
    private struct Remains {
        weak var session: TLSSession?
        weak var handler: NIOSSLClientHandler?
        weak var connection: AnyObject?
        weak var channel: (any Channel)?
        weak var pipeline: ChannelPipeline?

        init(of session: TLSSession) throws {
            self.session = session
            handler = session.handler
            let connection: AnyObject = try #require(session.handler.connection)
            self.connection = connection
            let channel = try #require(Mirror(reflecting: session).descendant("ends") as? any Channel)
            self.channel = channel
            pipeline = channel.pipeline
        }
    }

    @Test(arguments: Stage.allCases, [TLSVersion.tlsv12, .tlsv13])
    func `nothing`(stage: Stage, version: TLSVersion) throws {
        let remains = try remains(at: stage, version)
        #expect(remains.session == nil)
        #expect(remains.handler == nil)
        #expect(remains.connection == nil)
        #expect(remains.channel == nil)
        #expect(remains.pipeline == nil)
    }

    private func remains(at stage: Stage, _ version: TLSVersion) throws -> Remains {
        let certificate = stage == .unverified ? Certificates.elsewhere : Certificates.loopback
        let dialogue = try TLSDialogue(.verifying(), certificate: certificate) { $0.maximumTLSVersion = version }
        try advance(dialogue, to: stage)
        return try Remains(of: dialogue.session)
    }

    private func advance(_ dialogue: TLSDialogue, to stage: Stage) throws {
        let session = dialogue.session
        let server = dialogue.server
        switch stage {
        case .new:
            break
        case .closedUnstarted:
            session.close()
        case .keptBack:
            session.send(ByteBuffer(string: "question"))
        case .started:
            session.start()
        case .inHandshake:
            session.start()
            session.send(ByteBuffer(string: "question"))
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
            dialogue.hand(ByteBuffer(string: "nonsense"))
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
        case .goodbyeSaid:
            try advance(dialogue, to: .established)
            session.close()
        case .goodbyesSaid:
            try advance(dialogue, to: .goodbyeSaid)
            dialogue.exchange()
        case .goodbyeHeard:
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
        hand(try #require(octets.getSlice(at: 0, length: octets.readableBytes / 2)))
    }
}
