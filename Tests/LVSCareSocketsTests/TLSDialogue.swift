import Addressing
import LVSCareHTTP
import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareSockets

/// A session, the server that it is with, and what both have said.
final class TLSDialogue {
    let session: TLSSession
    let server: TLSServerSide
    private let portion: Int
    private(set) var error: TLSFailure?
    private var story: [String] = []
    /// Whether the last event was plaintext.
    private var isInPlaintext = false

    init(
        _ client: TLSClient = TLSClient(TLSProbeConfiguration()), session: TLSSession? = nil,
        certificate: String = Certificates.loopback, portion: Int = .max, with context: TLSServerContext? = nil,
        adjust: (inout TLSServerSettings) -> Void = { _ in }
    ) throws {
        self.portion = portion
        self.session = try session ?? client.makeSession(with: .address(.loopback(.ipv4)))
        server = try TLSServerSide(context ?? serverContext(certificate, adjust: adjust))
    }

    /// The events so far; plaintext that comes in several is one here.
    var heard: [String] {
        while let event = session.nextEvent() {
            switch event {
            case .established(let name): story.append(name.map { "established \($0)" } ?? "established")
            case .ended: story.append("ended")
            case .failed(let error):
                self.error = error
                story.append("failed: \(Self.summary(of: error))")
            case .received(let octets):
                let text = String(decoding: octets, as: UTF8.self)
                if isInPlaintext { story[story.count - 1] += text } else { story.append(text) }
            }
            if case .received = event { isInPlaintext = true } else { isInPlaintext = false }
        }
        return story
    }

    private static func summary(of failure: TLSFailure) -> String {
        switch failure {
        case .endInHandshake: "end in the handshake"
        case .endWithoutCloseNotify: "end without a close_notify"
        case .alert(let alert): "alert \(alert)"
        case .refused(let objection): "refused as \(objection.kind)"
        case .broken(let words, _): words
        case .flood: "flood"
        }
    }

    /// Hands `octets` to the session in portions.
    func hand(_ octets: [UInt8]) {
        octets.forEachPortion(portion) { session.receive($0.span.bytes) }
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

extension [UInt8] {
    /// Whole records: the header of each is five octets and ends with the length of the rest (RFC 8446, 5.1).
    var records: [[UInt8]] {
        var rest = self[...]
        var records: [[UInt8]] = []
        while let length = rest.integer(at: 3, as: UInt16.self), let record = rest.readSlice(length: 5 + Int(length)) {
            records.append(Array(record))
        }
        return records
    }

    fileprivate func forEachPortion(_ portion: Int, _ body: ([UInt8]) -> Void) {
        var rest = self[...]
        while let next = rest.readSlice(length: Swift.min(portion, rest.count)), !next.isEmpty { body(Array(next)) }
    }
}
