import Addressing
import LVSCareHTTP
import LVSCareModel

/// The requests of one probe and the judgement of their responses.
///
/// Redirects are followed as Go's HTTP client does where the user wants that, with one exception: nothing that
/// identifies the client leaves the origin (scheme, host and port) of the first request.
struct HTTPExchange {
    private static let redirectStatuses = [301, 302, 303, 307, 308]
    /// Redirects that are followed; the next one is a failure.
    static let mostRedirects = 10

    /// The request to send next, or the one that was sent last.
    private(set) var request: HTTPRequest
    /// Whether the request is for another origin than the first, or comes from there: nothing identifies who asks then.
    private(set) var isAnonymous = false
    private let origin: HTTPURL
    /// Whether a connection to the origin may stay open.
    private let staysOpen: Bool
    /// Whether a connection that may stay open should be one of HTTP/2, where the server has that over TLS.
    private let wantsHTTP2: Bool
    private let serverName: Host?
    private let healthyStatuses: Set<Int>
    private let redirects: HTTPProbeConfiguration.Redirects
    private var followed = 0

    /// The exchange that starts at `endpoint`.
    ///
    /// `authorization` is the value of that header field. With `staysOpen`, the server is not asked to close, and with
    /// `prefersHTTP2` it may choose HTTP/2 then.
    init(
        _ configuration: HTTPProbeConfiguration, with endpoint: Endpoint, authorization: String? = nil,
        staysOpen: Bool = false, prefersHTTP2: Bool = false
    ) {
        redirects = configuration.redirects
        self.staysOpen = staysOpen
        wantsHTTP2 = prefersHTTP2
        healthyStatuses = configuration.healthyStatuses
        origin = HTTPURL(
            scheme: configuration.scheme == .http ? .http : .https, host: .address(endpoint.address),
            explicitPort: endpoint.port,
            target: configuration.target)
        request = HTTPRequest(
            configuration.method, origin,
            headers: configuration.headers.map { HTTPField(name: $0.name, value: $0.value) }, body: configuration.body)
        request.staysOpen = staysOpen
        serverName = configuration.tls.serverName.map(Host.init(named:))
        if let authorization { request.fields.append(.init(name: "Authorization", value: authorization)) }
    }

    /// The host of TLS; `nil` for no TLS.
    var tlsHost: Host? {
        guard request.url.scheme == .https else { return nil }
        return isAnonymous ? request.url.host : serverName ?? request.url.host
    }

    /// Whether the server may choose HTTP/2 for `request`.
    var prefersHTTP2: Bool { wantsHTTP2 && request.staysOpen && tlsHost != nil }

    /// The URL at which redirects have arrived; `nil` before the first.
    var redirect: HTTPURL? { followed > 0 ? request.url : nil }

    /// Judges the response to `request` by its status and its `Location`; after a redirect, `request` is another one.
    mutating func judge(status: Int, location: String?) -> ProbeVerdict {
        if Self.redirectStatuses.contains(status), let url = destination(of: location, status: status) {
            return follow(to: url, status: status, isAbsolute: HTTPURL.isAbsolute(location ?? ""))
        }
        if status >= 400, !healthyStatuses.contains(status) {
            return .unhealthy(ProbeFault(.status(status), "status \(status)"))
        }
        return .healthy(staysOpen: request.staysOpen)
    }

    /// Where a redirect leads; `nil` when it is not to be followed, or leads nowhere: then it is a response like
    /// others.
    private func destination(of location: String?, status: Int) -> HTTPURL? {
        guard redirects != .none, let location, !location.isEmpty, let url = try? request.url.resolving(location) else {
            return nil
        }
        guard url.hasOrigin(of: origin) else {
            // Method and body would have to go along (RFC 9110, section 15.4), and are nobody else's business.
            let isPlain = request.body.isEmpty && ["GET", "HEAD"].contains(request.method)
            return redirects == .follow && (status < 307 || isPlain) ? url : nil
        }
        return url
    }

    private mutating func follow(to url: HTTPURL, status: Int, isAbsolute: Bool) -> ProbeVerdict {
        guard followed < Self.mostRedirects else {
            return .unhealthy(ProbeFault(.protocolError, "more than \(Self.mostRedirects) redirects"))
        }
        followed += 1
        // A Host of the user's is for the server that was asked for, and a relative location stays with it.
        if isAbsolute { request.host = nil }
        request.url = url
        if status < 307 {
            if request.method != "GET", request.method != "HEAD" { request.method = "GET" }
            request.body = ""
            request.fields.removeAll { $0.isNamed(among: Self.bodyFields) }
        }
        // What was dropped stays dropped, even when the next redirect leads back.
        if !url.hasOrigin(of: origin) {
            isAnonymous = true
            request.fields = []
            request.host = nil
        }
        request.staysOpen = staysOpen && !isAnonymous
        return .redirected
    }

    /// Fields about a body that is no longer sent.
    private static let bodyFields = ["Content-Type", "Content-Encoding", "Content-Language", "Content-Location"]
}
