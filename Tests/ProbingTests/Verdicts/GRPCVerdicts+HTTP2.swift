import NIOCore
import NIOHPACK

@testable import LVSCareHTTP
@testable import Probing

/// Rows about HTTP/2: header blocks, frames, endings, TLS.
extension GRPCVerdicts {
    /// The block of a usual head as `HEADERS` and `CONTINUATION` frames.
    private static func head(in parts: Int, between: [HTTP2Frame] = []) -> [HTTP2Frame] {
        let block = HTTP2Frame.head.payload
        let size = (block.count + parts - 1) / parts
        return (0..<parts).flatMap { part -> [HTTP2Frame] in
            let piece = Array(block.dropFirst(part * size).prefix(size))
            let isLast = part == parts - 1
            let frame = HTTP2Frame.other(part == 0 ? 1 : 9, piece, stream: 1, flags: isLast ? 4 : 0)
            return isLast ? [frame] : [frame] + between
        }
    }

    /// A usual answer whose head has these octets in front of its block.
    private static func prefixed(_ octets: [UInt8]) -> [HTTP2Frame] {
        [.other(1, octets + HTTP2Frame.head.payload, stream: 1, flags: 4)] + [HTTP2Frame].serving.dropFirst()
    }

    /// A usual answer whose blocks another implementation encodes, with Huffman's code and the dynamic table.
    private static let encoded: [HTTP2Frame] = {
        var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
        func block(_ fields: HPACKHeaders) -> [UInt8] {
            var block = ByteBuffer()
            do { try encoder.encode(headers: fields, to: &block) } catch { fatalError("\(error)") }
            return Array(block.readableBytesView)
        }
        let x = ("x-server", "something of some length")
        let head = block([":status": "200", "content-type": "application/grpc", x.0: x.1])
        return [
            .other(1, head, stream: 1, flags: 4), .message([8, 1]),
            .other(1, block(["grpc-status": "0", x.0: x.1]), stream: 1, flags: 5),
        ]
    }()

    static let blocks = [
        Row("fields in Huffman's code and of the dynamic table", encoded, healthy: true),
        Row("the head in two frames", head(in: 2) + [HTTP2Frame].serving.dropFirst(), healthy: true),
        Row("the head in seven frames", head(in: 7) + [HTTP2Frame].serving.dropFirst(), healthy: true),
        Row(
            "the head with empty frames between",
            head(in: 2, between: [.other(9, stream: 1)]) + [HTTP2Frame].serving.dropFirst(), healthy: true),
        Row(
            "the head with a PING in it",
            head(in: 2, between: [.other(6, .init(repeating: 0, count: 8))]) + [HTTP2Frame].serving.dropFirst(),
            by: .head),
        Row(
            "the head with an unknown frame in it",
            head(in: 2, between: [.other(0xbe)]) + [HTTP2Frame].serving.dropFirst(), by: .head),
        Row(
            "the head with data in it", head(in: 2, between: [.message([8, 1])]) + [HTTP2Frame].serving.dropFirst(),
            by: .head),
        Row(
            "a CONTINUATION of nothing",
            [.other(9, Array(HTTP2Frame.head.payload), stream: 1, flags: 4)] + [HTTP2Frame].serving.dropFirst(),
            by: .head),
        Row("the head that does not end", [head(in: 2)[0]], then: [.close], by: .head),
        Row(
            "padding and priority",
            [.other(1, [3, 0x80, 0, 0, 0, 9] + HTTP2Frame.head.payload + [0, 0, 0], stream: 1, flags: 0x2c)]
                + [HTTP2Frame].serving.dropFirst(), healthy: true),
        Row(
            "more padding than head",
            [.other(1, [200] + HTTP2Frame.head.payload, stream: 1, flags: 0xc)] + [HTTP2Frame].serving.dropFirst(),
            by: .head),
        Row(
            "priority that is cut off", [.other(1, [0, 0], stream: 1, flags: 0x24)] + [HTTP2Frame].serving.dropFirst(),
            by: .head),
        Row("a dynamic table of 0", prefixed([0x20]), healthy: true),
        Row("a dynamic table of 4096", prefixed([0x3f, 0xe1, 0x1f]), healthy: true),
        Row("a dynamic table of 4097", prefixed([0x3f, 0xe2, 0x1f]), by: .head),
        Row(
            "a change of the table behind a field",
            [.other(1, HTTP2Frame.head.payload + [0x20], stream: 1, flags: 4)] + [HTTP2Frame].serving.dropFirst(),
            by: .head, butNot: [.go], because: "it belongs to the beginning of a block (RFC 7541, section 4.2)"),
        Row("field 0 of the tables", prefixed([0x80]), by: .head), Row("field 62 of 61", prefixed([0xbe]), by: .head),
        Row(
            "a number that is cut off",
            [.other(1, [0x3f, 0xff], stream: 1, flags: 4)] + [HTTP2Frame].serving.dropFirst(), by: .head),
        Row("a number that is too large", prefixed([0xff] + .init(repeating: 0xff, count: 10) + [1]), by: .head),
        Row(
            "a text that is cut off",
            [.other(1, HTTP2Frame.head.payload + [0, 9, 65], stream: 1, flags: 4)] + [HTTP2Frame].serving.dropFirst(),
            by: .head),
        Row(
            "Huffman's code with zeros at its end",
            [.other(1, HTTP2Frame.head.payload + [0, 1, 0x78, 0x81, 0x18], stream: 1, flags: 4)]
                + [HTTP2Frame].serving.dropFirst(), by: .head),
        Row("an empty head", [.other(1, stream: 1, flags: 4)] + [HTTP2Frame].serving.dropFirst(), by: .head),
    ]

