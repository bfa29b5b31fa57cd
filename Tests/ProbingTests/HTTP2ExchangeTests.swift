import Addressing
import LVSCareModel
import NIOCore
import NIOHPACK
import Testing

@testable import LVSCareHTTP
@testable import Probing

/// The octets of a gRPC call, without a connection.
@Suite struct HTTP2ExchangeTests {
    /// What came of the octets of a server.
    private struct Reading {
        var verdict: GRPCCall.Verdict?
        var fault: ProbeFault?
        var sent: [UInt8] = []
    }

    private static let settings = HTTP2Frame(kind: .settings)

    /// Lets one call read `octets`, in pieces of `size`.
    private func read(_ octets: [UInt8], service: String = "", inPiecesOf size: Int = .max) throws -> Reading {
        let endpoint = try Endpoint("127.0.0.1:1")
        var call = GRPCCall(GRPCProbeConfiguration(service: service), at: endpoint, timeout: .seconds(1))
        var exchange = try HTTP2Exchange(headers: call.headers, body: call.body)
        var reading = Reading()
        _ = exchange.takeOutgoing()
        var rest = octets[...]
        do {
            while let piece = rest.readSlice(length: min(size, rest.count)), !piece.isEmpty {
                exchange.receive(Array(piece).span.bytes)
                while reading.verdict == nil, let part = try exchange.nextPart() {
                    reading.verdict = try call.judge(part)
                }
                if let octets = exchange.takeOutgoing() { reading.sent += octets }
            }
        } catch {
            reading.fault = (error as? HTTPFault).map(ProbeFault.init) ?? error as? ProbeFault
        }
        return reading
    }

    private func octets(_ frames: [HTTP2Frame]) -> [UInt8] {
        var octets: [UInt8] = []
        for frame in frames { octets.append(frame) }
        return octets
    }

    /// As another implementation encodes them.
    private func fields(_ fields: HPACKHeaders) throws -> [UInt8] {
        var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
        var block = ByteBuffer()
        try encoder.encode(headers: fields, to: &block)
        return Array(block.readableBytesView)
    }

