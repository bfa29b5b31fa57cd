import LVSCareModel

extension CareSettings {
    static func healthCheck(_ source: SettingSource) throws(UsageError) -> HealthCheck {
        var check = HealthCheck()
        check.interval = try duration(
            source, .interval, within: .milliseconds(10) ... .seconds(86_400), bounds: "10ms to 24h",
            default: check.interval)
        check.timeout = try duration(
            source, .healthTimeout, within: .milliseconds(1) ... .seconds(3_600), bounds: "1ms to 1h",
            default: check.timeout)
        check.probe = try probe(source)
        try pace(source, &check)
        // `HealthFiles` goes by it. Of no consequence here, but wrong is wrong.
        _ = try source.boolean(.healthFilesLater, default: false)
        return check
    }

    /// The shortest that is taken leaves nine tenths of the time to others, as a pass costs well below a millisecond.
    static func repairInterval(
        _ source: SettingSource, default fallback: Duration
    ) throws(UsageError) -> Duration {
        try duration(
            source, .repairInterval, within: .milliseconds(10) ... .seconds(86_400), bounds: "10ms to 24h",
            default: fallback)
    }

    private static func duration(
        _ source: SettingSource, _ flag: CareFlag, within range: ClosedRange<Duration>, bounds: String,
        default fallback: Duration
    ) throws(UsageError) -> Duration {
        try duration(source, flag, within: range, bounds: bounds) ?? fallback
    }

    /// A bare integer is a number of seconds; 0 means the default, and is `nil`, as is a flag that was not given.
    static func duration(
        _ source: SettingSource, _ flag: CareFlag, within range: ClosedRange<Duration>, bounds: String
    ) throws(UsageError) -> Duration? {
        guard let value = source.value(flag) else { return nil }
        let expected = "seconds such as 5, or a duration such as 500ms or 1m30s, from \(bounds), or 0 for the default"
        let duration = try UsageError.wrap(value, expected: expected) { text throws(GoDuration.Problem) in
            try GoDuration.parse(text)
        }
        if duration == .zero { return nil }
        guard duration >= range.lowerBound else { throw UsageError(value, "it is too short", expected: expected) }
        guard duration <= range.upperBound else { throw UsageError(value, "it is too long", expected: expected) }
        return duration
    }

    private static func probe(_ source: SettingSource) throws(UsageError) -> ProbeConfiguration {
        let scheme = try HealthScheme(source)
        switch scheme {
        case .grpc, .grpcs:
            return .grpc(try grpc(source, scheme))
        case .http, .https, .tcp:
            try refuse([.healthGRPCService], of: source, with: scheme, remedy: "--health-schem grpc or grpcs")
        }
        // The request is checked even where the probe is plain TCP and sends none.
        var request = try request(source)
        if scheme == .tcp {
            try refuseTLS(source, because: "a mere connection has no TLS and no request", but: "https")
            return .tcp
        }
        request.tls = try tls(source)
        request.scheme = scheme == .http ? .http : .https
        try refuseTokenForAnybody(source, request)
        return .http(request)
    }

    /// The request, but for its scheme.
    private static func request(_ source: SettingSource) throws(UsageError) -> HTTPProbeConfiguration {
        var request = HTTPProbeConfiguration()
        if let value = source.value(.healthPath) {
            request.target = try UsageError.wrap(value, expected: RequestTarget.expectation) {
                text throws(RequestTarget.Problem) in try RequestTarget.parse(text)
            }
        }
        request.method = try method(source) ?? request.method
        request.headers = try HeaderFields.parse(source.values(.healthHeaders))
        request.body = source.value(.healthBody)?.text ?? request.body
        request.healthyStatuses = try healthyStatuses(source)
        request.tokenFile = try tokenFile(source, besides: request.headers)
        if let value = source.value(.healthRedirects) {
            guard let redirects = HTTPProbeConfiguration.Redirects(rawValue: value.text) else {
                throw UsageError(value, "it is none of them", expected: "same-origin, follow or none")
            }
            request.redirects = redirects
        }
        return request
    }

    /// A token is for whoever proves to be the real server, unless somebody says explicitly that anybody may have it.
    private static func refuseTokenForAnybody(
        _ source: SettingSource, _ request: HTTPProbeConfiguration
    ) throws(UsageError) {
        guard let token = source.value(.healthTokenFile), source.value(.skipVerify) == nil else { return }
        let consent = "or \(CareFlag.skipVerify.spelling) to let anybody have it"
        guard request.scheme == .https else {
            throw UsageError(
                token, "without TLS anybody on the way can read it",
                expected: "\(CareFlag.healthScheme.spelling) https and \(CareFlag.healthIssuers.spelling), \(consent)")
        }
        guard request.tls.verifiesCertificate else {
            throw UsageError(
                token, "no certificate is verified, so anybody in between would get it",
                expected: "the real servers' issuers with \(CareFlag.healthIssuers.spelling), \(consent)")
        }
    }

    private static func method(_ source: SettingSource) throws(UsageError) -> String? {
        // As in Go, no method is the default method.
        guard let value = source.value(.healthMethod), !value.text.isEmpty else { return nil }
        let expected = "a request method such as GET or HEAD"
        guard value.text.isHTTPToken else { throw UsageError(value, "it is not a method", expected: expected) }
        guard value.text.uppercased() != "CONNECT" else {
            throw UsageError(value, "it asks for a tunnel, not for an answer", expected: expected)
        }
        return value.text
    }

    private static func tokenFile(
        _ source: SettingSource, besides headers: [HTTPProbeConfiguration.HeaderField]
    ) throws(UsageError) -> String? {
        guard let value = source.value(.healthTokenFile) else { return nil }
        let path = try file(value)
        guard !headers.contains(where: { $0.name.lowercased() == "authorization" }) else {
            throw UsageError(
                value, "\(CareFlag.healthHeaders.spelling) has an Authorization already, and a request has only one",
                expected: "one of the two")
        }
        return path
    }

    /// Those below 400 are healthy in any case and need not be kept.
    private static func healthyStatuses(_ source: SettingSource) throws(UsageError) -> Set<Int> {
        let expected =
            "status codes from 400 to 599 or ranges of them, separated by commas, for example 401,403,500-503"
        var statuses: Set<Int> = []
        for item in try source.items(.healthStatus, expected: expected) {
            let range = try UsageError.wrap(item, expected: expected) { text throws(StatusRange.Problem) in
                try StatusRange.parse(text)
            }
            statuses.formUnion(range.filter { $0 >= 400 })
        }
        return statuses
    }
}
