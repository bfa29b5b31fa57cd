/// The rows with dissents.
extension HTTPVerdicts {
    /// Dissents, each with its answers.
    static let dissents: [(dissent: VerdictRow.Dissent, answers: [String])] = laxer + stricter

    // Answers that are healthy to us.
    private static let laxer: [(dissent: VerdictRow.Dissent, answers: [String])] = [
        (
            .init(
                of: [.go, .curl, .haproxy],
                why: "the head decides, and nobody decodes the content: a server of files may well compress it"),
            [
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n00a\r\n0123456789\r\nB\r\n01234\r\n6789\r\n00\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nokay",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2;x;y=z;q=\"a b\"\r\nok\r\n0;last\r\nX-Trailer: z\r\nETag: \r\n\r\n",
            ]
        ),
        (
            .init(
                of: [.go, .haproxy], why: "the same, and an empty element of a list is none (RFC 9110, section 5.6.1)"),
            [
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, ,\r\n\r\n0\r\n\r\n",
            ]
        ),
        (
            .init(
                of: [.curl, .haproxy], why: "the head decides; what is wrong with trailers shows behind it. So in Go"),
            [
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX\r\n",
            ]
        ),
        (
            .init(
                of: [.haproxy], why: "the head decides; what is wrong with chunks shows behind it. So in Go and curl"),
            [
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: x\r\n\r\n",
            ]
        ),
        (
            .init(of: [.haproxy], why: "the head that counts comes behind those of 1xx (RFC 9110, section 15.2)"),
            [
                "HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\nLocation: /x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
            ]
        ),
        (
            .init(
                of: [.curl, .haproxy],
                why: "a status below 400 is healthy, says the README; curl waits for the other protocol"),
            ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"]
        ),
        (
            .init(of: [.haproxy], why: "a status below 400 is healthy, says the README"),
            ["HTTP/1.1 101 Odd\r\nContent-Length: 7\r\n\r\n\0\u{1}"]
        ),
        (
            .init(
                of: [.haproxy], why: "blanks before the colon mean nothing (RFC 9112, section 5.1). So in Go and curl"),
            [
                "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX\t: y\r\nContent-Length: 0\r\n\r\n",
            ]
        ),
        (
            .init(of: [.curl], why: "the value may begin in the next line (RFC 9112, section 5.2)"),
            ["HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n  \r\n\r\nok"]
        ),
        (
            .init(
                of: [.curl], why: "a higher minor version is to be read like the one we know (RFC 9110, section 2.5)"),
            ["HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok"]
        ),
        (
            .init(of: [.go], why: "equal lengths are one (RFC 9112, section 6.3)"),
            ["HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok"]
        ),
    ]

    // Answers that are unhealthy to us.
    private static let stricter: [(dissent: VerdictRow.Dissent, answers: [String])] = [
        (
            .init(of: [.go, .haproxy], why: "version 0.9 has no head, and nobody speaks it"),
            ["HTTP/0.9 200 OK\r\n\r\n"]
        ),
        (
            .init(
                of: [.curl],
                why: "the name is case-sensitive, and the minor version is no option (RFC 9112, section 2.3)"),
            ["http/1.1 200 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n"]
        ),
        (
            .init(of: [.go], why: "no status is below 100 (RFC 9110, section 15)"),
            ["HTTP/1.1 099 Odd\r\n\r\n"]
        ),
        (
            .init(of: [.haproxy], why: "the first line is the status line (RFC 9112, section 2.1)"),
            ["\r\nHTTP/1.1 200 OK\r\n\r\n"]
        ),
        (
            .init(
                of: [.go, .curl],
                why:
                    "neither a name nor a line can have these octets (RFC 9110, section 5.1): another protocol, or an attack"
            ),
            [
                "HTTP/1.1 200 OK\r\n: y\r\n\r\n", "HTTP/1.1 200 OK\r\nX y : z\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: \r \r\n\r\n", "HTTP/1.1 200 OK\r\nXä: y\r\n\r\n",
                "HTTP/1.1 200 OK\r\rX: y\r\n\r\n", "HTTP/1.1 200 O\rK\r\n\r\n",
            ]
        ),
        (
            .init(of: [.go, .haproxy], why: "a value with NUL is dangerous (RFC 9110, section 5.5)"),
            ["HTTP/1.1 200 OK\r\nX: \0\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\r\n \0z\r\n\r\n"]
        ),
        (
            .init(of: [.go], why: "a length has digits (RFC 9112, section 6.3)"),
            ["HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n"]
        ),
        (
            .init(
                of: [.curl], why: "who states a length that is none, or two, may mean anything (RFC 9112, section 6.3)"),
            [
                "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2, x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
            ]
        ),
        (
            .init(of: [.curl], why: "a head that does not come to its end is none"),
            ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nX-Half: ", "HTTP/1.1 200 OK\r\nX: y\r\n\r"]
        ),
    ]
}
