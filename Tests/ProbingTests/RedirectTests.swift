import Addressing
import LVSCareModel
import ProbingTestKit
import Testing

@testable import Probing

/// Redirects on the wire; what they do to a request is in `HTTPExchangeTests`.
@Suite struct RedirectTests {
    private static let following = ProbeConfiguration.http(HTTPProbeConfiguration(scheme: .http, redirects: .follow))

    /// A server that sends whoever asks for anything but `/end` to what `location` says.
    private func redirecting(
        to location: @escaping @Sendable (_ target: String) -> String, status: String = "302 Found"
    ) async throws -> LoopbackServer {
        try await LoopbackServer(
            .init(onRequest: { request in
                let target = String(request.split(separator: " ")[1])
                return target == "/end"
                    ? [.send(answer("200 OK")), .close]
                    : [.send(answer(status, "Location: \(location(target))\r\n")), .close]
            }))
    }

    @Test(arguments: ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent"])
    func `a relative location is followed`(status: String) async throws {
        let server = try await redirecting(to: { _ in "end" }, status: status)
        #expect(try await probe(server.endpoint, Self.following).status == 200)
        #expect(server.record.connections == 2)
        try await server.stop()
    }

    @Test func `a redirect leads to another server and address family`() async throws {
        let target = try await LoopbackServer(on: "::1", answering: answer("204 No Content"))
        let server = try await redirecting(to: { _ in "http://\(target.endpoint)/x" })
        #expect(try await probe(server.endpoint, Self.following).status == 204)
        #expect(target.record.requests.first?.lineValue("Host") == "\(target.endpoint)")
        try await server.stop()
        try await target.stop()
    }

    @Test func `a redirect to a host name is followed`() async throws {
        let target = try await LoopbackServer(answering: answer("200 OK"))
        let server = try await redirecting(to: { _ in "http://localhost:\(target.endpoint.port)/x" })
        #expect(try await probe(server.endpoint, Self.following).status == 200)
        #expect(target.record.requests.first?.lineValue("Host") == "localhost:\(target.endpoint.port)")
        try await server.stop()
        try await target.stop()
    }

    @Test func `a redirect to a host name that does not exist fails`() async throws {
        // RFC 6761: no name below "invalid" exists, and nobody is asked for one.
        let server = try await redirecting(to: { _ in "http://nowhere.invalid/" })
        let outcome = try await probe(server.endpoint, Self.following)
        expect(
            outcome, fails: .unreachable, in: .connect,
            saying: "after a redirect to http://nowhere.invalid/: no address for the host name nowhere.invalid: "
                + "there is no such name")
        try await server.stop()
    }

    @Test func `redirects lead from http to https and back`() async throws {
        let end = try await LoopbackServer(answering: answer("200 OK"))
        let secure = try await LoopbackServer(
            tls: try serverContext(),
            answering: answer("302 Found", "Location: http://\(end.endpoint)/\r\n"))
        let server = try await redirecting(to: { _ in "https://\(secure.endpoint)/" })
        #expect(try await probe(server.endpoint, Self.following).status == 200)
        #expect(secure.record.requests.count == 1)
        for server in [end, secure, server] { try await server.stop() }
    }

    /// What a server names is not followed from its origin, unless that was asked for; its answer is below 400 nevertheless.
    @Test(arguments: [
        "http://localhost:1/", "http://nowhere.invalid/", "https://127.0.0.1:PORT/", "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data/", "http://[::1]:PORT/", "//127.0.0.2:PORT/",
    ])
    func `another origin is left alone where only the same is allowed`(location: String) async throws {
        let server = try await redirecting(to: { _ in location })
        for redirects in [HTTPProbeConfiguration.Redirects.sameOrigin, .none] {
            let configuration = HTTPProbeConfiguration(scheme: .http, redirects: redirects)
            #expect(try await probe(server.endpoint, .http(configuration)).status == 302)
        }
        #expect(server.record.connections == 2)
        try await server.stop()
    }

    /// The client certificate, the user's header fields, method and body stay with the origin.
    @Test func `nothing that identifies leaves the origin`() async throws {
        let folder = try Folder()
        let other = try await LoopbackServer(
            tls: try serverContext { $0.clientIssuers = Certificates.root }, answering: answer("200 OK"))
        let open = try await LoopbackServer(tls: try serverContext(), answering: answer("200 OK"))
        for (target, isHealthy) in [(other, false), (open, true)] {
            let location = "https://\(target.endpoint)/"
            let server = try await LoopbackServer(
                tls: try serverContext { $0.clientIssuers = Certificates.root },
                answering: answer("302 Found", "Location: \(location)\r\n"))
            let configuration = HTTPProbeConfiguration(
                method: "POST",
                headers: [.init(name: "X-Mine", value: "1"), .init(name: "Authorization", value: "Basic x")],
                body: "secret", redirects: .follow,
                tls: TLSProbeConfiguration(
                    certificateFile: try folder.write("c.pem", Certificates.loopback + "\n" + Certificates.key)))
            let outcome = try await probe(server.endpoint, .http(configuration))
            #expect(outcome.isHealthy == isHealthy, "\(outcome)")
            #expect(server.record.requests.first?.lineValue("X-Mine") == "1")
            try await server.stop()
        }
        #expect(other.record.requests.isEmpty)
        let request = try #require(open.record.requests.first)
        #expect(request.hasPrefix("GET / "))
        for secret in ["X-Mine", "Authorization", "secret"] { #expect(!request.contains(secret), "\(request)") }
        for server in [other, open] { try await server.stop() }
    }

    @Test func `ten redirects are followed, the eleventh is not`() async throws {
        let server = try await redirecting(to: { target in
            let left = Int(target.split(separator: "/").last ?? "") ?? 0
            return left > 1 ? "/\(left - 1)" : "/end"
        })
        let ten = HTTPProbeConfiguration(scheme: .http, target: "/10")
        #expect(try await probe(server.endpoint, .http(ten)).status == 200)
        #expect(server.record.requests.count == 11)
        let eleven = HTTPProbeConfiguration(scheme: .http, target: "/11")
        let outcome = try await probe(server.endpoint, .http(eleven))
        expect(outcome, fails: .protocolError, in: .response)
        #expect(outcome.failure?.detail.hasSuffix("more than 10 redirects") == true)
        try await server.stop()
    }

    @Test func `a failure behind a redirect says where`() async throws {
        let port = SilentPort(.refusing)
        let endpoint = port.endpoint
        let server = try await redirecting(to: { _ in "http://\(endpoint)/x" })
        expect(
            try await probe(server.endpoint, Self.following), fails: .refused, in: .connect,
            saying: "after a redirect to http://\(endpoint)/x: connection refused")
        withExtendedLifetime(port) {}
        try await server.stop()
    }

    @Test func `the timeout covers the whole chain`() async throws {
        let slow = LoopbackServer.Step.drip("HTTP/1.1 302 Found\r\nLocation: /slow\r\n\r\n")
        let server = try await LoopbackServer(.init(onRequest: { _ in [slow] }))
        let outcome = try await probe(server.endpoint, Self.following, timeout: .seconds(2))
        // No request alone takes that long. Which one the timeout hits, and how far on, is chance.
        #expect([.connectTimeout, .responseTimeout].contains(outcome.failure?.reason), "\(outcome)")
        #expect((.seconds(2)...(.seconds(10))).contains(outcome.failure?.elapsed ?? .zero))
        try await server.stop()
    }
}
