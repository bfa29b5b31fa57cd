import Addressing
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareHTTP
@testable import Probing

/// Heartbeats on the connection that stays open after a healthy answer.
@Suite struct HeartbeatConnectionTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let secure = HTTPProbeConfiguration(scheme: .https, target: "/livez")

    private func answers(_ watch: Watch, _ count: Int) async throws {
        try await eventually("heartbeat \(count) is answered") { watch.answers >= count }
    }

    @Test func `Go's server answers PINGs without a request and without a word`() async throws {
        let folder = try Folder()
        let server = try await GoHTTP2Server(writingTo: folder.path("log"))
        defer { server.stop() }
        let watch = try await Watch(server.endpoint, Self.secure, heartbeats: true)
        #expect(watch.keepsConnection && watch.answersPings)
        #expect(server.news() == ["HTTP/2.0 GET /livez lvscare"])
        for count in 1...20 {
            try await watch.ask()
            try await answers(watch, count)
        }
        #expect(server.news().isEmpty)
        _ = try await watch.cancel(socketsTo: server.endpoint)
    }

    @Test func `PINGs keep no connection in use, and that its server ends it is no crash`() async throws {
        let folder = try Folder()
        let server = try await GoHTTP2Server(writingTo: folder.path("log"), idle: "1s")
        defer { server.stop() }
        let watch = try await Watch(server.endpoint, Self.secure, heartbeats: true)
        try await watch.ask()
        #expect(try await watch.end() == .closed)
        #expect(server.news() == ["HTTP/2.0 GET /livez lvscare"])
    }

    @Test func `a process that stands still answers when it goes on`() async throws {
        let folder = try Folder()
        let server = try await GoHTTP2Server(writingTo: folder.path("log"))
        defer { server.stop() }
        let watch = try await Watch(server.endpoint, Self.secure, heartbeats: true)
        server.stand(still: true)
        try await watch.ask()
        // Another connection of the same loop comes and goes meanwhile: what was sent has had the time to be answered.
        let other = try await LoopbackServer(.init(onRequest: { _ in [.send(Self.ok)] }))
        for _ in 0..<20 { _ = try await Watch(other.endpoint).cancel(socketsTo: other.endpoint) }
        #expect(watch.answers == 0)
        server.stand(still: false)
        try await answers(watch, 1)
        _ = try await watch.cancel(socketsTo: server.endpoint)
        try await other.stop()
    }

    @Test func `a probe without heartbeats speaks HTTP/1.1, as ever`() async throws {
        let folder = try Folder()
        let server = try await GoHTTP2Server(writingTo: folder.path("log"))
        defer { server.stop() }
        let watch = try await Watch(server.endpoint, Self.secure)
        #expect(watch.keepsConnection && !watch.answersPings)
        #expect(server.news() == ["HTTP/1.1 GET /livez lvscare"])
        _ = try await watch.cancel(socketsTo: server.endpoint)
    }

    @Test(arguments: [false, true])
    func `over HTTP/1.1 the request is sent once more`(isSecure: Bool) async throws {
        let server = try await LoopbackServer(
            tls: isSecure ? serverContext() : nil, .init(onRequest: { _ in [.send(Self.ok)] }))
        let watch = try await Watch(
            server.endpoint, HTTPProbeConfiguration(scheme: isSecure ? .https : .http), heartbeats: true)
        #expect(watch.keepsConnection && !watch.answersPings)
        for count in 1...5 {
            try await watch.ask()
            try await answers(watch, count)
        }
        #expect(server.record.requests.count == 6)
        #expect(Set(server.record.requests).count == 1)
        #expect(server.record.connections == 1)
        server.perform([.close])
        #expect(try await watch.end() == .closed)
        try await server.stop()
    }

    @Test(
        arguments: [
            ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", .closed),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", .closed),
            ("nonsense\r\n\r\n", .reset), (ok + ok, .closed),
        ] as [(String, ConnectionEnd)])
    func `an answer of another kind ends the connection`(answer: String, expected: ConnectionEnd) async throws {
        let requests = Atomic(0)
        let server = try await LoopbackServer(
            .init(onRequest: { _ in
                [.send(requests.add(1, ordering: .relaxed).oldValue == 0 ? Self.ok : answer)]
            }))
        let watch = try await Watch(server.endpoint, heartbeats: true)
        #expect(watch.keepsConnection)
        try await watch.ask()
        #expect(try await watch.end() == expected)
        try await server.stop()
    }
}

