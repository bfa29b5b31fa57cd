/// The flags that describe a virtual service and its care, by their long names.
///
/// The names are the original's, its spelling of "scheme" included.
enum CareFlag: String, CommandFlag {
    case virtualServer = "vs"
    case realServers = "rs"
    case scheduler
    case mode
    case address = "ip"
    case hostsFile = "hosts-file"
    case interface = "iface"
    case masqueradeBit = "masqueradebit"
    case verifyPath = "verify-path"
    case interval
    case unhealthyInterval = "unhealthy-interval"
    case fall
    case rise
    case watch
    case jitter
    case allDown = "all-down"
    case drainTimeout = "drain-timeout"
    case healthTimeout = "health-timeout"
    case healthScheme = "health-schem"
    case healthPath = "health-path"
    case healthMethod = "health-req-method"
    case healthHeaders = "health-req-headers"
    case healthBody = "health-req-body"
    case healthStatus = "health-status"
    case healthGRPCService = "health-grpc-service"
    case healthRedirects = "health-redirects"
    case healthTokenFile = "health-token-file"
    case skipVerify = "health-insecure-skip-verify"
    case healthIssuers = "health-ca"
    case healthCertificate = "health-cert"
    case healthKey = "health-key"
    case healthServerName = "health-server-name"
    case healthFilesLater = "health-files-later"
    case repairInterval = "repair-interval"
    case runOnce = "run-once"
    case clean
    case logLevel = "logger"
    case logFormat = "log-format"

    var alias: String? { self == .healthScheme ? "health-scheme" : nil }

    var shortName: Character? {
        switch self {
        case .interface: "i"
        case .clean: "C"
        default: nil
        }
    }

    var isBoolean: Bool {
        switch self {
        case .runOnce, .clean, .skipVerify, .watch, .healthFilesLater, .verifyPath: true
        default: false
        }
    }

    /// The environment variables that stand in for the flag; the first that is set counts.
    func variables(prefix: String) -> [String] {
        [rawValue, alias].compactMap(\.self).map { name in
            prefix + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        }
    }
}
