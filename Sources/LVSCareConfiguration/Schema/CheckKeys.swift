import LVSCareSettings

/// How a health check is written.
enum CheckKeys {
    static let tcp = ConfigurationKey(
        "tcp", form: "nothing, or {}", "Open a connection and close it again. One of tcp, http, https, grpc, grpcs.")
    static let http = ConfigurationKey("http", form: "a request, {} for the usual one", "Send a request without TLS.")
    static let https = ConfigurationKey("https", form: "a request, {} for the usual one", "Send a request over TLS.")
    static let grpc = ConfigurationKey(
        "grpc", form: "a call, {} for the server as a whole",
        "Ask the standard gRPC health service without TLS; only SERVING is healthy.")
    static let grpcs = ConfigurationKey(
        "grpcs", form: "a call, {} for the server as a whole", "Ask the standard gRPC health service over TLS.")

    /// One of which a check has.
    static let schemes: [(scheme: HealthScheme, key: ConfigurationKey, schema: ConfigurationSchema)] = [
        (.tcp, tcp, ConfigurationSchema("Connection", at: "checks.NAME.tcp", [])), (.http, http, .request),
        (.https, https, .request), (.grpc, grpc, .call), (.grpcs, grpcs, .callOverTLS),
    ]

    /// What checks and defaults have in common.
    static let pace = [
        ConfigurationKey(
            "interval", as: .interval, "Time from one probe of a real server to the next. A number alone is seconds."),
        ConfigurationKey("timeout", as: .healthTimeout, "Longest time for one probe."),
        ConfigurationKey(
            "unhealthyInterval", as: .unhealthyInterval,
            """
            Time from a probe that failed to the next, at most the interval, so that confirmation and recovery do not wait for \
            a long interval.
            """),
        ConfigurationKey("fall", as: .fall), ConfigurationKey("rise", as: .rise),
        ConfigurationKey("jitter", as: .jitter),
        ConfigurationKey("watch", as: .watch),
        ConfigurationKey("heartbeat", as: .heartbeat),
        ConfigurationKey(
            "filesLater", as: .healthFilesLater,
            """
            Begin although a file of the check is missing or of no use, and keep all real servers as they are until it can be \
            read.
            """),
    ]

    static let headers = ConfigurationKey(
        "headers", as: .healthHeaders, form: "a mapping such as {Accept: text/plain}", "Header fields of the request.")

    static let tls = [
        ConfigurationKey("serverName", as: .healthServerName), ConfigurationKey("ca", as: .healthIssuers),
        ConfigurationKey("clientCertificate", as: .healthCertificate),
        ConfigurationKey(
            "clientKey", as: .healthKey, default: .words("the file of clientCertificate"),
            "File with its private key (PEM)."),
        ConfigurationKey("insecureSkipVerify", as: .skipVerify, default: .words("true, but false with ca")),
    ]

    /// What a message calls a setting of a check.
    static let names: [String: String] = {
        let keys = pace + ConfigurationSchema.request.keys + ConfigurationSchema.callOverTLS.keys
        let pairs = keys.compactMap { key in key.setting.map { ($0.name, key.name) } }
        return Dictionary(pairs + [(Setting.healthScheme.name, "the kind")]) { first, _ in first }
    }()
}

extension ConfigurationSchema {
    static let check = ConfigurationSchema(
        "Check", at: "checks.NAME",
        [CheckKeys.tcp, CheckKeys.http, CheckKeys.https, CheckKeys.grpc, CheckKeys.grpcs] + CheckKeys.pace)
    static let request = ConfigurationSchema(
        "Request", at: "checks.NAME.http, checks.NAME.https",
        [
            ConfigurationKey("path", as: .healthPath), ConfigurationKey("method", as: .healthMethod), CheckKeys.headers,
            ConfigurationKey("body", as: .healthBody),
            ConfigurationKey(
                "healthyStatuses", as: .healthStatus, form: "a list such as [401, 500-503]",
                """
                Status codes of 400 and above, or ranges of them, that are healthy nevertheless; those below 400 always are, and \
                may be listed.
                """),
            ConfigurationKey("redirects", as: .healthRedirects),
            ConfigurationKey(
                "tokenFile", as: .healthTokenFile,
                """
                File with a bearer token for the request's Authorization, for verified servers alone unless insecureSkipVerify \
                is given. Read again when it changes, like all files here.
                """),
        ] + CheckKeys.tls)
    static let call = ConfigurationSchema(
        "Call", at: "checks.NAME.grpc", [ConfigurationKey("service", as: .healthGRPCService, serviceHelp)])
    static let callOverTLS = ConfigurationSchema(
        "Call over TLS", at: "checks.NAME.grpcs",
        [ConfigurationKey("service", as: .healthGRPCService, serviceHelp)] + CheckKeys.tls)

    private static let serviceHelp = "The service that is asked about."
}
