import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareHTTP
@testable import Probing

/// Verdicts on gRPC servers, right and wrong on each layer, beside those of Go's health client, curl and HAProxy.
enum GRPCVerdicts {
    /// A server's frames and the verdict on them.
    struct Row: Sendable {
        /// The part of an answer that decides. HAProxy judges the head alone, curl all but the message.
        enum Decision { case head, trailers, message }

        var name: String
        /// Octets before the request.
        var greeting: [UInt8]
        /// Steps after the request.
        var answer: [LoopbackServer.Step]
        var isHealthy: Bool
        var decision: Decision
        /// The oracles to ask where the verdicts of others depend on a race of settings and request.
        var onlyAsked: Set<Oracle>?
        /// Protocols of a server with TLS (ALPN); `nil` for one without TLS.
        var protocols: [String]?
        /// Whether the call is made with TLS.
        var callsWithTLS = false
        var dissent: VerdictRow.Dissent?

        init(
            _ name: String, greeting: [HTTP2Frame] = [HTTP2Frame(kind: .settings)], _ frames: [HTTP2Frame],
            then steps: [LoopbackServer.Step] = [], healthy isHealthy: Bool = false, by decision: Decision = .trailers,
            onlyAsked: Set<Oracle>? = nil, butNot of: Set<Oracle> = [], because why: String? = nil
        ) {
            self.onlyAsked = onlyAsked
            (self.name, self.isHealthy, self.decision) = (name, isHealthy, decision)
            self.greeting = Self.octets(greeting)
            answer = [.octets(Self.octets(frames))] + steps
            dissent = why.map { .init(of: of, why: $0) }
        }

        var oracles: Set<Oracle> {
            if let onlyAsked { return onlyAsked }
            // HAProxy 2.6 waits in vain for settings that come along with the end of the handshake.
            let all = Set(Oracle.allCases).subtracting(callsWithTLS && protocols != nil ? [.haproxy] : [])
            if isHealthy { return all }
            return switch decision {
            case .head: all
            case .trailers: [.go, .curl]
            case .message: [.go]
            }
        }

        /// The row with TLS.
        func overTLS(_ protocols: [String]?, called: Bool = true) -> Row {
            var row = self
            (row.protocols, row.callsWithTLS) = (protocols, called)
            return row
        }

        private static func octets(_ frames: [HTTP2Frame]) -> [UInt8] {
            var octets: [UInt8] = []
            for frame in frames { octets.append(frame) }
            return octets
        }
    }

    static func compare() async throws {
        var servers: [LoopbackServer] = []
        for row in rows {
            let context = try row.protocols.map { protocols in
                try serverContext { $0.applicationProtocols = protocols }
            }
            servers.append(
                try await LoopbackServer(
                    tls: context,
                    .init(onAccept: [.octets(row.greeting)], onRequest: { _ in row.answer }, framing: .http2)))
        }
        let rows = zip(rows, servers).map { row, server in
            (
                row: VerdictRow(name: row.name, isHealthy: row.isHealthy, oracles: row.oracles, dissent: row.dissent),
                question: Oracle.Question(
                    endpoint: server.endpoint,
                    configuration: .grpc(GRPCProbeConfiguration(tls: row.callsWithTLS ? TLSProbeConfiguration() : nil)))
            )
        }
        _ = try await compareVerdicts(rows)
        for server in servers { try await server.stop() }
    }

    static let rows = messages + statuses + heads + blocks + frames + ends + secure
}

extension GRPCVerdicts {
    /// Reasons of several rows.
    enum Why {
        static let malformed = "a head without a status, or with one at its end, is none (RFC 9113, section 8.3)"
        static let interim = "they may precede every head (RFC 9113, section 8.1)"
        static let lenient = "laxer, like Go: the answer can be read all the same"
        static let early = "the request was allowed before this was known, and it is answered"
        static let agreement =
            "HTTP/2 over TLS is agreed upon (RFC 9113, section 3.2), as newer versions of grpc-go want it"
        static let stream = "nobody has opened another stream (RFC 9113, section 5.1.1)"
    }
}

/// The frames of answers.
extension HTTP2Frame {
    static let settings = HTTP2Frame(kind: .settings)
    /// The head of a usual answer.
    static let head = head(("content-type", "application/grpc"))
    /// The end of a usual answer.
    static let trailers = trailers(("grpc-status", "0"))

    static func settings(_ values: (UInt16, UInt32)...) -> HTTP2Frame {
        var payload: [UInt8] = []
        for (identifier, value) in values {
            payload.append(integer: identifier)
            payload.append(integer: value)
        }
        return HTTP2Frame(kind: .settings, payload: payload[...])
    }

    /// A whole block in one frame.
    static func fields(
        _ fields: [(String, String)], _ flags: Flags = .endHeaders, stream: UInt32 = 1
    ) -> HTTP2Frame {
        HTTP2Frame(
            kind: .headers, flags: flags, stream: stream,
            payload: fields.map { HTTP2Field($0.0, $0.1) }.block[...])
    }

    static func head(_ more: (String, String)...) -> HTTP2Frame { fields([(":status", "200")] + more) }

    static func trailers(_ them: (String, String)...) -> HTTP2Frame { fields(them, [.endHeaders, .endStream]) }

    /// An answer without a body.
    static func only(_ more: (String, String)...) -> HTTP2Frame {
        fields([(":status", "200"), ("content-type", "application/grpc")] + more, [.endHeaders, .endStream])
    }

    static func data(_ octets: [UInt8], _ flags: Flags = [], stream: UInt32 = 1) -> HTTP2Frame {
        HTTP2Frame(kind: .data, flags: flags, stream: stream, payload: octets[...])
    }

    /// A message with its prefix.
    static func message(_ octets: [UInt8], compressed: UInt8 = 0) -> HTTP2Frame {
        data([compressed] + GRPCMessage.framed(octets).dropFirst())
    }

    static func other(_ kind: UInt8, _ payload: [UInt8] = [], stream: UInt32 = 0, flags: UInt8 = 0) -> HTTP2Frame {
        HTTP2Frame(kind: .init(rawValue: kind), flags: .init(rawValue: flags), stream: stream, payload: payload[...])
    }

    static func reset(_ code: UInt8) -> HTTP2Frame { other(3, [0, 0, 0, code], stream: 1) }
    static func goAway(last: UInt8, _ code: UInt8 = 0) -> HTTP2Frame { other(7, [0, 0, 0, last, 0, 0, 0, code]) }
}

extension [HTTP2Frame] {
    /// A healthy answer.
    static let serving = [HTTP2Frame.head, .message(GRPCServer.serving), .trailers]
}
