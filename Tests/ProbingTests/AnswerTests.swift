import Addressing
import LVSCareModel
import Testing

@testable import Probing

/// What the answers to a plain HTTP probe mean.
@Suite struct AnswerTests {
    @Test(arguments: [
        ("200 OK", true), ("204 No Content", true), ("299 Odd", true), ("300 Multiple Choices", true),
        ("304 Not Modified", true), ("399 Odd", true), ("400 Bad Request", false), ("401 Unauthorized", false),
        ("404 Not Found", false), ("500 Internal Server Error", false), ("503 Service Unavailable", false),
        ("599 Odd", false), ("101 Switching Protocols", true),
    ])
    func `the status decides`(status: String, isHealthy: Bool) async throws {
        let server = try await LoopbackServer(answering: answer(status))
        let outcome = try await probe(http: server.endpoint)
        let code = try #require(Int(status.prefix(3)))
        if isHealthy {
            #expect(outcome.status == code, "\(outcome)")
        } else {
            expect(outcome, fails: .status(code), in: .response, saying: "status \(code)")
        }
        try await server.stop()
    }

    @Test func `a listed status is healthy`() async throws {
        let server = try await LoopbackServer(answering: answer("401 Unauthorized"))
        let listed = HTTPProbeConfiguration(scheme: .http, healthyStatuses: [401, 503])
        #expect(try await probe(server.endpoint, .http(listed)).status == 401)
        let unlisted = HTTPProbeConfiguration(scheme: .http, healthyStatuses: [403])
        expect(try await probe(server.endpoint, .http(unlisted)), fails: .status(401), in: .response)
        try await server.stop()
    }

    /// Answers in odd forms that are answers nevertheless.
    @Test(arguments: [
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nX: folded\r\n  twice\r\n\tand more\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Long: \(String(repeating: "x", count: 10_000))\r\n\r\n",
    ])
    func `an odd response is healthy`(answer: String) async throws {
        let server = try await LoopbackServer(answering: answer)
        let outcome = try await probe(http: server.endpoint)
        #expect(outcome.status == 200, "\(outcome)")
        try await server.stop()
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}",
        "HTTP/0.9 200 OK\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Huge: \(String(repeating: "x", count: 100_000))\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\(String(repeating: "X-Many: x\r\n", count: 300))\r\n",
    ])
    func `garbage is an error of protocol`(answer: String) async throws {
        let server = try await LoopbackServer(answering: answer)
        expect(try await probe(http: server.endpoint), fails: .protocolError, in: .response)
        try await server.stop()
    }

    @Test(arguments: [
        LoopbackServer.Script(onAccept: [.close]),
        LoopbackServer.Script(onRequest: { _ in [.close] }),
        LoopbackServer.Script(onRequest: { _ in [.reset] }),
        LoopbackServer.Script(onRequest: { _ in [.send("HTTP/1.1 200 OK\r\nX-Half: "), .close] }),
        LoopbackServer.Script(onRequest: { _ in [.send("HTTP/1.1 100 Continue\r\n\r\n"), .close] }),
    ])
    func `closing before the head is a reset`(script: LoopbackServer.Script) async throws {
        let server = try await LoopbackServer(script)
        expect(try await probe(http: server.endpoint), fails: .reset, in: .response)
        try await server.stop()
    }

    /// The reset can even come before the end of connecting is noticed.
    @Test(arguments: HTTPProbeConfiguration.Scheme.allCases)
    func `a reset at once is a reset`(scheme: HTTPProbeConfiguration.Scheme) async throws {
        let server = try await LoopbackServer(.init(onAccept: [.reset]))
        let outcome = try await probe(server.endpoint, .http(HTTPProbeConfiguration(scheme: scheme)))
        #expect(outcome.failure?.reason == .reset, "\(outcome)")
        try await server.stop()
    }

    @Test(arguments: [
        LoopbackServer.Script(),
        LoopbackServer.Script(onRequest: { _ in
            [.drip("HTTP/1.1 200 OK\r\nX-Slow: \(String(repeating: "x", count: 1000))\r\n\r\n")]
        }),
    ])
    func `a slow head is a timeout`(script: LoopbackServer.Script) async throws {
        let server = try await LoopbackServer(script)
        let outcome = try await probe(http: server.endpoint, timeout: .seconds(5))
        expect(outcome, fails: .responseTimeout, in: .response, saying: "no answer head within 5 s")
        #expect((.seconds(5)...(.seconds(20))).contains(outcome.failure?.elapsed ?? .zero))
        try await eventually("the server's side is closed") { server.record.openConnections == 0 }
        try await server.stop()
    }

    @Test func `the body is not awaited`() async throws {
        let silent = try await LoopbackServer(
            .init(onRequest: { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")] }))
        #expect(try await probe(http: silent.endpoint).status == 200)
        let endless = try await LoopbackServer(
            .init(onRequest: { _ in [.send("HTTP/1.1 200 OK\r\n\r\n"), .sendForever] }))
        #expect(try await probe(http: endless.endpoint).status == 200)
        try await eventually("both are cut off") {
            silent.record.openConnections == 0 && endless.record.openConnections == 0
        }
        try await silent.stop()
        try await endless.stop()
    }

    @Test func `a half-close after the head is healthy`() async throws {
        let server = try await LoopbackServer(.init(onRequest: { _ in [.send(answer("200 OK")), .shutDown] }))
        #expect(try await probe(http: server.endpoint).status == 200)
        try await eventually("the server's side is closed") { server.record.openConnections == 0 }
        try await server.stop()
    }

    /// The server neither reads the request nor waits for it.
    @Test(arguments: [LoopbackServer.Step.shutDown, .close])
    func `a response before the end of the request counts`(end: LoopbackServer.Step) async throws {
        let server = try await LoopbackServer(
            .init(onAccept: [.send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\n"), end], reads: false))
        let large = HTTPProbeConfiguration(
            scheme: .http, method: "POST", body: String(repeating: "x", count: 8_000_000))
        expect(try await probe(server.endpoint, .http(large)), fails: .status(413), in: .response)
        try await server.stop()
    }

    @Test func `IPv6 is probed`() async throws {
        let server = try await LoopbackServer(on: "::1", answering: answer("200 OK"))
        #expect(try await probe(http: server.endpoint).status == 200)
        #expect(server.record.requests.first?.lineValue("Host") == "[::1]:\(server.endpoint.port)")
        try await server.stop()
    }
}
