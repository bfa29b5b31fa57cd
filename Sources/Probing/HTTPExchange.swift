import Addressing
import Director

/// The requests of one probe and the judgement of their answers; redirects are followed as Go's HTTP client does.
struct HTTPExchange {
    /// What an answer means.
    enum Verdict: Hashable {
        case healthy
        case unhealthy(ProbeFault)
        /// The probe goes on with what is now `request`.
        case redirected
    }

    private static let redirectStatuses = [301, 302, 303, 307, 308]
    /// Redirects that are followed; the next one is a failure.
    static let mostRedirects = 10

    /// The request to send next, or the one that was sent last.
    private(set) var request: HTTPRequest
    private let origin: HTTPURL.Host
    private let originPort: UInt16
    /// Whether a connection to the origin may stay open.
    private let staysOpen: Bool
    private let serverName: HTTPURL.Host?
    private let healthyStatuses: Set<Int>
    private let followsRedirects: Bool
    private var redirects = 0

    /// The exchange that starts at `endpoint`.
    ///
    /// `authorization` is the value of that header field. With `staysOpen`, the server is not asked to close. Without
    /// `followsRedirects`, a redirect is an answer like any other.
    init(
        _ configuration: HTTPProbeConfiguration, with endpoint: Endpoint, authorization: String? = nil,
        staysOpen: Bool = false, followsRedirects: Bool = true
    ) {
        self.followsRedirects = followsRedirects
        origin = .address(endpoint.address)
        originPort = endpoint.port
        self.staysOpen = staysOpen
        healthyStatuses = configuration.healthyStatuses
        let url = HTTPURL(
            scheme: configuration.scheme, host: origin, explicitPort: endpoint.port, target: configuration.target)
        request = HTTPRequest(configuration, to: url)
        request.staysOpen = staysOpen
        serverName = configuration.tls.serverName.map(HTTPURL.Host.init(named:))
        request.serverName = serverName
        if let authorization { request.fields.append(.init(name: "Authorization", value: authorization)) }
    }

    /// The URL at which redirects have arrived; `nil` before the first.
    var trail: HTTPURL? { redirects > 0 ? request.url : nil }

    /// Judges the answer to `request` by its status and its `Location`.
    mutating func judge(status: Int, location: String?) -> Verdict {
        switch status {
        case let status where followsRedirects && Self.redirectStatuses.contains(status):
            follow(location, status: status)
        case 400... where !healthyStatuses.contains(status):
            .unhealthy(ProbeFault(.status(status), "status \(status)"))
        default:
            .healthy
        }
    }

    private mutating func follow(_ location: String?, status: Int) -> Verdict {
        guard let location, !location.isEmpty else {
            return .unhealthy(ProbeFault(.protocolError, "status \(status) without a Location"))
        }
        guard redirects < Self.mostRedirects else {
            return .unhealthy(ProbeFault(.protocolError, "more than \(Self.mostRedirects) redirects"))
        }
        let isSecret = request.url.scheme == .https
        do {
            let url = try request.url.resolving(location)
            redirects += 1
            // A Host of the user's is for the server that was asked for, and a relative location stays with it.
            if HTTPURL.isAbsolute(location) { request.host = nil }
            request.url = url
            request.serverName = url.host == origin ? serverName : nil
            request.staysOpen = staysOpen && url.host == origin && url.port == originPort
        } catch {
            return .unhealthy(
                ProbeFault(.protocolError, "redirect to \"\(location.abbreviated)\", which \(error.reason)"))
        }
        if status < 307 {
            if request.method != "GET", request.method != "HEAD" { request.method = "GET" }
            request.body = ""
            request.fields.removeAll { $0.isNamed(among: Self.bodyFields) }
        }
        // What TLS has kept secret must not go out without it. Fields once dropped stay dropped, even when the next
        // redirect leads back.
        if request.url.host != origin || isSecret && request.url.scheme == .http {
            request.fields.removeAll { $0.isNamed(among: Self.secretFields) }
        }
        return .redirected
    }

    /// Fields about a body that is no longer sent.
    private static let bodyFields = ["Content-Type", "Content-Encoding", "Content-Language", "Content-Location"]
    /// Fields that are meant for the configured server and nobody else.
    private static let secretFields = [
        "Authorization", "Proxy-Authorization", "WWW-Authenticate", "Proxy-Authenticate", "Cookie", "Cookie2",
    ]
}
