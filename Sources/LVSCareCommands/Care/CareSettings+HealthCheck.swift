import LVSCareModel
import LVSCareSettings

extension CareSettings {
    static func healthCheck(_ source: SettingSource) throws(UsageError) -> HealthCheck {
        var check = HealthCheck()
        check.interval = try source.duration(.interval) ?? check.interval
        check.timeout = try source.duration(.healthTimeout) ?? check.timeout
        check.probe = try probe(source)
        try pace(source, &check)
        // `HealthFiles` goes by it. Of no consequence here, but wrong is wrong.
        _ = try source.boolean(.healthFilesLater, default: false)
        return check
    }

    private static func probe(_ source: SettingSource) throws(UsageError) -> ProbeConfiguration {
        let scheme = try HealthScheme(source)
        switch scheme {
        case .grpc, .grpcs:
            return .grpc(try grpc(source, scheme))
        case .http, .https, .tcp:
            try refuse([.healthGRPCService], of: source, with: scheme, remedy: "grpc or grpcs")
        }
        // The request is checked even where the probe is plain TCP and sends none.
        var request = try request(source)
        if scheme == .tcp {
            try refuse(
                tlsSettings + [.healthTokenFile], of: source, because: "a mere connection has no TLS and no request",
                expected: "\(Setting.healthScheme.spelling) https along with it")
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
            request.target = try UsageError.wrap(value, expected: Setting.healthPath.expectation) {
                text throws(RequestTarget.Problem) in try RequestTarget.parse(text)
            }
        }
        request.method = try method(source) ?? request.method
        request.headers = try HeaderFields.parse(source.values(.healthHeaders))
        request.body = source.value(.healthBody)?.text ?? request.body
        request.healthyStatuses = try healthyStatuses(source)
        request.tokenFile = try tokenFile(source, besides: request.headers)
        request.redirects = try source.choice(.healthRedirects) ?? request.redirects
        return request
    }

    /// A token is for whoever proves to be the real server, unless somebody says explicitly that anybody may have it.
    private static func refuseTokenForAnybody(
        _ source: SettingSource, _ request: HTTPProbeConfiguration
    ) throws(UsageError) {
        guard let token = source.value(.healthTokenFile), source.value(.skipVerify) == nil else { return }
        let consent = "or \(Setting.skipVerify.spelling) to let anybody have it"
        guard request.scheme == .https else {
            throw UsageError(
                token, "without TLS anybody on the way can read it",
                expected: "\(Setting.healthScheme.spelling) https and \(Setting.healthIssuers.spelling), \(consent)")
        }
        guard request.tls.verifiesCertificate else {
            throw UsageError(
                token, "no certificate is verified, so anybody in between would get it",
                expected: "the real servers' issuers with \(Setting.healthIssuers.spelling), \(consent)")
        }
    }

    private static func method(_ source: SettingSource) throws(UsageError) -> String? {
        // As in Go, no method is the default method.
        guard let value = source.value(.healthMethod), !value.text.isEmpty else { return nil }
        let expected = Setting.healthMethod.expectation
        guard value.text.isHTTPToken else { throw UsageError(value, "it is not a method", expected: expected) }
        guard value.text.uppercased() != "CONNECT" else {
            throw UsageError(value, "it asks for a tunnel, not for an answer", expected: expected)
        }
        return value.text
    }

    private static func tokenFile(
        _ source: SettingSource, besides headers: [HTTPProbeConfiguration.HeaderField]
    ) throws(UsageError) -> String? {
        guard let value = source.value(.healthTokenFile), let path = try source.path(.healthTokenFile) else {
            return nil
        }
        guard !headers.contains(where: { $0.name.lowercased() == "authorization" }) else {
            throw UsageError(
                value, "\(Setting.healthHeaders.spelling) has an Authorization already, and a request has only one",
                expected: "one of the two")
        }
        return path
    }

    /// Those below 400 are healthy in any case and need not be kept.
    private static func healthyStatuses(_ source: SettingSource) throws(UsageError) -> Set<Int> {
        var statuses: Set<Int> = []
        for item in try source.items(.healthStatus) {
            let range = try UsageError.wrap(item, expected: Setting.healthStatus.expectation) {
                text throws(StatusRange.Problem) in
                try StatusRange.parse(text)
            }
            statuses.formUnion(range.filter { $0 >= 400 })
        }
        return statuses
    }
}