/// PINGs as octets.
@Suite struct HTTP2HeartbeatTests {
    private func octets(_ frames: HTTP2Frame...) -> [UInt8] {
        var octets: [UInt8] = []
        for frame in frames { octets.append(frame) }
        return octets
    }

    /// After the answer `200` without content, in HPACK's static table, and no more settings.
    private func heartbeat() throws -> HTTP2Heartbeat {
        var exchange = try HTTP2Exchange(headers: [HTTP2Field(":method", "GET")], body: [])
        #expect(exchange.heartbeat == nil)
        let answer = octets(
            HTTP2Frame(kind: .settings),
            HTTP2Frame(kind: .headers, flags: [.endHeaders, .endStream], stream: 1, payload: [0x88]))
        exchange.receive(answer.span.bytes)
        while try exchange.nextPart() != nil {}
        _ = exchange.takeOutgoing()
        return try #require(exchange.heartbeat)
    }

    private func ping(_ number: UInt8, answer: Bool = true) -> HTTP2Frame {
        HTTP2Frame(
            kind: .ping, flags: answer ? .acknowledgement : [], payload: [0, 0, 0, 0, 0, 0, 0, number])
    }

    @Test func `a PING carries a number, and its answer the same`() throws {
        var heartbeat = try heartbeat()
        #expect(heartbeat.ask() == [0, 0, 8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(try heartbeat.receive(octets(ping(1)).span.bytes))
        #expect(heartbeat.ask().last == 2)
        #expect(try !heartbeat.receive(octets(ping(1)).span.bytes), "that was the one before")
        #expect(try heartbeat.receive(octets(ping(2)).span.bytes))
        #expect(try !heartbeat.receive(octets(ping(2)).span.bytes), "nobody asks")
    }

    @Test func `it comes in pieces, and among other frames, which are answered`() throws {
        var heartbeat = try heartbeat()
        _ = heartbeat.ask()
        let all = octets(
            HTTP2Frame(kind: .settings), ping(9, answer: false),
            HTTP2Frame(kind: .windowUpdate, payload: [0, 0, 1, 0]), HTTP2Frame(kind: .init(rawValue: 0xba)),
            HTTP2Frame(kind: .resetStream, stream: 1, payload: [0, 0, 0, 0]), ping(1))
        for (index, octet) in all.enumerated() {
            #expect(try heartbeat.receive([octet].span.bytes) == (index == all.count - 1))
        }
        #expect(
            heartbeat.takeOutgoing() == octets(HTTP2Frame(kind: .settings, flags: .acknowledgement), ping(9)))
    }

    @Test func `what ends the connection`() throws {
        let ends: [(HTTP2Frame, HTTPFault.Kind)] = [
            (HTTP2Frame(kind: .goAway, payload: [0, 0, 0, 1, 0, 0, 0, 0]), .reset),
            (HTTP2Frame(kind: .data, stream: 1, payload: [1]), .protocolError),
            (HTTP2Frame(kind: .headers, flags: .endHeaders, stream: 3, payload: [0x88]), .protocolError),
            (HTTP2Frame(kind: .pushPromise, stream: 1), .protocolError),
            (HTTP2Frame(kind: .ping, payload: [1]), .protocolError),
            (HTTP2Frame(kind: .settings, payload: [1]), .protocolError),
        ]
        for (frame, kind) in ends {
            var heartbeat = try heartbeat()
            let fault = #expect(throws: HTTPFault.self) { try heartbeat.receive(octets(frame).span.bytes) }
            #expect(fault?.kind == kind)
        }
        var heartbeat = try heartbeat()
        let flood = [UInt8](repeating: 0, count: 9) + octets(HTTP2Frame(kind: .settings))
        #expect(throws: HTTPFault.self) { for _ in 0..<2000 { _ = try heartbeat.receive(flood.span.bytes) } }
    }
}
