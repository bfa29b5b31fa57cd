import Addressing
import Director
import Epoll
import LVSCareModel
import NIOCore
import ProbingTestKit
import Testing

@testable import Probing

/// The connection that stays open after a healthy answer.
@Suite struct KeptConnectionTests {
    /// With and without TLS, and with both versions of it: in 1.3, tickets arrive when all seems to be said.
    enum Transport: CaseIterable {
        case plain, tls12, tls13

        var configuration: HTTPProbeConfiguration { HTTPProbeConfiguration(scheme: self == .plain ? .http : .https) }

        func context() throws -> TLSServerContext? {
            if self == .plain { return nil }
            return try serverContext { $0.maximumVersion = self == .tls12 ? .tls12 : .tls13 }
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private func server(
        _ transport: Transport = .plain, answering steps: LoopbackServer.Step...
    ) async throws -> LoopbackServer {
        try await LoopbackServer(tls: transport.context(), .init(onRequest: { _ in steps }))
    }

    /// What a server, its kernel or its host does, and what it is called.
    @Test(
        arguments: Transport.allCases,
        [
            ([.close], .closed), ([.die], .closed), ([.shutDown], .closed), ([.reset], .reset),
            ([.send("HTTP/1.1 408 Request Timeout\r\n\r\n")], .reset), ([.send("x"), .close], .reset),
        ] as [([LoopbackServer.Step], ConnectionEnd)])
    func `its end is reported once`(transport: Transport, example: ([LoopbackServer.Step], ConnectionEnd)) async throws
    {
        let (steps, expected) = example
        let server = try await server(transport, answering: .send(Self.ok))
        let watch = try await Watch(server.endpoint, transport.configuration)
        #expect(watch.keepsConnection)
        #expect(server.record.openConnections == 1)
        server.perform(steps)
        #expect(try await watch.end() == expected)
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        let remains = try await watch.cancel(socketsTo: server.endpoint)
        #expect(remains.open == 0)
        #expect(watch.reports.count == 2)
        try await server.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nX-Trailer: z\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000000\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + String(repeating: "x", count: 65536),
    ])
    func `a response whose end shows keeps the connection`(answer: String) async throws {
        let server = try await server(answering: .send(answer))
        let watch = try await Watch(server.endpoint)
        #expect(watch.keepsConnection)
        server.perform([.close])
        #expect(try await watch.end() == .closed)
        try await server.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n" + String(repeating: "x", count: 65537),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nnonsense",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ])
    func `a response whose end does not show closes the connection`(answer: String) async throws {
        let server = try await server(answering: .send(answer))
        let watch = try await Watch(server.endpoint, bodyTimeout: .milliseconds(20))
        #expect(watch.reports == [.completed(keeps: false)])
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        #expect(watch.reports.count == 1)
        #expect(try Sockets(to: server.endpoint) == Sockets.none)
        try await server.stop()
    }

    @Test(arguments: Transport.allCases)
    func `an endless body closes the connection`(transport: Transport) async throws {
        let server = try await server(
            transport, answering: .send("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"), .sendForever)
        let watch = try await Watch(server.endpoint, transport.configuration)
        #expect(watch.reports.first == .completed(keeps: watch.keepsConnection))
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        try await server.stop()
    }

