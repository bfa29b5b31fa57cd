import LVSCareModel
package import LVSCareSettings

/// What one probe does, how often, and which answers are healthy.
extension Setting {
    package static let interval = Setting(
        "interval", .duration(.milliseconds(10) ... .seconds(86_400)), "duration", default: .text("5s"),
        """
        Time from one probe of a real server to the next: 5, 500ms, 1m30s. A number alone is seconds, 0 is the default.
        """)

    package static let healthTimeout = Setting(
        "health-timeout", .duration(.milliseconds(1) ... .seconds(3_600)), "duration", default: .text("10s"),
        "Longest time for one probe, in the form of --interval.")

    /// The name is the original's; its alias has the usual spelling.
    package static let healthScheme = Setting(
        "health-schem", aliases: ["health-scheme"],
        .choice(HealthScheme.allCases.map(\.rawValue), ignoresCase: true), "scheme", default: .text("https"),
        """
        What a probe speaks: http, https, tcp for a mere connection, or the standard gRPC health service: grpc without TLS, \
        grpcs with TLS.
        """)

    package static let healthPath = Setting(
        "health-path", .text(RequestTarget.expectation), "path", default: .text("/healthz"),
        "Path of the request, perhaps with a query.")

    package static let healthMethod = Setting(
        "health-req-method", .proposed(["GET", "HEAD", "POST", "OPTIONS"], "a request method such as GET or HEAD"),
        "method", default: .text("GET"), "Method of the request.")

    package static let healthHeaders = Setting(
        "health-req-headers", .list(HeaderFields.expectation), "name=value,…",
        "Header fields of the request. May be repeated.")

    package static let healthBody = Setting("health-req-body", .text("any text"), "text", "Body of the request.")

    package static let healthStatus = Setting(
        "health-status",
        .list("status codes from 400 to 599 or ranges of them, separated by commas, for example 401,403,500-503"),
        "code|code-code,…",
        """
        Status codes of 400 and above that are healthy nevertheless, for example 401,403 or 400-499; those below 400 always \
        are, and may be listed. May be repeated.
        """)

    package static let healthRedirects = Setting(
        "health-redirects",
        .choice(HTTPProbeConfiguration.Redirects.allCases.map(\.rawValue), ignoresCase: false), "which",
        default: .text("same-origin"),
        """
        Redirects to follow: same-origin (scheme, host and port of the real server), follow for all of them, none. One that \
        is not followed is an answer, and healthy; whoever it leads to elsewhere is not told who asks.
        """)

    package static let healthGRPCService = Setting(
        "health-grpc-service",
        .text("the name of a service such as my.package.Service, or none for the server as a whole"), "name",
        default: .words("the server as a whole"),
        "With grpc and grpcs: the service that is asked about; only SERVING is healthy.")

    package static let healthFilesLater = Setting(
        switch: "health-files-later",
        """
        Begin although a file that is named here is missing or of no use, and keep all real servers as they are until it can \
        be read.
        """)
}

/// Who asks, and who may answer.
extension Setting {
    private static let file = SettingKind.file("a path such as /etc/kubernetes/pki/ca.crt")

    package static let healthTokenFile = Setting(
        "health-token-file", file, "file",
        """
        File with a bearer token for the request's Authorization, for verified servers alone unless \
        --health-insecure-skip-verify is given. Read again when it changes, like all files here.
        """)

    package static let skipVerify = Setting(
        switch: "health-insecure-skip-verify", default: .words("true, but false with --health-ca"),
        "Accept any TLS certificate.")

    package static let healthIssuers = Setting(
        "health-ca", file, "file",
        "File with the certificates (PEM) of the issuers to trust instead of the system's. Turns verification on.")

    package static let healthCertificate = Setting(
        "health-cert", file, "file", "File with the client certificate (PEM) to show, perhaps with its chain.")

    package static let healthKey = Setting(
        "health-key", file, "file", default: .words("the file of --health-cert"),
        "File with its private key (PEM).")

    package static let healthServerName = Setting(
        "health-server-name",
        .text("the name or the address of a host, without a port, such as kubernetes.default.svc"), "name",
        default: .words("the real server's address"),
        """
        Name to ask for (SNI), and to find in the certificate where it is verified. An address is only looked for in the \
        certificate.
        """)
}