    private static func greeting(
        _ name: String, _ greeting: [HTTP2Frame], healthy isHealthy: Bool = false, butNot of: Set<Oracle> = [],
        because why: String? = nil
    ) -> Row {
        Row(name, greeting: greeting, .serving, healthy: isHealthy, by: .head, butNot: of, because: why)
    }

    private static func before(
        _ name: String, _ frame: HTTP2Frame, healthy isHealthy: Bool = false, butNot of: Set<Oracle> = [],
        because why: String? = nil
    ) -> Row {
        Row(name, [frame] + .serving, healthy: isHealthy, by: .head, butNot: of, because: why)
    }

    private static let zeros = [UInt8](repeating: 0, count: 8)

    static let frames = [
        greeting("no settings", []), greeting("settings after a PING", [.other(6, zeros), .settings]),
        greeting(
            "an acknowledgement for settings", [.other(4, flags: 1)], butNot: [.go],
            because: "the first frame has to be settings (RFC 9113, section 3.4)"),
        greeting("settings twice", [.settings, .settings], healthy: true),
        greeting("settings that nobody knows", [.settings((0xff, 7), (0xf000, 1))], healthy: true),
        greeting("settings of five octets", [.other(4, [0, 1, 0, 0, 0])]),
        greeting("settings of a stream", [.other(4, stream: 1)]),
        greeting("an acknowledgement with settings", [.settings, .other(4, [0, 1, 0, 0, 0, 0], flags: 1)]),
        greeting("no header table", [.settings((1, 0))], healthy: true),
        greeting("a header table of 4 GiB", [.settings((1, .max))], healthy: true),
        greeting("push allowed", [.settings((2, 1))], healthy: true, butNot: [.curl], because: Why.lenient),
        greeting("push 2", [.settings((2, 2))], healthy: true, butNot: [.curl, .haproxy], because: Why.lenient),
        greeting("one stream at a time", [.settings((3, 1))], healthy: true),
        Row(
            "no stream at all", greeting: [.settings((3, 0))], .serving, healthy: true, onlyAsked: [.go], butNot: [.go],
            because: Why.early),
        Row(
            "no window", greeting: [.settings((4, 0))], .serving, healthy: true, onlyAsked: [.go], butNot: [.go],
            because: Why.early),
        greeting("a window of 2 GiB", [.settings((4, 1 << 31))]),
        greeting(
            "frames of one octet", [.settings((5, 1))], healthy: true, butNot: [.curl, .haproxy], because: Why.lenient),
        greeting("frames of 16 MiB", [.settings((5, 1 << 24 - 1))], healthy: true),
        Row(
            "heads of one octet", greeting: [.settings((6, 1))], .serving, healthy: true, onlyAsked: [.go],
            butNot: [.go], because: Why.early),
        greeting("text", [.other(0x54, [1, 2, 3])]),
        before("more settings", .settings, healthy: true), before("a PING", .other(6, zeros), healthy: true),
        before("an answer to no PING", .other(6, zeros, flags: 1), healthy: true),
        before("a PING of seven octets", .other(6, Array(zeros.dropLast()))),
        before("a PING of a stream", .other(6, zeros, stream: 1)),
        before("a larger window", .other(8, [0, 0, 1, 0]), healthy: true),
        before("a larger window of the stream", .other(8, [0, 0, 1, 0], stream: 1), healthy: true),
        before("a window larger by nothing", .other(8, [0, 0, 0, 0])),
        before("a window of the stream larger by nothing", .other(8, [0, 0, 0, 0], stream: 1)),
        before(
            "a window that is too large", .other(8, [0x7f, 255, 255, 255]), healthy: true, butNot: [.curl, .haproxy],
            because: Why.lenient),
        before("a window in three octets", .other(8, [0, 0, 1])),
        before("priority", .other(2, [0, 0, 0, 0, 9], stream: 1), healthy: true),
        before(
            "priority of another stream", .other(2, [0, 0, 0, 0, 9], stream: 7), healthy: true, butNot: [.haproxy],
            because: "it may name any stream (RFC 9113, section 6.3)"),
        before("priority in four octets", .other(2, [0, 0, 0, 0], stream: 1)),
        before(
            "a push", .other(5, [0, 0, 0, 2] + HTTP2Frame.head.payload, stream: 1, flags: 4), butNot: [.go, .curl],
            because: "it was ruled out before the request (RFC 9113, section 8.4)"),
        before("a frame that nobody knows", .other(0xbe, [1, 2, 3], flags: 0xff), healthy: true),
        before("a frame that nobody knows, of the stream", .other(0xbe, stream: 1), healthy: true),
        before("ALTSVC", .other(10, [0, 0], stream: 1), healthy: true),
        before("ORIGIN", .other(12), healthy: true),
        before("a frame that nobody knows, and too long", .other(0xbe, .init(repeating: 0, count: 16385))),
        // HAProxy 2.6 crashes.
        Row("data before the head", [.message([8, 1])] + .serving, by: .trailers),
        before(
            "the head of another stream", .fields([(":status", "200")], stream: 3), butNot: [.go], because: Why.stream),
        before("the head of no stream", .fields([(":status", "200")], stream: 0)),
        before("data of another stream", .data([1], stream: 3), butNot: [.go], because: Why.stream),
        before("data of no stream", .data([1], stream: 0)),
        before("a reset of another stream", .other(3, [0, 0, 0, 8], stream: 3), butNot: [.go], because: Why.stream),
        before("a reset in three octets", .other(3, [0, 0, 0], stream: 1)),
        Row(
            "the reserved bit of the stream",
            [HTTP2Frame].serving.map {
                var frame = $0; frame.stream |= 1 << 31; return frame
            }, healthy: true),
        Row(
            "flags that nobody knows",
            [HTTP2Frame].serving.map {
                var frame = $0; frame.flags = .init(rawValue: frame.flags.rawValue | 0xd2); return frame
            }, healthy: true),
        Row("padded data", [.head, .data([2, 0, 0, 0, 0, 2, 8, 1, 0, 0], .padded), .trailers], healthy: true),
        Row(
            "data of nothing but padding", [.head, .data([2, 0, 0], .padded), .message([8, 1]), .trailers],
            healthy: true),
        Row(
            "padding that is not zero", [.head, .data([2, 0, 0, 0, 0, 2, 8, 1, 7, 7], .padded), .trailers],
            healthy: true),
        Row("more padding than data", [.head, .data([9, 0, 0, 0, 0, 2, 8, 1], .padded), .trailers]),
        Row(
            "a hundred empty frames",
            [.head] + .init(repeating: .data([]), count: 100) + [.message([8, 1]), .trailers], healthy: true),
        Row(
            "a frame that is too long",
            [.head, .data([0, 0, 0, 64, 0] + .init(repeating: 0, count: 16384)), .trailers], by: .message),
        Row(
            "a PING between", [.head, .other(6, zeros), .message([8, 1]), .other(6, zeros), .trailers], healthy: true),
        Row("settings between", [.head, .settings, .message([8, 1]), .settings((4, 1)), .trailers], healthy: true),
    ]

