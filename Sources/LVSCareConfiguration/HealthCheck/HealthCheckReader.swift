package import LVSCareModel
package import LVSCareSettings

/// Reads a health check from wherever its settings are written: flags, variables, a document.
///
/// Goes on behind a mistake, so that all of them are found; where one was, the value is the default.
package struct HealthCheckReader {
    let source: SettingSource
    let mistakes: Mistakes
    private let headers: [HTTPProbeConfiguration.HeaderField]?

    /// A reader of what `source` says; `headers` in the place of a list of them.
    package init(
        _ source: SettingSource, _ mistakes: Mistakes, headers: [HTTPProbeConfiguration.HeaderField]? = nil
    ) {
        self.source = source
        self.mistakes = mistakes
        self.headers = headers
    }

    /// The health check that `source` asks for. Throws the first mistake.
    package static func read(_ source: SettingSource) throws(UsageError) -> HealthCheck {
        let mistakes = Mistakes()
        let check = HealthCheckReader(source, mistakes).healthCheck()
        try mistakes.throwFirst()
        return check
    }

    /// The health check.
    package func healthCheck() -> HealthCheck {
        var check = HealthCheck()
        let (interval, isGood) = mistakes.watch(interval)
        check.interval = interval ?? check.interval
        check.timeout = mistakes.attempt(try source.duration(.healthTimeout)) ?? check.timeout
        check.probe = probe()
        pace(&check, knowsInterval: isGood)
        // Whoever looks at the files goes by it. Unused here, but an invalid value is still an error.
        _ = mistakes.attempt(try source.boolean(.healthFilesLater, default: false))
        return check
    }

    private func interval() -> Duration? { mistakes.attempt(try source.duration(.interval)) }

    private func probe() -> ProbeConfiguration {
        let scheme = mistakes.attempt(try HealthScheme(source)) ?? .https
        switch scheme {
        case .grpc, .grpcs: return .grpc(grpc(scheme))
        case .http, .https, .tcp: refuse([.healthGRPCService], with: scheme, remedy: "grpc or grpcs")
        }
        // The request is checked even where the probe is plain TCP and sends none.
        var request = request()
        if scheme == .tcp {
            refuse(
                Self.tlsSettings + [.healthTokenFile], because: "a mere connection has no TLS and no request",
                expected: "\(source.spelling(of: .healthScheme)) https along with it")
            return .tcp
        }
        request.tls = tls()
        request.scheme = scheme == .http ? .http : .https
        mistakes.attempt(try refuseTokenForAnybody(request))
        return .http(request)
    }

    /// The request, but for its scheme.
    private func request() -> HTTPProbeConfiguration {
        var request = HTTPProbeConfiguration()
        request.target = mistakes.attempt(try target()) ?? request.target
        request.method = mistakes.attempt(try method()) ?? request.method
        request.headers = headers ?? mistakes.attempt(try HeaderFields.parse(source.values(.healthHeaders))) ?? []
        request.body = source.value(.healthBody)?.text ?? request.body
        request.healthyStatuses = healthyStatuses()
        request.tokenFile = mistakes.attempt(try tokenFile(besides: request.headers))
        request.redirects = mistakes.attempt(try source.choice(.healthRedirects)) ?? request.redirects
        return request
    }

    private func target() throws(UsageError) -> String? {
        guard let value = source.value(.healthPath) else { return nil }
        return try UsageError.wrap(value, expected: Setting.healthPath.expectation) {
            text throws(RequestTarget.Problem) in try RequestTarget.parse(text)
        }
    }

    /// A token is for whoever proves to be the real server, unless somebody says explicitly that anybody may have it.
    private func refuseTokenForAnybody(_ request: HTTPProbeConfiguration) throws(UsageError) {
        guard let token = source.value(.healthTokenFile), source.value(.skipVerify) == nil else { return }
        let consent = "or \(source.spelling(of: .skipVerify)) to let anybody have it"
        let issuers = source.spelling(of: .healthIssuers)
        guard request.scheme == .https else {
            throw UsageError(
                token, "without TLS anybody on the way can read it",
                expected: "\(source.spelling(of: .healthScheme)) https and \(issuers), \(consent)")
        }
        // Issuers that cannot be used are a mistake of their own.
        guard request.tls.verifiesCertificate || source.value(.healthIssuers) != nil else {
            throw UsageError(
                token, "no certificate is verified, so anybody in between would get it",
                expected: "the real servers' issuers with \(issuers), \(consent)")
        }
    }

    private func method() throws(UsageError) -> String? {
        // As in Go, no method is the default method.
        guard let value = source.value(.healthMethod), !value.text.isEmpty else { return nil }
        let expected = Setting.healthMethod.expectation
        guard value.text.isHTTPToken else { throw UsageError(value, "it is not a method", expected: expected) }
        guard value.text.uppercased() != "CONNECT" else {
            throw UsageError(value, "it asks for a tunnel, not for an answer", expected: expected)
        }
        return value.text
    }

    private func tokenFile(besides headers: [HTTPProbeConfiguration.HeaderField]) throws(UsageError) -> String? {
        guard let value = source.value(.healthTokenFile), let path = try source.path(.healthTokenFile) else {
            return nil
        }
        guard !headers.contains(where: { $0.name.lowercased() == "authorization" }) else {
            throw UsageError(
                value,
                "\(source.spelling(of: .healthHeaders)) has an Authorization already, and a request has only one",
                expected: "one of the two")
        }
        return path
    }

    /// Those below 400 are healthy in any case and need not be kept.
    private func healthyStatuses() -> Set<Int> {
        var statuses: Set<Int> = []
        for item in mistakes.attempt(try source.items(.healthStatus)) ?? [] {
            let range = mistakes.attempt(
                try UsageError.wrap(item, expected: Setting.healthStatus.expectation) {
                    text throws(StatusRange.Problem) in
                    try StatusRange.parse(text)
                })
            statuses.formUnion((range.map(Array.init) ?? []).filter { $0 >= 400 })
        }
        return statuses
    }
}
