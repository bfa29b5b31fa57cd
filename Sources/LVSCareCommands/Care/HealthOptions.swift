import ArgumentParser
import LVSCareModel

/// What one probe does, how often, and which answers are healthy.
struct HealthOptions: ParsableArguments, FlagSource {
    @Option(
        name: .flag(.interval), parsing: .unconditional,
        help: .init(
            """
            Time from one probe of a real server to the next, 10ms to 24h: 5, 500ms, 1m30s. A number alone is \
            seconds, 0 is the default. (default: 5s)
            """,
            valueName: "duration"))
    var interval: String?

    @Option(
        name: .flag(.healthTimeout), parsing: .unconditional,
        help: .init(
            "Longest time for one probe, 1ms to 1h, in the same form. (default: 10s)", valueName: "duration"))
    var timeout: String?

    @Option(
        name: .flag(.healthScheme), parsing: .unconditional,
        help: .init(
            """
            http, https, tcp for a mere connection, or the standard gRPC health service: grpc without TLS, grpcs with \
            TLS. (default: https)
            """,
            valueName: "scheme"),
        completion: .list(HealthScheme.allCases.map(\.rawValue)))
    var scheme: String?

    @Option(
        name: .flag(.healthPath), parsing: .unconditional,
        help: .init("Path of the request, perhaps with a query. (default: /healthz)", valueName: "path"))
    var path: String?

    @Option(
        name: .flag(.healthMethod), parsing: .unconditional,
        help: .init("Method of the request. (default: GET)", valueName: "method"),
        completion: .list(["GET", "HEAD", "POST", "OPTIONS"]))
    var method: String?

    @Option(
        name: .flag(.healthHeaders), parsing: .unconditionalSingleValue,
        help: .init("Header fields of the request. May be repeated.", valueName: "name=value,…"))
    var headers: [String] = []

    @Option(
        name: .flag(.healthBody), parsing: .unconditional,
        help: .init("Body of the request.", valueName: "text"))
    var body: String?

    @Option(
        name: .flag(.healthStatus), parsing: .unconditionalSingleValue,
        help: .init(
            """
            Status codes of 400 and above that are healthy nevertheless, for example 401,403 or 400-499; those below 400 \
            always are, and may be listed. May be repeated.
            """,
            valueName: "code|code-code,…"))
    var statuses: [String] = []

    @Option(
        name: .flag(.healthRedirects), parsing: .unconditional,
        help: .init(
            """
            Redirects to follow: same-origin (scheme, host and port of the real server), follow for all of them, none. \
            One that is not followed is an answer, and healthy; whoever it leads to elsewhere is not told who asks. \
            (default: same-origin)
            """,
            valueName: "which"),
        completion: .list(HTTPProbeConfiguration.Redirects.allCases.map(\.rawValue)))
    var redirects: String?

    @Option(
        name: .flag(.healthGRPCService), parsing: .unconditional,
        help: .init(
            "With grpc and grpcs: the service that is asked about. (default: the server as a whole)", valueName: "name")
    )
    var grpcService: String?

    @Option(
        name: .flag(.healthTokenFile), parsing: .unconditional,
        help: .init(
            "File with a bearer token for the request's Authorization. Read again when it changes, like all files here.",
            valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @Flag(
        name: .flag(.skipVerify), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: .init("Accept any TLS certificate. (default: true, but false with --health-ca)"))
    var skipVerify: Bool?

    @Option(
        name: .flag(.healthIssuers), parsing: .unconditional,
        help: .init(
            "File with the certificates (PEM) of the issuers to trust instead of the system's. Turns verification on.",
            valueName: "file"),
        completion: .file())
    var issuersFile: String?

    @Option(
        name: .flag(.healthCertificate), parsing: .unconditional,
        help: .init("File with the client certificate (PEM) to show, perhaps with its chain.", valueName: "file"),
        completion: .file())
    var certificateFile: String?

    @Option(
        name: .flag(.healthKey), parsing: .unconditional,
        help: .init("File with its private key (PEM). (default: the file of --health-cert)", valueName: "file"),
        completion: .file())
    var keyFile: String?

    @Option(
        name: .flag(.healthServerName), parsing: .unconditional,
        help: .init(
            """
            Name to ask for (SNI), and to find in the certificate where it is verified. An address is only looked for \
            in the certificate. (default: the real server's address)
            """,
            valueName: "name"))
    var serverName: String?

    @Flag(
        name: .flag(.healthFilesLater), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: .init(
            """
            Begin although a file that is named here is missing or of no use, and keep all real servers as they are \
            until it can be read. (default: false)
            """))
    var filesLater: Bool?

    var flags: [CareFlag: [String]] {
        var flags = Self.given([
            .interval: interval, .healthTimeout: timeout, .healthScheme: scheme, .healthPath: path,
            .healthMethod: method, .healthBody: body, .healthGRPCService: grpcService, .healthTokenFile: tokenFile,
            .healthRedirects: redirects,
            .skipVerify: skipVerify?.description, .healthIssuers: issuersFile, .healthCertificate: certificateFile,
            .healthKey: keyFile, .healthServerName: serverName, .healthFilesLater: filesLater?.description,
        ])
        flags[.healthHeaders] = headers
        flags[.healthStatus] = statuses
        return flags
    }
}

/// What is written to standard error while the command runs.
struct LogOptions: ParsableArguments, FlagSource {
    @Option(
        name: .flag(.logLevel), parsing: .unconditional,
        help: .init(
            "INFO, or DEBG to see every probe; anything else counts as INFO. (default: INFO)", valueName: "level"),
        completion: .list(["INFO", "DEBG"]))
    var level: String?

    @Option(
        name: .flag(.logFormat), parsing: .unconditional,
        help: .init(
            "text, or json for one JSON object a line. (default: text)", valueName: "format"),
        completion: .list(LogFormat.allCases.map(\.rawValue)))
    var format: String?

    var flags: [CareFlag: [String]] { Self.given([.logLevel: level, .logFormat: format]) }
}