    static let ends: [Row] =
        (0...14).map { Row("RST_STREAM with \(HTTP2ErrorCode(rawValue: UInt32($0)))", [.reset($0)], by: .head) }
        + [
            Row("RST_STREAM behind the head", [.head, .reset(8)]),
            Row("RST_STREAM behind the message", [.head, .message([8, 1]), .reset(0)]),
            Row("RST_STREAM behind the end", .serving + [.reset(0)], healthy: true),
            Row("GOAWAY and the answer", [.goAway(last: 1)] + .serving, healthy: true),
            Row("GOAWAY in the answer", [.head, .goAway(last: 1), .message([8, 1]), .trailers], healthy: true),
            Row(
                "GOAWAY twice", [.other(7, [0x7f, 255, 255, 255, 0, 0, 0, 0]), .goAway(last: 1)] + .serving,
                healthy: true),
            Row("GOAWAY without this call", [.goAway(last: 0)], then: [.close], by: .head),
            Row(
                "GOAWAY without this call, and the answer", [.goAway(last: 0)] + .serving, by: .head,
                butNot: [.haproxy], because: "the server says that it has not taken the call (RFC 9113, section 6.8)"),
            Row("GOAWAY for an error, and the answer", [.goAway(last: 1, 11)] + .serving, healthy: true),
            Row("GOAWAY for an error", [.goAway(last: 1, 1)], then: [.close], by: .head),
            Row("GOAWAY of seven octets", [.other(7, [0, 0, 0, 1, 0, 0, 0])] + .serving, by: .head),
            Row("GOAWAY of a stream", [.other(7, zeros, stream: 1)] + .serving, by: .head),
            Row("the end of the connection after the answer", .serving, then: [.close], healthy: true),
            Row("the end of one direction after the answer", .serving, then: [.shutDown], healthy: true),
            Row("the end instead of an answer", [], then: [.close], by: .head),
            Row("the end behind the head", [.head], then: [.close]),
            Row("the end behind the message", [.head, .message([8, 1])], then: [.close]),
            Row("a reset behind the message", [.head, .message([8, 1])], then: [.reset]),
            Row("half a frame", [], then: [.octets([0, 0, 9, 1, 4]), .close], by: .head),
            Row("nothing more", [.head, .message([8, 1])]),
        ]

    static let secure = [
        Row("TLS", .serving, healthy: true).overTLS(["h2"]),
        Row("TLS, and NOT_SERVING", [.head, .message([8, 2]), .trailers], by: .message).overTLS(["h2"]),
        Row("TLS without an agreement", .serving, by: .head, butNot: [.go], because: Why.agreement).overTLS([]
        ),
        Row("TLS for HTTP/1", .serving, by: .head, butNot: [.go], because: Why.agreement).overTLS(["http/1.1"]
        ),
        Row("TLS where none is expected", .serving, by: .head).overTLS(["h2"], called: false),
        Row("no TLS where it is expected", .serving, by: .head).overTLS(nil),
    ]
}
