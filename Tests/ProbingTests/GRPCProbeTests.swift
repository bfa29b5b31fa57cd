import Addressing
import LVSCareModel
import NIOCore
import NIOHTTP2
import ProbingTestKit
import Testing

@testable import LVSCareHTTP
@testable import Probing

/// Whole probes of the gRPC health service; the server's HTTP/2 is NIO's.
@Suite struct GRPCProbeTests {
    private static let plain = ProbeConfiguration.grpc(GRPCProbeConfiguration())
    private static let secure = ProbeConfiguration.grpc(GRPCProbeConfiguration(tls: TLSProbeConfiguration()))

    private func context(_ protocols: [String]) throws -> TLSServerContext {
        try serverContext { $0.applicationProtocols = protocols }
    }

    @Test func `serving is healthy`() async throws {
        let server = try await GRPCServer { _ in GRPCServer.answer(GRPCServer.serving) }
        let configuration = GRPCProbeConfiguration(service: "my.Service")
        let outcome = try await probe(server.endpoint, .grpc(configuration), timeout: .milliseconds(9500))
        #expect(outcome.isHealthy, "\(outcome)")
        #expect(outcome.status == nil)
        let call = try #require(server.calls.first)
        #expect(
            call.fields == [
                ":method": "POST", ":scheme": "http", ":path": "/grpc.health.v1.Health/Check",
                ":authority": "\(server.endpoint)", "te": "trailers", "grpc-timeout": "9500m",
                "content-type": "application/grpc", "user-agent": "lvscare",
            ])
        // HealthCheckRequest(service="my.Service").SerializeToString() of grpcio-health-checking, with its prefix.
        #expect(call.body == [0, 0, 0, 0, 12, 0x0a, 0x0a] + Array("my.Service".utf8))
        #expect(server.complaints == [])
        try await server.stop()
    }

    @Test func `a call over TLS is healthy`() async throws {
        let server = try await GRPCServer(tls: context(["h2"])) { _ in GRPCServer.answer(GRPCServer.serving) }
        let tls = TLSProbeConfiguration(serverName: "localhost")
        let outcome = try await probe(server.endpoint, .grpc(GRPCProbeConfiguration(tls: tls)))
        #expect(outcome.isHealthy, "\(outcome)")
        #expect(server.calls.first?.fields[":scheme"] == "https")
        #expect(server.calls.first?.fields[":authority"] == "localhost:\(server.endpoint.port)")
        let verified = GRPCProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true))
        #expect(try await probe(server.endpoint, .grpc(verified), systemRoots: try Certificates.roots).isHealthy)
        expect(
            try await probe(server.endpoint, .grpc(verified)), fails: .certificate(.unknownIssuer), in: .tls)
        try await server.stop()
    }

    @Test(
        arguments: [
            ([0x08, 0x02], "the server says NOT_SERVING"), ([0x08, 0x03], "the server says SERVICE_UNKNOWN"),
            ([], "the server says UNKNOWN"), ([0x08, 0x09], "the server says status 9"),
        ] as [([UInt8], String)])
    func `anything else is not healthy`(message: [UInt8], detail: String) async throws {
        let server = try await GRPCServer { _ in GRPCServer.answer(message) }
        expect(try await probe(server.endpoint, Self.plain), fails: .notServing, in: .response, saying: detail)
        try await server.stop()
    }

    struct Ending: Sendable, CustomTestStringConvertible {
        var steps: [GRPCServer.Step]
        var reason: ProbeFailure.Reason
        var detail: String
        var testDescription: String { detail }

        init(_ reason: ProbeFailure.Reason, _ detail: String, _ steps: GRPCServer.Step...) {
            self.steps = steps
            self.reason = reason
            self.detail = detail
        }

        static func only(_ fields: (String, String)...) -> GRPCServer.Step {
            .fields([(":status", "200"), ("content-type", "application/grpc")] + fields, isLast: true)
        }

        static let table: [Ending] = [
            Ending(
                .grpcStatus(5), "gRPC status 5 (NOT_FOUND): the server does not know the service \"\": no such",
                only(("grpc-status", "5"), ("grpc-message", "no such"))),
            Ending(
                .grpcStatus(12), "gRPC status 12 (UNIMPLEMENTED): the server has no health service",
                GRPCServer.head, GRPCServer.trailers(12)),
            Ending(
                .grpcStatus(14), "gRPC status 14 (UNAVAILABLE): bald zurück: 100 %",
                GRPCServer.head, GRPCServer.trailers(14, "bald zur%C3%BCck: 100 %")),
            Ending(.grpcStatus(99), "gRPC status 99", GRPCServer.head, GRPCServer.trailers(99)),
            Ending(
                .status(503), "status 503", .fields([(":status", "503"), ("content-type", "text/plain")]),
                .data(Array("busy".utf8), isLast: true)),
            Ending(
                .grpcStatus(16), "gRPC status 16 (UNAUTHENTICATED)",
                .fields([(":status", "401"), ("grpc-status", "16")], isLast: true)),
            Ending(
                .protocolError, "the answer is not gRPC but of the type \"text/html\"",
                .fields([(":status", "200"), ("content-type", "text/html")]), .data([0x20], isLast: true)),
            Ending(.protocolError, "gRPC: an answer without a message", only(("grpc-status", "0"))),
            Ending(.protocolError, "gRPC: an answer without a grpc-status", only(("grpc-status", "fine"))),
            Ending(
                .protocolError, "gRPC: an answer without a grpc-status", GRPCServer.head,
                .data([0, 0, 0, 0, 2, 8, 1], isLast: true)),
            Ending(
                .protocolError, "gRPC: the answer's message is compressed, which was not asked for",
                GRPCServer.head, .data([1, 0, 0, 0, 2, 8, 1]), GRPCServer.trailers()),
            Ending(
                .protocolError, "gRPC: a message that is cut off", GRPCServer.head, .data([0, 0, 0, 0, 9, 8, 1]),
                GRPCServer.trailers()),
            Ending(
                .protocolError, "gRPC: more than one message", GRPCServer.head,
                .data([0, 0, 0, 0, 2, 8, 1] + [UInt8](repeating: 0, count: 200_000)), GRPCServer.trailers()),
            Ending(
                .protocolError, "gRPC: a message of 4294967295 octets, which is too long", GRPCServer.head,
                .data([0, 255, 255, 255, 255])),
            Ending(
                .protocolError, "the answer is not a HealthCheckResponse", GRPCServer.head,
                .data([0, 0, 0, 0, 1, 8]), GRPCServer.trailers()),
            Ending(.reset, "the server has dropped the call, RST_STREAM with CANCEL", GRPCServer.head, .reset(.cancel)),
        ]
    }

    @Test(arguments: Ending.table)
    func `every other ending says why`(ending: Ending) async throws {
        let server = try await GRPCServer { _ in ending.steps }
        expect(
            try await probe(server.endpoint, Self.plain), fails: ending.reason, in: .response, saying: ending.detail)
        try await server.stop()
    }

    @Test func `a message in many pieces is read`() async throws {
        let server = try await GRPCServer { _ in
            [GRPCServer.head] + [0, 0, 0, 0, 2, 8, 1].map { .data([$0]) } + [.data([]), GRPCServer.trailers()]
        }
        #expect(try await probe(server.endpoint, Self.plain).isHealthy)
        try await server.stop()
    }

    /// The request is on its way before these settings are known; they hold once they are acknowledged.
    @Test func `settings that permit nothing do no harm`() async throws {
        let settings = [
            HTTP2Setting(parameter: .initialWindowSize, value: 0),
            HTTP2Setting(parameter: .headerTableSize, value: 0),
        ]
        let server = try await GRPCServer(settings: settings) { _ in GRPCServer.answer(GRPCServer.serving) }
        let outcome = try await probe(server.endpoint, .grpc(GRPCProbeConfiguration(service: "a.B")))
        #expect(outcome.isHealthy, "\(outcome)")
        #expect(server.complaints == [])
        try await server.stop()
    }

    @Test func `a server that never responds times out`() async throws {
        let silent = try await LoopbackServer(.init())
        let undecided = try await GRPCServer { _ in [GRPCServer.head] }
        // At the same time, because each takes as long as on a busy machine everything else must be sooner.
        async let noFrame = probe(silent.endpoint, Self.plain, timeout: .seconds(5))
        async let noEnd = probe(undecided.endpoint, Self.plain, timeout: .seconds(5))
        async let noTLS = probe(silent.endpoint, Self.secure, timeout: .seconds(5))
        expect(try await noFrame, fails: .responseTimeout, in: .response)
        expect(try await noEnd, fails: .responseTimeout, in: .response)
        expect(try await noTLS, fails: .tlsTimeout, in: .tls)
        try await silent.stop()
        try await undecided.stop()
    }

    @Test func `a server of HTTP/1 is unhealthy`() async throws {
        let detail = "the answer is not HTTP/2; is there a gRPC server on this port?"
        let server = try await LoopbackServer(answering: answer("400 Bad Request"))
        expect(try await probe(server.endpoint, Self.plain), fails: .protocolError, in: .response, saying: detail)
        let slow = try await LoopbackServer(.init(onAccept: [.drip("HTTP/1.1 400 Bad Request\r\n")]))
        expect(try await probe(slow.endpoint, Self.plain), fails: .protocolError, in: .response, saying: detail)
        let endless = try await LoopbackServer(.init(onAccept: [.sendForever]))
        expect(try await probe(endless.endpoint, Self.plain), fails: .protocolError, in: .response, saying: detail)
        for server in [server, slow, endless] { try await server.stop() }
    }

    @Test(arguments: [[], ["http/1.1"]])
    func `TLS without HTTP/2 is unhealthy`(protocols: [String]) async throws {
        let server = try await LoopbackServer(tls: context(protocols), answering: answer("200 OK"))
        expect(
            try await probe(server.endpoint, Self.secure), fails: .protocolError, in: .tls,
            saying: "the server agrees to TLS but not to HTTP/2 (ALPN); is there a gRPC server on this port?")
        try await server.stop()
    }

    @Test func `TLS is found where none is expected, and missed where it is`() async throws {
        // What Go's and BoringSSL's servers answer to what is not TLS: a fatal alert, `protocol_version` (70).
        let secure = try await LoopbackServer(.init(onAccept: [.octets([21, 3, 1, 0, 2, 2, 70]), .close]))
        expect(
            try await probe(secure.endpoint, Self.plain), fails: .protocolError, in: .response,
            saying: "the answer is not HTTP/2 but TLS; was a call with TLS meant?")
        let plain = try await GRPCServer { _ in GRPCServer.answer(GRPCServer.serving) }
        expect(try await probe(plain.endpoint, Self.secure), fails: .tls, in: .tls)
        try await secure.stop()
        try await plain.stop()
    }

    @Test func `a connection that ends early is a reset`() async throws {
        let refusing = SilentPort(.refusing)
        expect(try await probe(refusing.endpoint, Self.plain), fails: .refused, in: .connect)
        let closing = try await LoopbackServer(.init(onAccept: [.close]))
        expect(try await probe(closing.endpoint, Self.plain), fails: .reset, in: .response)
        let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
        let leaving = try await LoopbackServer(
            .init(onAccept: [.octets(settings + [0, 0, 8, 7, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0])]))
        expect(
            try await probe(leaving.endpoint, Self.plain), fails: .reset, in: .response,
            saying: "the server takes no requests any more, GOAWAY with NO_ERROR")
        // Last stream 1, ENHANCE_YOUR_CALM (11): the answer is still to come, and does not.
        let calming = try await LoopbackServer(
            .init(onAccept: [.octets(settings + [0, 0, 8, 7, 0, 0, 0, 0, 0] + [0, 0, 0, 1, 0, 0, 0, 11]), .shutDown]))
        expect(
            try await probe(calming.endpoint, Self.plain), fails: .protocolError, in: .response,
            saying: "the server ends the connection, GOAWAY with ENHANCE_YOUR_CALM")
        try await calming.stop()
        try await closing.stop()
        try await leaving.stop()
    }

    /// Nothing is in `TIME_WAIT` on this side. With TLS the server closes first and has nothing to log; NIO's closes upon no
    /// `GOAWAY`, so that without TLS it is reset in the end.
    @Test func `connections end in an orderly way`() async throws {
        let plain = try await GRPCServer { _ in GRPCServer.answer(GRPCServer.serving) }
        let secure = try await GRPCServer(tls: context(["h2"])) { _ in GRPCServer.answer(GRPCServer.serving) }
        for _ in 0..<20 {
            #expect(try await probe(plain.endpoint, Self.plain).isHealthy)
            #expect(try await probe(secure.endpoint, Self.secure).isHealthy)
        }
        for server in [plain, secure] {
            try await eventually("no socket is open") { (try? Sockets(to: server.endpoint).open) == 0 }
            #expect(try Sockets(to: server.endpoint).timeWait == 0)
        }
        #expect(secure.errors == [])
        #expect(plain.complaints == [])
        try await plain.stop()
        try await secure.stop()
    }
}
