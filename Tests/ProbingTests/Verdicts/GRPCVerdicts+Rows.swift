@testable import LVSCareHTTP
@testable import Probing

/// Rows about gRPC: messages, statuses, heads.
extension GRPCVerdicts {
    /// An answer with `message`, correct in all else.
    private static func answer(_ name: String, _ message: [UInt8], healthy isHealthy: Bool = false) -> Row {
        Row(name, [.head, .message(message), .trailers], healthy: isHealthy, by: .message)
    }

    static let messages = [
        answer("SERVING", [8, 1], healthy: true), answer("NOT_SERVING", [8, 2]), answer("UNKNOWN", [8, 0]),
        answer("SERVICE_UNKNOWN", [8, 3]), answer("an empty message is UNKNOWN", []), answer("status 9", [8, 9]),
        answer("status -1", [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
        answer("of two statuses the last: SERVING", [8, 2, 8, 1], healthy: true),
        answer("of two statuses the last: NOT_SERVING", [8, 1, 8, 2]),
        answer("a field that is not known yet", [0x12, 1, 65, 8, 1], healthy: true),
        answer("a group that is not known yet", [0x13, 8, 2, 0x14, 8, 1], healthy: true),
        answer("a group without an end", [8, 1, 0x13]), answer("the end of no group", [8, 1, 0x14]),
        answer("a number with more octets than needed", [8, 0x81, 0], healthy: true),
        answer("the low 32 bits of a number", [8, 0x81, 0x80, 0x80, 0x80, 0x10], healthy: true),
        answer("a number that is cut off", [8, 0x81]),
        answer("a number of eleven octets", [8] + .init(repeating: 0x81, count: 10) + [1]),
        answer("field 0", [0, 1, 8, 1]), answer("a wire type that there is not", [0x0f, 8, 1]),
        answer("a status of four octets", [0x0d, 1, 0, 0, 0]), answer("a text that is cut off", [8, 1, 0x12, 9]),
        answer("JSON", Array(#"{"status":"SERVING"}"#.utf8)),
        Row("no message", [.head, .trailers], by: .message),
        Row("two messages", [.head, .message([8, 1]), .message([8, 1]), .trailers], by: .message),
        Row("octets behind the message", [.head, .message([8, 1]), .data([0]), .trailers], by: .message),
        Row("a message that is cut off", [.head, .data([0, 0, 0, 0, 9, 8, 1]), .trailers], by: .message),
        Row("a prefix that is cut off", [.head, .data([0, 0, 0]), .trailers], by: .message),
        Row(
            "a message that says it is compressed", [.head, .message([8, 1], compressed: 1), .trailers], by: .message),
        Row(
            "compressed in a way that there is not", [.head, .message([8, 1], compressed: 2), .trailers], by: .message),
        Row(
            "compressed, and the way is none",
            [
                .head(("content-type", "application/grpc"), ("grpc-encoding", "identity")),
                .message([8, 1], compressed: 1), .trailers,
            ], by: .message),
        Row(
            "a way to compress that is not used",
            [
                .head(("content-type", "application/grpc"), ("grpc-encoding", "gzip")), .message([8, 1]), .trailers,
            ], healthy: true),
        Row("a message of 4 GiB", [.head, .data([0, 255, 255, 255, 255]), .trailers], by: .message),
        Row(
            "a message of 20 KiB",
            [.head]
                + [
                    .data([0, 0, 0, 80, 6, 8, 1, 0x12, 0x80, 0xa0, 1] + .init(repeating: 65, count: 10_000)),
                    .data(.init(repeating: 65, count: 10_480)), .trailers,
                ],
            by: .message, butNot: [.go], because: "two octets are a status, and who sends 16 KiB does not send one"),
        Row(
            "a message in seven frames", [.head] + [0, 0, 0, 0, 2, 8, 1].map { .data([$0]) } + [.trailers],
            healthy: true),
    ]

    static let statuses: [Row] =
        (1...17).map { Row("gRPC status \($0)", [.head, .message([8, 1]), .trailers(("grpc-status", "\($0)"))]) }
        + [5, 12, 14].map { Row("nothing but status \($0)", [.only(("grpc-status", "\($0)"))], by: .message) }
        + ["99", "-1", "fine", ""].map {
            Row("gRPC status \"\($0)\"", [.head, .message([8, 1]), .trailers(("grpc-status", $0))])
        }
        + [
            Row("gRPC status \"00\"", [.head, .message([8, 1]), .trailers(("grpc-status", "00"))], healthy: true),
            Row("gRPC status \"+0\"", [.head, .message([8, 1]), .trailers(("grpc-status", "+0"))], healthy: true),
            Row("nothing but status 0", [.only(("grpc-status", "0"))], by: .message),
            Row("trailers without a status", [.head, .message([8, 1]), .trailers(("x", "y"))], by: .message),
            Row("no trailers", [.head, .data([0, 0, 0, 0, 2, 8, 1], .endStream)], by: .message),
            Row("no trailers but an empty frame", [.head, .message([8, 1]), .data([], .endStream)], by: .message),
            Row(
                "the status in the head alone",
                [
                    .head(("content-type", "application/grpc"), ("grpc-status", "0")),
                    .data([0, 0, 0, 0, 2, 8, 1], .endStream),
                ], by: .message),
            Row(
                "the status in the head as well",
                [.head(("content-type", "application/grpc"), ("grpc-status", "0")), .message([8, 1]), .trailers],
                healthy: true),
            Row(
                "status 0 and then 5",
                [.head, .message([8, 1]), .trailers(("grpc-status", "0"), ("grpc-status", "5"))], by: .message),
            Row(
                "status 5 and then 0",
                [.head, .message([8, 1]), .trailers(("grpc-status", "5"), ("grpc-status", "0"))], healthy: true),
            Row(
                "a remark that is not encoded",
                [.head, .message([8, 1]), .trailers(("grpc-status", "0"), ("grpc-message", "100 %"))], healthy: true),
            Row(
                "details that cannot be read",
                [.head, .message([8, 1]), .trailers(("grpc-status", "0"), ("grpc-status-details-bin", "!"))],
                healthy: true, butNot: [.go], because: "the status counts, and nobody asks for details"),
            Row(
                "trailers that end nothing", [.head, .message([8, 1]), .fields([("grpc-status", "0")])], then: [.close]),
            Row(
                "a status of HTTP in the trailers",
                [.head, .message([8, 1]), .trailers((":status", "200"), ("grpc-status", "0"))], healthy: true,
                butNot: [.curl], because: Why.malformed),
        ]

    /// A serving answer with one more field in its head.
    private static func field(_ name: String, _ field: String, _ value: String, healthy isHealthy: Bool = false) -> Row
    {
        Row(
            name, [.head(("content-type", "application/grpc"), (field, value)), .message([8, 1]), .trailers],
            healthy: isHealthy, by: .head)
    }

    static let heads: [Row] =
        ["201", "204", "302", "400", "401", "404", "429", "500", "502", "503"].map {
            Row(
                "status \($0)",
                [.fields([(":status", $0), ("content-type", "text/plain")], [.endHeaders, .endStream])], by: .head)
        }
        + [
            Row(
                "status 503, and gRPC all the same",
                [.fields([(":status", "503"), ("content-type", "application/grpc")]), .message([8, 1]), .trailers],
                by: .head, butNot: [.go], because: "the status of HTTP is 200 when the server of gRPC answers"),
            Row(
                "type application/grpc+proto",
                [.head(("content-type", "application/grpc+proto")), .message([8, 1]), .trailers], healthy: true),
            Row(
                "type application/grpc;x=y",
                [.head(("content-type", "application/grpc;x=y")), .message([8, 1]), .trailers], healthy: true),
            Row(
                "type application/grpc-web",
                [.head(("content-type", "application/grpc-web")), .message([8, 1]), .trailers], by: .message),
            Row(
                "type Application/GRPC", [.head(("content-type", "Application/GRPC")), .message([8, 1]), .trailers],
                by: .message),
            Row("type text/html", [.head(("content-type", "text/html")), .message([8, 1]), .trailers], by: .message),
            Row("no type", [.head(), .message([8, 1]), .trailers], by: .message),
            Row(
                "no status", [.fields([("content-type", "application/grpc")]), .message([8, 1]), .trailers], by: .head,
                butNot: [.go], because: Why.malformed),
            Row(
                "status \"fine\"",
                [.fields([(":status", "fine"), ("content-type", "application/grpc")]), .message([8, 1]), .trailers],
                by: .head, butNot: [.go], because: Why.malformed),
            Row(
                "status 100 first", [.fields([(":status", "100")])] + .serving, healthy: true, butNot: [.go, .haproxy],
                because: Why.interim),
            Row(
                "status 103 first", [.fields([(":status", "103"), ("link", "x")])] + .serving, healthy: true,
                butNot: [.go, .haproxy], because: Why.interim),
            Row("status 101", [.fields([(":status", "101")])] + .serving, by: .head),
            Row("status 103 and no more", [.fields([(":status", "103")], [.endHeaders, .endStream])], by: .head),
            Row(
                "a field with a capital letter",
                [.head(("content-type", "application/grpc"), ("Server", "x")), .message([8, 1]), .trailers], by: .head),
            field("a field without a name", "", "x"), field("a name with a blank", "x y", "x"),
            field("a name that is no ASCII", "xä", "x"), field("a name with a colon", "x:y", "x"),
            field("a value with NUL", "x", "\0"), field("a value with a line feed", "x", "a\nb"),
            field("a value with a carriage return", "x", "a\rb"),
            field("a value with blanks around", "x", " x ", healthy: true),
            Row(
                "a value with a control character",
                [.head(("content-type", "application/grpc"), ("x", "\u{1b}")), .message([8, 1]), .trailers], by: .head,
                butNot: [.haproxy], because: "it is dangerous where fields are printed. So in Go and curl"),
            field("a value that is no ASCII", "x", "ä", healthy: true),
            Row(
                "a field of HTTP/1",
                [
                    .head(("content-type", "application/grpc"), ("connection", "keep-alive")), .message([8, 1]),
                    .trailers,
                ], healthy: true, butNot: [.curl, .haproxy], because: Why.lenient),
            Row(
                "a length that is right",
                [.head(("content-type", "application/grpc"), ("content-length", "7")), .message([8, 1]), .trailers],
                healthy: true),
            Row(
                "a length that is wrong",
                [.head(("content-type", "application/grpc"), ("content-length", "3")), .message([8, 1]), .trailers],
                healthy: true, butNot: [.curl, .haproxy], because: Why.lenient),
            Row(
                "fields of 8 KB",
                [
                    .head(("content-type", "application/grpc"), ("x", String(repeating: "x", count: 8000))),
                    .message([8, 1]), .trailers,
                ], healthy: true),
        ]
}
