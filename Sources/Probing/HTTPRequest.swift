import Addressing
import LVSCareModel

/// One request of a probe, the first or one that a redirect led to.
struct HTTPRequest: Hashable {
    var url: HTTPURL
    var method: String
    /// The user's fields, without those that the request makes by itself.
    var fields: [HTTPProbeConfiguration.HeaderField]
    /// The user's `Host`, which goes out instead of the URL's.
    var host: String?
    var body: String
    /// What TLS asks for, and the certificate has to be for, instead of the URL's host.
    var serverName: HTTPURL.Host?
    /// Whether the server is not asked to close the connection after its answer.
    var staysOpen = false

    /// The first request of a probe.
    ///
    /// The message's framing and the end of its connection are the probe's business, so `Connection`,
    /// `Content-Length`, `Transfer-Encoding` and `Trailer` are not taken from the user.
    init(_ configuration: HTTPProbeConfiguration, to url: HTTPURL) {
        self.url = url
        method = configuration.method
        body = configuration.body
        host = configuration.headers.last { $0.isNamed("Host") }?.value
        fields = configuration.headers.filter { !$0.isNamed("Host") && !$0.isNamed(among: Self.ownFields) }
    }

    private static let ownFields = ["Connection", "Content-Length", "Transfer-Encoding", "Trailer"]

    /// The request as it goes on the wire (RFC 9112).
    ///
    /// Throws what would make another request, or none, of it.
    func message() throws(ProbeFault) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(256 + body.utf8.count)
        for part in [method, url.target] where part.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
            throw ProbeFault(.local, "the request line would have blanks in \"\(part.abbreviated)\"")
        }
        message.append(method)
        message.append(" ")
        message.append(url.target)
        message.append(" HTTP/1.1\r\n")
        try message.append(field: "Host", host ?? url.authority)
        if !fields.contains(where: { $0.isNamed("User-Agent") }) { try message.append(field: "User-Agent", "lvscare") }
        // An empty body is announced where servers expect one, as Go does.
        if !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) {
            try message.append(field: "Content-Length", String(body.utf8.count))
        }
        for field in fields { try message.append(field: field.name, field.value) }
        if !staysOpen { try message.append(field: "Connection", "close") }
        message.append("\r\n")
        message.append(body)
        return message
    }
}

extension [UInt8] {
    fileprivate mutating func append(field name: String, _ value: String) throws(ProbeFault) {
        guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x3a || $0 == 0x7f }),
            !value.utf8.contains(where: { $0 == 0 || $0 == 0x0a || $0 == 0x0d })
        else { throw ProbeFault(.local, "the request cannot have the header field \"\(name.abbreviated)\"") }
        append(name)
        append(": ")
        append(value)
        append("\r\n")
    }
}

extension HTTPProbeConfiguration.HeaderField {
    /// Whether this is the field `name`, whatever the case.
    func isNamed(_ name: String) -> Bool { self.name.lowercased() == name.lowercased() }

    /// Whether this is one of the fields `names`, whatever the case.
    func isNamed(among names: [String]) -> Bool { names.contains(where: isNamed) }
}
