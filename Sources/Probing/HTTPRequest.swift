import Director
import NIOHTTP1

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

    /// The head as it goes on the wire.
    var head: HTTPRequestHead {
        var headers = HTTPHeaders()
        headers.reserveCapacity(fields.count + 4)
        headers.add(name: "Host", value: host ?? url.authority)
        if !fields.contains(where: { $0.isNamed("User-Agent") }) { headers.add(name: "User-Agent", value: "lvscare") }
        // An empty body is announced where servers expect one, as Go does.
        if !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) {
            headers.add(name: "Content-Length", value: String(body.utf8.count))
        }
        for field in fields { headers.add(name: field.name, value: field.value) }
        if !staysOpen { headers.add(name: "Connection", value: "close") }
        return HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: url.target, headers: headers)
    }
}

extension HTTPProbeConfiguration.HeaderField {
    /// Whether this is the field `name`, whatever the case.
    func isNamed(_ name: String) -> Bool { self.name.lowercased() == name.lowercased() }

    /// Whether this is one of the fields `names`, whatever the case.
    func isNamed(among names: [String]) -> Bool { names.contains(where: isNamed) }
}
