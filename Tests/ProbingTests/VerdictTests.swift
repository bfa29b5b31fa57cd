import LVSCareModel
import Testing

@testable import Probing

/// Verdicts on what servers answer, beside those of curl. Where the two differ the row says why.
@Suite struct VerdictTests {
    /// An answer to `GET`, which is all that a server says before it closes.
    struct Answer: Sendable, CustomTestStringConvertible {
        var octets: String
        var testDescription: String { "\(octets.prefix(120).debugDescription)" }
    }

    /// Every answer that `HTTPAnswerTests` knows, right and wrong.
    static let answers: [Answer] =
        (HTTPAnswerTests.examples + HTTPAnswerTests.disputed).filter { $0.method == "GET" }.map {
            Answer(octets: $0.octets)
        } + HTTPAnswerTests.faults.map { Answer(octets: $0.0) } + HTTPAnswerTests.cutOff.map { Answer(octets: $0) }
        + [
            200, 201, 204, 206, 299, 300, 301, 302, 303, 304, 305, 307, 308, 399, 400, 401, 403, 404, 429, 500, 503,
            599,
        ]
        .flatMap { status in
            ["HTTP/1.1 \(status) Words\r\nContent-Length: 0\r\n\r\n", "HTTP/1.0 \(status)\n\n"].map(Answer.init)
        }

    /// Why the verdict is another than curl's.
    enum Difference: CaseIterable {
        /// The head decides; what is wrong with the content, its coding or its trailers shows too late for anybody who
        /// waits for a head. Go does the same.
        case coded
        /// A status below 400 is healthy, says the README; curl waits for the other protocol.
        case switched
        /// The value may begin in the next line (RFC 9112, section 5.2).
        case folded
        /// The name of the protocol is case-sensitive, and version 2 is not spoken like that (RFC 9112, section 2.3). So in
        /// Go.
        case version
        /// Who states a length that is none, or two, may mean anything (RFC 9112, section 6.3). So in Go.
        case length
        /// A head that does not come to its end is none. So in Go.
        case cutOff
        /// Octets that cannot be in a head are those of an attack, or of another protocol (RFC 9110, section 5.5). So in
        /// Go.
        case characters

        /// The answers.
        var answers: [String] {
            switch self {
            case .coded:
                [
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX\n",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX\r\n",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n00a\r\n0123456789\r\nB\r\n01234\r\n6789\r\n00\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nokay",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2;x;y=z;q=\"a b\"\r\nok\r\n0;last\r\nX-Trailer: z\r\nETag: \r\n\r\n",
                ]
            case .switched:
                [
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
                ]
            case .folded:
                [
                    "HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n  \r\n\r\nok"
                ]
            case .version:
                [
                    "HTTP/2.0 200 OK\r\n\r\n",
                    "http/1.1 200 OK\r\n\r\n",
                ]
            case .length:
                [
                    "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
                ]
            case .cutOff:
                [
                    "HTTP/1.1 200 OK\r\n",
                    "HTTP/1.1 200 OK\r\nX-Half: ",
                    "HTTP/1.1 200 OK\r\nX: y\r\n\r",
                ]
            case .characters:
                [
                    "HTTP/1.1 200 OK\r\n: y\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nX: \r \r\n\r\n",
                    "HTTP/1.1 200 OK\r\nX: \u{7F}\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nXä: y\r\n\r\n",
                    "HTTP/1.1 200 OK\r\rX: y\r\n\r\n",
                    "HTTP/1.1 200 O\rK\r\n\r\n",
                ]
            }
        }
    }

    @Test(arguments: answers)
    func `an answer`(answer: Answer) async throws {
        let server = try await LoopbackServer(answering: answer.octets)
        let outcome = try await probe(server.endpoint, .http(HTTPProbeConfiguration(scheme: .http, redirects: .none)))
        let code = try await Program.curl(["--http1.1", "http://\(server.endpoint)/"])
        let isHealthyToCurl = code.map { 101..<400 ~= $0 } ?? false
        let isDifferent = Difference.allCases.contains { $0.answers.contains(answer.octets) }
        #expect((outcome.isHealthy == isHealthyToCurl) != isDifferent, "curl: \(code ?? 0), we: \(outcome)")
        try await server.stop()
    }
}
