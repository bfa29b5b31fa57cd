import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareHTTP
@testable import Probing

/// Verdicts on what servers answer, beside those of Go, curl and HAProxy.
enum HTTPVerdicts {
    /// An answer to `GET`, after which the server closes.
    struct Answer: Sendable {
        var octets: String
        var isHealthy: Bool
    }

    /// All answers of `HTTPExamples`, right and wrong, and a list of statuses.
    static let answers: [Answer] =
        (HTTPExamples.sound + HTTPExamples.disputed).filter { $0.method == "GET" }.map {
            Answer(octets: $0.octets, isHealthy: $0.head.status < 400)
        }
        + (HTTPExamples.faults.map(\.0) + HTTPExamples.cutOff).map { Answer(octets: $0, isHealthy: false) }
        + [
            200, 201, 204, 206, 299, 300, 301, 302, 303, 304, 305, 307, 308, 399, 400, 401, 403, 404, 429, 500, 503,
            599,
        ]
        .flatMap { status in
            ["HTTP/1.1 \(status) Words\r\nContent-Length: 0\r\n\r\n", "HTTP/1.0 \(status)\n\n"].map {
                Answer(octets: $0, isHealthy: status < 400)
            }
        }

    static func compare() async throws {
        // A dissent without its answer would be a leftover.
        let octets = Set(answers.map(\.octets))
        for answer in dissents.flatMap(\.answers) { #expect(octets.contains(answer), "\(answer.debugDescription)") }
        var servers: [LoopbackServer] = []
        for answer in answers { servers.append(try await LoopbackServer(answering: answer.octets)) }
        let configuration = ProbeConfiguration.http(
            HTTPProbeConfiguration(scheme: .http, target: "/", redirects: .none))
        let rows = zip(answers, servers).map { answer, server in
            (
                row: VerdictRow(
                    name: "\(answer.octets.prefix(160).debugDescription)", isHealthy: answer.isHealthy,
                    dissent: dissents.first { $0.answers.contains(answer.octets) }?.dissent),
                question: Oracle.Question(endpoint: server.endpoint, configuration: configuration)
            )
        }
        _ = try await compareVerdicts(rows)
        for server in servers { try await server.stop() }
    }
}
