package import LVSCareHTTP
import Testing

/// Responses of HTTP/1, right and wrong, and how they are to be read.
package enum HTTPExamples {
    /// How an answer stands after all octets.
    package enum Standing: Hashable {
        case complete, surplus
        /// Neither complete nor wrong; not even the end of the connection completes it.
        case open
        /// The end of the connection completes it.
        case untilClose
        case broken
    }

    package struct Example: Sendable, CustomTestStringConvertible {
        package var octets: String
        package var method = "GET"
        package var head: HTTPResponseHead
        package var content = 0
        package var standing = Standing.complete

        package init(
            _ octets: String, to method: String = "GET", status: Int = 200, _ ending: HTTPResponseHead.Ending,
            location: String? = nil, persistent: Bool = true, version: HTTPResponseHead.Version = .http11,
            content: Int = 0,
            _ standing: Standing = .complete
        ) {
            self.octets = octets
            self.method = method
            head = HTTPResponseHead(
                status: status, location: location, isPersistent: persistent, version: version, ending: ending)
            self.content = content
            self.standing = standing
        }

        package var testDescription: String { "\(method): \(octets.prefix(120).debugDescription)" }
    }

    /// Those that NIO's decoder reads in the same way.
    package static let sound: [Example] = [
        Example("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .length(2), content: 2),
        Example("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 200 OK\r\ncontent-LENGTH:\t002 \r\n\r\nok", .length(2), content: 2),
        Example("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", .length(3), content: 2, .open),
        Example("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1", .length(2), content: 2, .surplus),
        Example("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 299 \u{e4}\t  words\r\nContent-Length: 0\r\n\r\n", status: 299, .length(0)),
        Example("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", status: 999, .length(0)),
        Example("HTTP/1.1 200 OK\r\n\r\nok", .close, persistent: false, content: 2, .untilClose),
        Example("HTTP/1.1 200 OK\r\n\r\n", .close, persistent: false, .untilClose),
        Example("HTTP/1.0 200 OK\r\n\r\n", .close, persistent: false, version: .http10, .untilClose),
        Example(
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", .length(2), persistent: false, version: .http10,
            content: 2),
        Example(
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nok", .length(2), version: .http10,
            content: 2),
        Example(
            "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", .length(0), persistent: false),
        Example("HTTP/1.1 200 OK\r\nConnection: closed\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 200 OK\r\nX-Empty:\r\nContent-Length: 0\r\nX-Raw: \u{e4}\t\"\r\n\r\n", .length(0)),
        Example("HTTP/1.1 200 OK\r\nContent-Lengths: 5\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example(
            "HTTP/1.1 302 Found\r\nLOCATION: \t/a b?\u{e4} \r\nLocation: /c\r\nContent-Length: 0\r\n\r\n", status: 302,
            .length(0),
            location: "/a b?\u{e4}"),
        Example("HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 0\r\n\r\n", status: 302, .length(0), location: ""),
        Example("HTTP/1.1 204 No Content\r\n\r\n", status: 204, .nothing),
        Example("HTTP/1.1 204 No Content\r\n\r\nok", status: 204, .nothing, .surplus),
        Example("HTTP/1.1 304 Not Modified\r\nContent-Length: 1000000\r\n\r\n", status: 304, .nothing),
        Example("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", to: "HEAD", .nothing),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", to: "HEAD", .nothing),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .chunked),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", .chunked, content: 2),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n00a\r\n0123456789\r\nB\r\n01234\r\n6789\r\n00\r\n\r\n",
            .chunked, content: 21),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2;x;y=z;q=\"a b\"\r\nok\r\n"
                + "0;last\r\nX-Trailer: z\r\nETag: \r\n\r\n",
            .chunked, content: 2),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\0", .chunked, content: 2,
            .surplus),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n", .chunked, content: 2, .open),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX\n", .chunked, content: 2, .broken),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX\r\n", .chunked, content: 2, .broken),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense", .chunked, .broken),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .chunked, .broken),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok", .chunked, .broken),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nok", .chunked, .broken),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\nok", .chunked, .broken),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay", .chunked, content: 2, .broken),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\nok", .chunked, content: 2, .open),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", .chunked, .broken),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nok", .close, persistent: false, content: 2,
            .untilClose),
        Example(
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            .chunked,
            persistent: false, version: .http10, content: 2),
        Example(
            "HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\nLocation: /x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", status: 101, .nothing, persistent: false),
        Example(
            "HTTP/1.1 101 Odd\r\nContent-Length: 7\r\n\r\n\0\u{1}", status: 101, .nothing, persistent: false, .surplus),
        Example("HTTP/1.1 200 OK\r\n\r\nx", to: "CONNECT", .nothing, persistent: false, .surplus),
        Example(
            "HTTP/1.1 200 OK\r\nX-Long: \(String(repeating: "x", count: 3000))\r\nContent-Length: 0\r\n\r\n", .length(0)
        ),
    ]

    /// Those that NIO's decoder refuses or reads in another way.
    package static let disputed: [Example] = [
        Example("HTTP/1.1 200 OK\r\nContent-Length: 2\t\r\n\r\nok", .length(2), content: 2),
        Example("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", .length(2), content: 2),
        Example(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .chunked,
            persistent: false),
        Example(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nokay", .close, persistent: false,
            content: 4, .untilClose),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, ,\r\n\r\n0\r\n\r\n", .chunked),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: x\r\n\r\n", .chunked),
        Example("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2; x\r\nok\r\n0;\r\n\r\n", .chunked, content: 2),
        Example(
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nok", to: "CONNECT", status: 403, .length(2), content: 2),
        Example(
            "HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", status: 204,
            .nothing),
        Example("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", .length(2), content: 2),
        Example("HTTP/1.0 200 OK\n\nok", .close, persistent: false, version: .http10, content: 2, .untilClose),
        Example("HTTP/1.1 200 OK\r\nX: y\nContent-Length: 2\r\n\nok", .length(2), content: 2),
        Example("HTTP/1.1 200 OK\nX: y\r\nContent-Length: 0\n\r\n", .length(0)),
        Example("HTTP/1.1 200 OK\r\nX: y\r\n\tz\r\nContent-Length: 2\r\n\r\nok", .length(2), content: 2),
        Example("HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n  \r\n\r\nok", .length(2), content: 2),
        Example(
            "HTTP/1.1 302 Found\r\nLocation: /a\r\n  /b\r\nContent-Length: 0\r\n\r\n", status: 302, .length(0),
            location: "/a  /b"),
        Example(
            "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok", .length(2), persistent: false, version: .http10,
            content: 2),
        Example("HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok", .length(2), content: 2),
        Example("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", .length(2), content: 2),
        Example("HTTP/1.1 200 OK\r\nX\t: y\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 200 OK\r\nX: \u{7f}\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 200 OK\r\nX: \u{1b}[1m\u{1}\r\nContent-Length: 0\r\n\r\n", .length(0)),
        Example("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", .length(2), content: 2),
    ]

    /// Octets, and what is wrong with them.
    package static let faults: [(String, String)] = [
        ("SSH-2.0-OpenSSH_9.2\r\n", "no status line, but \"SSH-2.0-OpenSSH_9.2\""),
        ("220 it's \"\\\n", #"no status line, but "220 it's \"\\""#),
        ("login: ", "no status line, but \"login: \""),
        ("http/1.1 200 OK\r\n\r\n", "no status line, but \"http/1.1 200 OK\""),
        (String(repeating: "x", count: 60) + "\r\n", "no status line, but \"\(String(repeating: "x", count: 60))\""),
        (String(repeating: "x", count: 61), "no status line, but \"\(String(repeating: "x", count: 60))…\""),
        ("\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{28}", "no status line"),
        ("J\0\0\0\n8.0.36", "no status line"),
        ("\r\nHTTP/1.1 200 OK\r\n\r\n", "no status line"),
        ("HTTP/1.1 100 Continue\r\n\r\nok", "no status line, but \"ok\""),
        ("HTTP/1.1\r\n\r\n", "an unknown version: \"HTTP/1.1\""),
        ("HTTP/\r\n\r\n", "an unknown version: \"HTTP/\""),
        ("HTTP/0.9 200 OK\r\n\r\n", "an unknown version: \"HTTP/0.9 200 OK\""),
        ("HTTP/1.10 200 OK\r\n\r\n", "an unknown version: \"HTTP/1.10 200 OK\""),
        ("HTTP/2 200 OK\r\n\r\n", "an unknown version: \"HTTP/2 200 OK\""),
        ("HTTP/1.1 200 OK\r\nX y : z\r\n\r\n", "a header field named \"X y \""),
        ("HTTP/1.1 200 OK\r\n : y\r\n\r\n", "a blank before the first header field"),
        ("HTTP/1.1 abc\r\n\r\n", "no status: \"HTTP/1.1 abc\""),
        ("HTTP/1.1 20\r\n\r\n", "no status: \"HTTP/1.1 20\""),
        ("HTTP/1.1 2000\r\n\r\n", "no status: \"HTTP/1.1 2000\""),
        ("HTTP/1.1 099 Odd\r\n\r\n", "no status: \"HTTP/1.1 099 Odd\""),
        ("HTTP/1.1 \r\n\r\n", "no status: \"HTTP/1.1 \""),
        ("HTTP/1.1 200 OK\r\rX: y\r\n\r\n", "a bare carriage return"),
        ("HTTP/1.1 200 O\rK\r\n\r\n", "a bare carriage return"),
        ("HTTP/1.1 200 OK\r\nX: \r \r\n\r\n", "a control character in the field \"X\""),
        ("HTTP/1.1 200 OK\r\nX: \0\r\n\r\n", "a control character in the field \"X\""),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header field without a colon"),
        ("HTTP/1.1 200 OK\r\n: y\r\n\r\n", "a header field named \"\""),
        ("HTTP/1.1 200 OK\r\nX\u{e4}: y\r\n\r\n", "a header field named \"X\\u{00C3}\\u{00A4}\""),
        ("HTTP/1.1 200 OK\r\n X: y\r\n\r\n", "a blank before the first header field"),
        ("HTTP/1.1 200 OK\n\tX: y\n\n", "a blank before the first header field"),
        ("HTTP/1.1 200 OK\r\nX: y\r\n \0z\r\n\r\n", "a control character in the field \"X\""),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n\r\n", "the Content-Length \"1 2\""),
        ("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", "the Content-Length \"\""),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n", "the Content-Length \"0x2\""),
        ("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n", "the Content-Length \"-2\""),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n", "two different Content-Lengths"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2, x\r\n\r\n", "the Content-Length \"2, x\""),
        ("HTTP/1.1 200 OK\r\nContent-Length: ,\r\n\r\n", "the Content-Length \",\""),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
            "the Content-Length \"9223372036854775808\""
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n", "two different Content-Lengths"),
        ("HTTP/1.1 103 Early Hints\r\nno colon\r\n", "a header field without a colon"),
    ]

    /// Answers whose head is not all there.
    package static let cutOff = [
        "", "H", "HTTP/1.1 20", "HTTP/1.1 200 OK\r", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nX-Half: ",
        "HTTP/1.1 200 OK\r\nX: y\r\n\r", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP",
    ]
}