    struct Captured: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var hex: String
        var verdict: GRPCCall.Verdict
    }

    static let captured: [Captured] = [
        Captured(testDescription: "serving", hex: CapturedCalls.serving, verdict: .healthy),
        Captured(
            testDescription: "stopped", hex: CapturedCalls.stopped,
            verdict: .unhealthy(ProbeFault(.notServing, "the service \"x\" says NOT_SERVING"))),
        Captured(
            testDescription: "odd", hex: CapturedCalls.odd,
            verdict: .unhealthy(ProbeFault(.notServing, "the service \"x\" says UNKNOWN"))),
        Captured(
            testDescription: "nobody", hex: CapturedCalls.nobody,
            verdict: .unhealthy(
                ProbeFault(.grpcStatus(5), "gRPC status 5 (NOT_FOUND): the server does not know the service \"x\""))),
        Captured(
            testDescription: "unimplemented", hex: CapturedCalls.unimplemented,
            verdict: .unhealthy(
                ProbeFault(
                    .grpcStatus(12),
                    "gRPC status 12 (UNIMPLEMENTED): the server has no health service: Method not found!"))),
    ]

    @Test(arguments: captured)
    func `the captured octets of another server are read`(captured: Captured) throws {
        let octets = try [UInt8](hex: captured.hex)
        for size in [Int.max, 1, 7, 40] {
            let reading = try read(octets, service: "x", inPiecesOf: size)
            #expect(reading.verdict == captured.verdict)
            #expect(reading.fault == nil)
        }
    }

    /// Whatever is cut off or changed, it is a fault or nothing, and never healthy without a complete answer.
    @Test func `octets that are cut off or changed are never healthy`() throws {
        let octets = try [UInt8](hex: CapturedCalls.serving)
        let complete = octets.count - 13
        for length in 0..<complete {
            let reading = try read(Array(octets.prefix(length)))
            #expect(reading.verdict == nil && reading.fault == nil)
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var changed = octets
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                changed[Int.random(in: 0..<complete, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let whole = try read(changed)
            let pieces = try read(changed, inPiecesOf: 1)
            #expect(whole.verdict == pieces.verdict && whole.fault == pieces.fault)
        }
    }

    @Test func `settings and pings are acknowledged`() throws {
        let ping = HTTP2Frame(kind: .ping, payload: [1, 2, 3, 4, 5, 6, 7, 8])
        let unknown = HTTP2Frame(kind: .init(rawValue: 0xbe), stream: 7, payload: [1])
        let reading = try read(octets([Self.settings, unknown, ping]))
        #expect(reading.fault == nil)
        let expected = octets([
            HTTP2Frame(kind: .settings, flags: .acknowledgement),
            HTTP2Frame(kind: .ping, flags: .acknowledgement, payload: ping.payload),
        ])
        #expect(reading.sent == expected)
    }

    @Test func `padding, priority and continuations are understood`() throws {
        let block = try fields([":status": "200", "content-type": "application/grpc"])
        let head = [3, 0x80, 0, 0, 0, 9] + block.prefix(1) + [0, 0, 0]
        let continuation = HTTP2Frame(
            kind: .continuation, flags: .endHeaders, stream: 1,
            payload: block.dropFirst())
        let data = HTTP2Frame(
            kind: .data, flags: .padded, stream: 1, payload: [2, 0, 0, 0, 0, 2, 8, 1, 0, 0])
        let trailers = HTTP2Frame(
            kind: .headers, flags: [.endHeaders, .endStream], stream: 1, payload: try fields(["grpc-status": "0"])[...])
        let frames = [
            Self.settings,
            HTTP2Frame(
                kind: .headers, flags: .endHeaders, stream: 1,
                payload: try fields([":status": "103", "link": "x"])[...]),
            HTTP2Frame(kind: .headers, flags: [.padded, .priority], stream: 1, payload: head[...]), continuation, data,
            trailers,
        ]
        let reading = try read(octets(frames))
        #expect(reading.fault == nil)
        #expect(reading.verdict == .healthy)
    }

    @Test func `a response after a GOAWAY counts`() throws {
        let captured = try [UInt8](hex: CapturedCalls.serving)
        let goAway = HTTP2Frame(kind: .goAway, payload: [0x7f, 255, 255, 255, 0, 0, 0, 0])
        var octets = octets([Self.settings, goAway])
        octets += captured
        #expect(try read(octets).verdict == .healthy)
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var frames: [HTTP2Frame]
        var reason: ProbeFailure.Reason = .protocolError

        init(_ detail: String, _ reason: ProbeFailure.Reason = .protocolError, _ frames: HTTP2Frame...) {
            testDescription = detail
            self.reason = reason
            self.frames = frames
        }

        init(_ detail: String, _ kind: HTTP2Frame.Kind, _ flags: HTTP2Frame.Flags, _ stream: UInt32, _ octets: [UInt8])
        {
            self.init(
                detail, .protocolError,
                HTTP2Frame(kind: kind, flags: flags, stream: stream, payload: octets[...]))
        }
    }

    static let broken: [Broken] = [
        Broken("HTTP/2: odd settings", .settings, [], 1, []),
        Broken("HTTP/2: odd settings", .settings, [], 0, [1]),
        Broken("HTTP/2: odd settings", .settings, .acknowledgement, 0, [0, 1, 0, 0, 0, 0]),
        Broken("HTTP/2: a window of 2147483648 octets", .settings, [], 0, [0, 4, 0x80, 0, 0, 0]),
        Broken("HTTP/2: an odd ping", .ping, [], 0, [1]),
        Broken("HTTP/2: an odd WINDOW_UPDATE", .windowUpdate, [], 0, [0, 0, 0]),
        Broken("HTTP/2: an odd WINDOW_UPDATE", .windowUpdate, [], 1, [0x80, 0, 0, 0]),
        Broken("HTTP/2: an odd priority", .priority, [], 1, [0, 0, 0, 0]),
        Broken(
            "HTTP/2: an odd field named \"Server\"", .protocolError,
            HTTP2Frame(
                kind: .headers, flags: .endHeaders, stream: 1,
                payload: [HTTP2Field(":status", "200"), HTTP2Field("Server", "x")].block[...])),
        Broken("HTTP/2: an odd GOAWAY", .goAway, [], 0, [0, 0, 0, 0]),
        Broken(
            "the server ends the connection, GOAWAY with ENHANCE_YOUR_CALM: slow", .goAway, [], 0,
            [0, 0, 0, 0, 0, 0, 0, 11] + Array("slow".utf8)),
        Broken("HTTP/2: an odd RST_STREAM", .resetStream, [], 1, [0]),
        Broken(
            "the server has dropped the call, RST_STREAM with REFUSED_STREAM", .reset,
            HTTP2Frame(kind: .resetStream, stream: 1, payload: [0, 0, 0, 7])),
        Broken("HTTP/2: a push that was ruled out", .pushPromise, .endHeaders, 1, [0, 0, 0, 2]),
        Broken("HTTP/2: an odd head", .headers, .endHeaders, 3, [0x88]),
        Broken("HTTP/2: an odd head", .headers, [.endHeaders, .padded], 1, [9, 0x88]),
        Broken("HTTP/2: an odd head", .headers, [.endHeaders, .priority], 1, [0, 0]),
        Broken("HTTP/2: a head without a status", .headers, .endHeaders, 1, []),
        Broken("HTTP/2: an odd CONTINUATION", .continuation, .endHeaders, 1, [0x88]),
        Broken("HTTP/2: odd data", .data, [], 5, [0]),
        Broken("HTTP/2: odd data", .data, .padded, 1, [1]),
        Broken("HTTP/2: data before the head of an answer", .data, [], 1, [0]),
        Broken(
            "HTTP/2: a head that is interrupted", .protocolError, HTTP2Frame(kind: .headers, stream: 1),
            HTTP2Frame(kind: .data, stream: 1)),
    ]

    @Test(arguments: broken)
    func `nonsense is named`(broken: Broken) throws {
        let reading = try read(octets([Self.settings] + broken.frames))
        #expect(reading.fault == ProbeFault(broken.reason, broken.testDescription))
        #expect(reading.verdict == nil)
    }

    @Test func `a head that cannot be decoded is an error of protocol`() throws {
        // The static table ends at 61, and the dynamic one is empty.
        let head = HTTP2Frame(
            kind: .headers, flags: .endHeaders, stream: 1, payload: [0xff, 0x10])
        let fault = try #require(try read(octets([Self.settings, head])).fault)
        #expect(fault.reason == .protocolError)
        #expect(fault.detail.hasPrefix("HTTP/2: a head that cannot be decoded"))
    }

    @Test func `a response without an end is cut off`() throws {
        let window = HTTP2Frame(kind: .init(rawValue: 8), payload: [0, 0, 0, 1])
        let flood = try read(octets([Self.settings] + Array(repeating: window, count: 20_000)), inPiecesOf: 1000)
        #expect(flood.fault == ProbeFault(.protocolError, "more than 128 KiB and no answer among them"))
        let part = HTTP2Frame(kind: .continuation, stream: 1, payload: Array(repeating: 0, count: 16_000)[...])
        let head = try read(
            octets([Self.settings, HTTP2Frame(kind: .headers, stream: 1)] + Array(repeating: part, count: 20)),
            inPiecesOf: 1000)
        #expect(head.fault == ProbeFault(.protocolError, "more than 128 KiB and no answer among them"))
        let long = try read([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0x40, 1, 0, 0, 0, 0, 0, 0])
        #expect(long.fault == ProbeFault(.protocolError, "HTTP/2: a frame of 16385 octets, which is too long"))
    }

    @Test func `a service whose name is too long is not asked about`() throws {
        let name = String(repeating: "x", count: 17_000)
        let call = GRPCCall(
            GRPCProbeConfiguration(service: name), at: try Endpoint("127.0.0.1:1"), timeout: .seconds(1))
        #expect(throws: HTTPFault(.invalidRequest, "the request is too long")) {
            try HTTP2Exchange(headers: call.headers, body: call.body)
        }
    }
}
