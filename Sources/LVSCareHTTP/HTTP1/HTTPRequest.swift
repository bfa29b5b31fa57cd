import Addressing

/// One request in HTTP/1.1.
package struct HTTPRequest: Hashable {
    package var url: HTTPURL
    package var method: String
    /// The user's fields, without those that the request makes by itself.
    package var fields: [HTTPField]
    /// The user's `Host`, which goes out instead of the URL's.
    package var host: String?
    package var body: String
    /// Whether the server is not asked to close the connection after its response.
    package var staysOpen = false

    /// A request to `url` with the user's `headers`.
    ///
    /// The framing of the message and the end of the connection are this type's business, so `Connection`,
    /// `Content-Length`, `Transfer-Encoding` and `Trailer` are not taken from the user.
    package init(_ method: String, _ url: HTTPURL, headers: [HTTPField], body: String) {
        self.url = url
        self.method = method
        self.body = body
        host = headers.last { $0.isNamed("Host") }?.value
        fields = headers.filter { !$0.isNamed("Host") && !$0.isNamed(among: Self.ownFields) }
    }

    private static let ownFields = ["Connection", "Content-Length", "Transfer-Encoding", "Trailer"]

    /// The request as it goes on the wire (RFC 9112).
    ///
    /// Throws what would make another request, or none, of it.
    package func message() throws(HTTPFault) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(256 + body.utf8.count)
        try checkLine()
        message.append(method)
        message.append(" ")
        message.append(url.target)
        message.append(" HTTP/1.1\r\n")
        try message.append(field: "Host", host ?? url.authority)
        if !namesAgent { try message.append(field: "User-Agent", "lvscare") }
        if announcesLength { try message.append(field: "Content-Length", String(body.utf8.count)) }
        for field in fields { try message.append(field: field.name, field.value) }
        if !staysOpen { try message.append(field: "Connection", "close") }
        message.append("\r\n")
        message.append(body)
        return message
    }

    /// The header of the request in HTTP/2 (RFC 9113, section 8.3.1): no field that is about a connection of HTTP/1.1, names in
    /// lower case.
    ///
    /// Throws what would make another request, or none, of it.
    package func fieldsOfHTTP2() throws(HTTPFault) -> [HTTP2Field] {
        try checkLine()
        var header = [
            HTTP2Field(":method", method), HTTP2Field(":scheme", "\(url.scheme)"),
            HTTP2Field(":path", url.target), HTTP2Field(":authority", host ?? url.authority),
        ]
        if !namesAgent { header.append(HTTP2Field("user-agent", "lvscare")) }
        if announcesLength { header.append(HTTP2Field("content-length", String(body.utf8.count))) }
        for field in fields where !field.isNamed(among: Self.fieldsOfConnections) {
            try Self.check(field.name, field.value)
            header.append(HTTP2Field(field.name.lowercased(), field.value))
        }
        return header
    }

    private static let fieldsOfConnections = ["Keep-Alive", "Proxy-Connection", "Upgrade", "TE"]

    /// Whether the user has said who asks.
    private var namesAgent: Bool { fields.contains { $0.isNamed("User-Agent") } }

    /// An empty body is announced where servers expect one, as Go does.
    private var announcesLength: Bool { !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) }

    private func checkLine() throws(HTTPFault) {
        for part in [method, url.target] where part.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
            throw HTTPFault(.invalidRequest, "the request line would have blanks in \"\(part.abbreviated)\"")
        }
    }

    /// Throws for a header field that cannot be sent.
    fileprivate static func check(_ name: String, _ value: String) throws(HTTPFault) {
        guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x3a || $0 == 0x7f }),
            !value.utf8.contains(where: { $0 == 0 || $0 == 0x0a || $0 == 0x0d })
        else { throw HTTPFault(.invalidRequest, "the request cannot have the header field \"\(name.abbreviated)\"") }
    }
}

extension [UInt8] {
    fileprivate mutating func append(field name: String, _ value: String) throws(HTTPFault) {
        try HTTPRequest.check(name, value)
        append(name)
        append(": ")
        append(value)
        append("\r\n")
    }
}
