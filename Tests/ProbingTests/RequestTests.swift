import Addressing
import LVSCareModel
import Testing

@testable import Probing

/// What goes out on the wire.
@Suite struct RequestTests {
    /// The octets that reach a server at `endpoint` for `configuration`, with the endpoint written as `ENDPOINT`.
    private func request(_ configuration: HTTPProbeConfiguration) async throws -> String {
        let server = try await LoopbackServer(answering: answer("200 OK"))
        _ = try await probe(server.endpoint, .http(configuration))
        let request = try #require(server.record.requests.first)
        try await server.stop()
        return request.replacing("\(server.endpoint)", with: "ENDPOINT")
    }

    @Test func `the default request is minimal`() async throws {
        #expect(
            try await request(HTTPProbeConfiguration(scheme: .http)) == """
                GET /healthz HTTP/1.1\r
                Host: ENDPOINT\r
                User-Agent: lvscare\r
                Connection: close\r
                \r

                """)
    }

    @Test func `everything of the user's is in the request`() async throws {
        let configuration = HTTPProbeConfiguration(
            scheme: .http, target: "/a%20b?c=d&e=%2F", method: "PUT",
            headers: [
                .init(name: "host", value: "api.test"), .init(name: "user-agent", value: "kubelet"),
                .init(name: "X-Token", value: "secret"), .init(name: "connection", value: "keep-alive"),
                .init(name: "Content-Length", value: "999"),
            ],
            body: "grüezi")
        #expect(
            try await request(configuration) == """
                PUT /a%20b?c=d&e=%2F HTTP/1.1\r
                Host: api.test\r
                Content-Length: 7\r
                user-agent: kubelet\r
                X-Token: secret\r
                Connection: close\r
                \r
                grüezi
                """)
    }

    @Test func `a POST without a body announces that`() async throws {
        let request = try await request(HTTPProbeConfiguration(scheme: .http, method: "POST"))
        #expect(request.lineValue("Content-Length") == "0")
    }

    @Test func `HEAD is sent as it is`() async throws {
        let server = try await LoopbackServer(
            answering: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n")
        let configuration = HTTPProbeConfiguration(scheme: .http, method: "HEAD")
        #expect(try await probe(server.endpoint, .http(configuration)).status == 200)
        #expect(server.record.requests.first?.hasPrefix("HEAD /healthz HTTP/1.1\r\n") == true)
        try await server.stop()
    }

    @Test func `every probe has a connection of its own`() async throws {
        let server = try await LoopbackServer(
            .init(onRequest: { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }))
        for _ in 0..<5 { #expect(try await probe(http: server.endpoint).status == 200) }
        #expect(server.record.connections == 5)
        try await server.stop()
    }
}