    /// A head and a body that come in two segments, as from servers that write them one after the other.
    @Test func `a body right behind its head keeps the connection`() async throws {
        let server = try await server(
            answering: .send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"), .drip("o"))
        let watch = try await Watch(server.endpoint)
        #expect(watch.keepsConnection)
        server.perform([.close])
        #expect(try await watch.end() == .closed)
        try await server.stop()
    }

    @Test func `the deadline ends the wait for the body, not the health`() async throws {
        let server = try await server(answering: .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"))
        let watch = try await Watch(server.endpoint, timeout: .seconds(5))
        #expect(watch.reports == [.completed(keeps: false)])
        try await server.stop()
    }

    @Test func `a response to HEAD keeps the connection`() async throws {
        let server = try await server(answering: .send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"))
        let watch = try await Watch(server.endpoint, HTTPProbeConfiguration(scheme: .http, method: "HEAD"))
        #expect(watch.keepsConnection)
        _ = try await watch.cancel(socketsTo: server.endpoint)
        try await server.stop()
    }

    @Test func `a request for a kept connection does not ask to close it`() async throws {
        let server = try await server(answering: .send(Self.ok))
        let watch = try await Watch(server.endpoint)
        #expect(server.record.requests.first?.lineValue("Connection") == nil)
        _ = try await watch.cancel(socketsTo: server.endpoint)
        try await server.stop()
    }

    /// The server neither reads the request nor waits for it.
    @Test func `a response before the end of the request keeps nothing`() async throws {
        let server = try await LoopbackServer(.init(onAccept: [.send(Self.ok)], reads: false))
        let watch = try await Watch(
            server.endpoint,
            HTTPProbeConfiguration(scheme: .http, method: "POST", body: String(repeating: "x", count: 8_000_000)))
        #expect(watch.reports == [.completed(keeps: false)])
        try await server.stop()
    }

    @Test(arguments: ["500 Broken", "401 Unauthorized"])
    func `a failure keeps nothing`(status: String) async throws {
        let server = try await server(answering: .send("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n"))
        let watch = try await Watch(server.endpoint)
        #expect(watch.reports.count == 1 && !watch.keepsConnection)
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        #expect(watch.reports.count == 1)
        try await server.stop()
    }

    @Test func `a redirect within the server keeps the last connection`() async throws {
        let server = try await LoopbackServer(
            .init(onRequest: {
                $0.hasPrefix("GET /end ")
                    ? [.send(Self.ok)] : [.send("HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n")]
            }))
        let watch = try await Watch(server.endpoint)
        #expect(watch.keepsConnection)
        try await eventually("the first connection is closed") { server.record.openConnections == 1 }
        server.perform([.close])
        #expect(try await watch.end() == .closed)
        try await server.stop()
    }

    /// Its end would say nothing about the real server.
    @Test func `a redirect to another server keeps nothing`() async throws {
        let other = try await server(answering: .send(Self.ok))
        let location = "Location: http://\(other.endpoint)/\r\n"
        let server = try await server(
            answering: .send("HTTP/1.1 302 Found\r\n\(location)Content-Length: 0\r\n\r\n"))
        let watch = try await Watch(server.endpoint, HTTPProbeConfiguration(scheme: .http, redirects: .follow))
        #expect(watch.reports == [.completed(keeps: false)])
        #expect(server.record.requests.first?.lineValue("Connection") == nil)
        #expect(other.record.requests.first?.lineValue("Connection") == "close")
        try await server.stop()
        try await other.stop()
    }

    @Test(arguments: Transport.allCases)
    func `cancelling is silent, at once and leaves nothing`(transport: Transport) async throws {
        let server = try await server(transport, answering: .send(Self.ok))
        let watch = try await Watch(server.endpoint, transport.configuration)
        #expect(watch.keepsConnection)
        #expect(try Sockets(to: server.endpoint).open == 1)
        #expect(try await watch.cancel(times: 2, socketsTo: server.endpoint) == Sockets.none)
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        #expect(watch.reports == [.completed(keeps: true)])
        try await server.stop()
    }

    /// Many on one loop, each with an end of its own.
    @Test func `a hundred connections are kept at a time`() async throws {
        let server = try await server(answering: .send(Self.ok))
        var watches: [Watch] = []
        for _ in 0..<100 { watches.append(try await Watch(server.endpoint)) }
        #expect(watches.count { $0.keepsConnection } == 100)
        #expect(try Sockets(to: server.endpoint).open == 100)
        server.perform([.die])
        for watch in watches { #expect(try await watch.end() == .closed) }
        #expect(watches.allSatisfy { $0.reports.count == 2 })
        try await server.stop()
    }

    @Test func `a connection without a request is not kept`() async throws {
        let server = try await LoopbackServer(.init())
        let endpoint = server.endpoint
        let outcome: ProbeOutcome = try await withCheckedThrowingContinuation { continuation in
            probeLoop.execute { loop in
                do {
                    _ = try Prober(configuration: .tcp, on: loop).probe(endpoint, timeout: .seconds(30)) {
                        Issue.record("ended: \($0)")
                    } completion: {
                        continuation.resume(returning: $0)
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
        guard case .healthy(let measurement) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(!measurement.keepsConnection)
        try await eventually("the connection is closed") { server.record.openConnections == 0 }
        try await server.stop()
    }
}
