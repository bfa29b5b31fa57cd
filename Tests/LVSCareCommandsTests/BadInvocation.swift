import Testing

/// A call of `lvscare` that must be refused before anything is touched.
///
/// The table serves twice: against the pure stage, and end to end against the program itself.
struct BadInvocation: Sendable, CustomTestStringConvertible {
    /// The arguments behind `lvscare care`.
    var arguments: [String]
    var environment: [String: String]
    /// What the hosts file says.
    var hosts: String
    /// What the message must say: the flag or variable, the value, and what is expected.
    var mentions: [String]

    init(_ arguments: [String], environment: [String: String] = [:], hosts: String = "", mentions: [String]) {
        self.arguments = arguments
        self.environment = environment
        self.hosts = hosts
        self.mentions = mentions
    }

    /// What would be right, with other or more arguments; a flag that is given again replaces the one before.
    init(
        adding arguments: String..., environment: [String: String] = [:], hosts: String = "", mentions: [String]
    ) {
        self.init(
            ["--vs", "10.103.97.2:6443", "--rs", "192.168.0.2:6443"] + arguments, environment: environment,
            hosts: hosts, mentions: mentions)
    }

    /// A variable with a value that is no use, and nothing on the command line in its place.
    init(variable: String, _ value: String, mentions: [String]) {
        let given = ["CARE_VS": "10.103.97.2:6443", "CARE_RS": "192.168.0.2:6443"]
        self.init([], environment: given.merging([variable: value]) { $1 }, mentions: [variable] + mentions)
    }

    var testDescription: String {
        (environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + ["care"] + arguments)
            .map(\.debugDescription).joined(separator: " ")
            + (hosts.isEmpty ? "" : " with hosts \(hosts.debugDescription)")
    }
}

extension BadInvocation {
    static let table: [BadInvocation] =
        service + realServers + path + healthCheck + reaction + request + grpc + tls + others + variables + hosts

    /// More than anybody wants to read.
    static let long = String(repeating: "x", count: 100_000)

    static let path: [BadInvocation] = [
        BadInvocation(adding: "--mode", "nat", mentions: ["--mode", "\"nat\"", "route, link"]),
        BadInvocation(adding: "--mode", "Route", mentions: ["--mode", "\"Route\"", "route, link"]),
        BadInvocation(adding: "--ip", "", mentions: ["--ip", "\"\"", "IPv4 address"]),
        BadInvocation(adding: "--ip", "node-1", mentions: ["--ip", "\"node-1\"", "IPv4 address"]),
        BadInvocation(adding: "--ip", "10.0.0.5/24", mentions: ["--ip", "\"10.0.0.5/24\"", "IPv4 address"]),
        BadInvocation(adding: "--ip", "10.0.0.5:80", mentions: ["--ip", "\"10.0.0.5:80\"", "IPv4 address"]),
        BadInvocation(adding: "--ip", "fd00::5", mentions: ["--ip", "\"fd00::5\"", "IPv4 address"]),
        BadInvocation(adding: "--ip", "0.0.0.0", mentions: ["--ip", "\"0.0.0.0\"", "IPv4 address"]),
        BadInvocation(adding: "--ip", "224.0.0.5", mentions: ["--ip", "\"224.0.0.5\"", "multicast"]),
        BadInvocation(adding: "--ip", "10.103.97.2", mentions: ["--ip", "\"10.103.97.2\"", "virtual service"]),
        BadInvocation(adding: "-i", "", mentions: ["--iface", "\"\"", "1-15"]),
        BadInvocation(adding: "--iface", "sixteen-letters0", mentions: ["--iface", "\"sixteen-letters0\"", "1-15"]),
        BadInvocation(adding: "-ia/b", mentions: ["--iface", "\"a/b\"", "without blanks"]),
        BadInvocation(adding: "-i=a b", mentions: ["--iface", "\"a b\"", "without blanks"]),
        BadInvocation(adding: "--iface", "..", mentions: ["--iface", "\"..\"", "name of a link"]),
        BadInvocation(adding: "--mode", "link", "-i", "%d", mentions: ["--iface", "\"%d\"", "\"%\""]),
        BadInvocation(adding: "--iface", "vip%s", mentions: ["--iface", "\"vip%s\"", "\"%\""]),
        BadInvocation(adding: "--iface", "all", mentions: ["--iface", "\"all\"", "name of a link"]),
        BadInvocation(adding: "--iface", "default", mentions: ["--iface", "\"default\"", "name of a link"]),
        BadInvocation(adding: "--iface", "vip\u{e0}", mentions: ["--iface", "name of a link"]),
        BadInvocation(adding: "--iface", "eth0:1", mentions: ["--iface", "\"eth0:1\"", "\":\""]),
        BadInvocation(adding: "--masqueradebit", "32", mentions: ["--masqueradebit", "\"32\"", "0 to 31"]),
        BadInvocation(adding: "--masqueradebit", "-1", mentions: ["--masqueradebit", "\"-1\"", "0 to 31"]),
        BadInvocation(adding: "--masqueradebit", "0x1", mentions: ["--masqueradebit", "\"0x1\"", "0 to 31"]),
    ]

    static let healthCheck: [BadInvocation] = [
        BadInvocation(adding: "--interval", "", mentions: ["--interval", "\"\"", "seconds"]),
        BadInvocation(adding: "--interval", "-5s", mentions: ["--interval", "\"-5s\"", "negative"]),
        BadInvocation(adding: "--interval=-1", mentions: ["--interval", "\"-1\"", "negative"]),
        BadInvocation(
            adding: "--interval", String(repeating: "1", count: 100_000) + ".5", mentions: ["--interval", "unit"]),
        BadInvocation(adding: "--interval", "five", mentions: ["--interval", "\"five\"", "500ms"]),
        BadInvocation(adding: "--interval", "1.5", mentions: ["--interval", "\"1.5\"", "unit"]),
        BadInvocation(adding: "--interval", "5 s", mentions: ["--interval", "\"5 s\"", "unit"]),
        BadInvocation(adding: "--interval", "1d", mentions: ["--interval", "\"1d\"", "unit"]),
        BadInvocation(adding: "--interval", "1ms", mentions: ["--interval", "\"1ms\"", "10ms to 24h"]),
        BadInvocation(adding: "--interval", "25h", mentions: ["--interval", "\"25h\"", "10ms to 24h"]),
        BadInvocation(
            adding: "--interval", "99999999999999999999", mentions: ["--interval", "\"99999999999999999999\"", "24h"]),
        BadInvocation(adding: "--repair-interval", "-1s", mentions: ["--repair-interval", "\"-1s\"", "negative"]),
        BadInvocation(adding: "--repair-interval=", mentions: ["--repair-interval", "\"\"", "seconds"]),
        BadInvocation(adding: "--repair-interval", "soon", mentions: ["--repair-interval", "\"soon\"", "500ms"]),
        BadInvocation(adding: "--repair-interval", "9ms", mentions: ["--repair-interval", "\"9ms\"", "10ms to 24h"]),
        BadInvocation(adding: "--repair-interval", "25h", mentions: ["--repair-interval", "\"25h\"", "10ms to 24h"]),
        BadInvocation(adding: "--health-timeout", "-1s", mentions: ["--health-timeout", "\"-1s\"", "negative"]),
        BadInvocation(
            adding: "--health-timeout", "10", "--health-timeout", "2h", mentions: ["--health-timeout", "\"2h\"", "1h"]),
        BadInvocation(adding: "--health-timeout", "10x", mentions: ["--health-timeout", "\"10x\"", "unit"]),
        BadInvocation(
            adding: "--health-schem", "ftp", mentions: ["--health-schem", "\"ftp\"", "http, https, tcp, grpc"]),
        BadInvocation(adding: "--health-scheme", "", mentions: ["--health-schem", "\"\"", "http, https, tcp, grpc"]),
        BadInvocation(adding: "--health-status", "ok", mentions: ["--health-status", "\"ok\"", "400 to 599"]),
        BadInvocation(adding: "--health-status", "401,", mentions: ["--health-status", "\"401,\"", "400 to 599"]),
        BadInvocation(adding: "--health-status", "401 403", mentions: ["--health-status", "\"401 403\"", "commas"]),
        BadInvocation(adding: "--health-status", "600", mentions: ["--health-status", "\"600\"", "400 to 599"]),
        BadInvocation(adding: "--health-status", "-401", mentions: ["--health-status", "\"-401\"", "400 to 599"]),
        BadInvocation(adding: "--health-status", "+41", mentions: ["--health-status", "\"+41\"", "400 to 599"]),
        BadInvocation(
            adding: "--health-status", "403-401", mentions: ["--health-status", "\"403-401\"", "ends before"]),
        BadInvocation(adding: "--health-status", "400-600", mentions: ["--health-status", "\"400-600\"", "ranges"]),
        BadInvocation(adding: "--health-status", "401-", mentions: ["--health-status", "\"401-\"", "ranges"]),
        BadInvocation(adding: "--health-status", "400-404-410", mentions: ["--health-status", "\"400-404-410\""]),
        BadInvocation(adding: "--health-status", "4xx", mentions: ["--health-status", "\"4xx\"", "500-503"]),
    ]

    static let reaction: [BadInvocation] = [
        BadInvocation(adding: "--fall", "0", mentions: ["--fall", "\"0\"", "1 to 1000"]),
        BadInvocation(adding: "--fall", "-1", mentions: ["--fall", "\"-1\"", "failures in a row"]),
        BadInvocation(adding: "--rise=many", mentions: ["--rise", "\"many\"", "successes in a row"]),
        BadInvocation(adding: "--rise", "1001", mentions: ["--rise", "\"1001\"", "1 to 1000"]),
        BadInvocation(
            adding: "--unhealthy-interval", "6",
            mentions: ["--unhealthy-interval", "\"6\"", "less often", "--interval"]),
        BadInvocation(
            adding: "--unhealthy-interval=2s", "--interval", "1s",
            mentions: ["--unhealthy-interval", "\"2s\"", "at most"]),
        BadInvocation(
            adding: "--unhealthy-interval", "1ms", mentions: ["--unhealthy-interval", "\"1ms\"", "short", "10ms"]),
        BadInvocation(
            adding: "--unhealthy-interval", "-1s", mentions: ["--unhealthy-interval", "\"-1s\"", "negative"]),
        BadInvocation(adding: "--watch=maybe", mentions: ["--watch", "\"maybe\"", "true or false"]),
        BadInvocation(adding: "--heartbeat", "often", mentions: ["--heartbeat", "\"often\"", "auto", "off", "1s"]),
        BadInvocation(adding: "--heartbeat=100ms", mentions: ["--heartbeat", "\"100ms\"", "short", "200ms"]),
        BadInvocation(adding: "--heartbeat=2h", mentions: ["--heartbeat", "\"2h\"", "long", "1h"]),
        BadInvocation(adding: "--verify-path=maybe", mentions: ["--verify-path", "\"maybe\"", "true or false"]),
        BadInvocation(adding: "--abort-waiting=maybe", mentions: ["--abort-waiting", "\"maybe\"", "true or false"]),
        BadInvocation(adding: "--jitter", "51", mentions: ["--jitter", "\"51\"", "0 to 50"]),
        BadInvocation(adding: "--jitter", "0.1", mentions: ["--jitter", "\"0.1\"", "per cent"]),
        BadInvocation(adding: "--jitter", "%", mentions: ["--jitter", "\"%\"", "per cent"]),
        BadInvocation(adding: "--all-down", "panic", mentions: ["--all-down", "\"panic\"", "remove or keep"]),
        BadInvocation(adding: "--drain-timeout", "-1", mentions: ["--drain-timeout", "\"-1\"", "negative"]),
        BadInvocation(adding: "--drain-timeout", "25h", mentions: ["--drain-timeout", "\"25h\"", "long", "24h"]),
    ]

    static let grpc: [BadInvocation] = [
        BadInvocation(
            adding: "--health-schem", "grpc", "--health-path", "/x",
            mentions: ["--health-path", "\"/x\"", "--health-schem grpc", "http or https"]),
        BadInvocation(
            adding: "--health-schem=grpcs", "--health-req-method=GET",
            mentions: ["--health-req-method", "\"GET\"", "--health-schem grpcs", "http or https"]),
        BadInvocation(
            adding: "--health-schem=grpc", "--health-req-headers=a=b",
            mentions: ["--health-req-headers", "http or https"]),
        BadInvocation(
            adding: "--health-schem=grpc", "--health-req-body=x", mentions: ["--health-req-body", "http or https"]),
        BadInvocation(
            adding: "--health-schem=grpc", "--health-status=401", mentions: ["--health-status", "http or https"]),
        BadInvocation(
            adding: "--health-schem=GRPC", environment: ["CARE_HEALTH_PATH": "/y"],
            mentions: ["CARE_HEALTH_PATH", "\"/y\"", "--health-schem grpc"]),
        BadInvocation(
            adding: "--health-schem=grpc", "--health-insecure-skip-verify=false",
            mentions: ["--health-insecure-skip-verify", "\"false\"", "--health-schem grpcs"]),
        BadInvocation(
            adding: "--health-grpc-service", "a.B",
            mentions: ["--health-grpc-service", "\"a.B\"", "--health-schem https", "grpc or grpcs"]),
        BadInvocation(
            adding: "--health-schem=tcp", "--health-grpc-service=",
            mentions: ["--health-grpc-service", "\"\"", "grpcs"]),
        BadInvocation(
            adding: "--health-schem=grpc", "--health-grpc-service", "a b",
            mentions: ["--health-grpc-service", "\"a b\"", "blank", "my.package.Service"]),
        BadInvocation(
            adding: "--health-schem=grpc", "--health-ca=/ca.crt", mentions: ["--health-ca", "--health-schem grpcs"]),
        BadInvocation(
            adding: "--health-schem=grpcs", "--health-token-file=/t",
            mentions: ["--health-token-file", "http or https"]),
        BadInvocation(
            adding: "--health-schem=grpc", "--health-grpc-service", String(repeating: "x", count: 1001),
            mentions: ["--health-grpc-service", "too long"]),
    ]

    static let request: [BadInvocation] = [
        BadInvocation(adding: "--health-path", "/a#b", mentions: ["--health-path", "\"/a#b\"", "/healthz"]),
        BadInvocation(adding: "--health-path", "/a\r\nHost: b", mentions: ["--health-path", "\\r\\n", "/healthz"]),
        BadInvocation(
            adding: "--health-path", "https://10.0.0.1/healthz", mentions: ["--health-path", "URL", "/healthz"]),
        BadInvocation(adding: "--health-req-method", "GET /", mentions: ["--health-req-method", "\"GET /\"", "HEAD"]),
        BadInvocation(adding: "--health-req-method", "G\u{c9}T", mentions: ["--health-req-method", "HEAD"]),
        BadInvocation(
            adding: "--health-req-method", "CONNECT", mentions: ["--health-req-method", "\"CONNECT\"", "HEAD"]),
        BadInvocation(
            adding: "--health-req-headers", "Accept", mentions: ["--health-req-headers", "\"Accept\"", "name=value"]),
        BadInvocation(adding: "--health-req-headers", "", mentions: ["--health-req-headers", "\"\"", "name=value"]),
        BadInvocation(
            adding: "--health-req-headers", "=x", mentions: ["--health-req-headers", "\"=x\"", "name=value"]),
        BadInvocation(
            adding: "--health-req-headers", "a=b,c=d,e", mentions: ["--health-req-headers", "\"e\"", "name=value"]),
        BadInvocation(
            adding: "--health-req-headers", "a=b,,c=d",
            mentions: ["--health-req-headers", "\"a=b,,c=d\"", "name=value"]),
        BadInvocation(
            adding: "--health-req-headers", "X Y=z", mentions: ["--health-req-headers", "\"X Y=z\"", "name=value"]),
        BadInvocation(
            adding: "--health-req-headers", "X=a\r\nY: b", mentions: ["--health-req-headers", "X", "control"]),
        BadInvocation(
            adding: "--health-req-headers", "content-length=5",
            mentions: ["--health-req-headers", "content-length", "probe"]),
        BadInvocation(
            adding: "--health-req-headers", "Transfer-Encoding=chunked",
            mentions: ["--health-req-headers", "Transfer-Encoding", "probe"]),
        BadInvocation(
            adding: "--health-req-headers", "Connection=close", mentions: ["--health-req-headers", "Connection"]),
        BadInvocation(
            adding: "--health-req-headers", "Host=", mentions: ["--health-req-headers", "\"Host=\"", "name=value"]),
        BadInvocation(
            adding: "--health-insecure-skip-verify=maybe",
            mentions: ["--health-insecure-skip-verify", "\"maybe\"", "true or false"]),
        BadInvocation(adding: "--health-insecure-skip-verify", "maybe", mentions: ["'maybe'"]),
        BadInvocation(adding: "--health-insecure-skip-verify", "true", "false", mentions: ["'false'"]),
        BadInvocation(adding: "--no-watch", "true", mentions: ["'true'"]),
        BadInvocation(
            adding: "--health-ca", "/ca.crt", "--health-insecure-skip-verify", "true",
            mentions: ["--health-ca", "--health-insecure-skip-verify", "any certificate"]),
    ]

    static let tls: [BadInvocation] =
        [
            BadInvocation(adding: "--health-ca", "", mentions: ["--health-ca", "\"\"", "path"]),
            BadInvocation(adding: "--health-cert", "", mentions: ["--health-cert", "\"\"", "path"]),
            BadInvocation(adding: "--health-token-file=", mentions: ["--health-token-file", "\"\"", "path"]),
            BadInvocation(
                adding: "--health-ca", "/ca.crt", "--health-insecure-skip-verify=true",
                mentions: ["--health-ca", "--health-insecure-skip-verify", "any certificate"]),
            BadInvocation(
                adding: "--health-ca", "/ca.crt", environment: ["CARE_HEALTH_INSECURE_SKIP_VERIFY": "true"],
                mentions: ["--health-ca", "--health-insecure-skip-verify"]),
            BadInvocation(
                adding: "--health-key", "/key", mentions: ["--health-key", "--health-cert", "CARE_HEALTH_CERT"]),
            BadInvocation(
                adding: "--health-token-file", "/token",
                mentions: ["--health-token-file", "--health-ca", "--health-insecure-skip-verify", "anybody"]),
            BadInvocation(
                adding: "--health-schem", "http", environment: ["CARE_HEALTH_TOKEN_FILE": "/token"],
                mentions: ["CARE_HEALTH_TOKEN_FILE", "without TLS", "--health-insecure-skip-verify"]),
            BadInvocation(
                environment: ["CARE_HEALTH_REDIRECTS": "yes"], mentions: ["CARE_HEALTH_REDIRECTS", "\"yes\"", "none"]),
            BadInvocation(
                adding: "--health-redirects", "all", mentions: ["--health-redirects", "\"all\"", "same-origin"]),
            BadInvocation(
                adding: "--health-token-file", "/token", "--health-req-headers", "authorization=Bearer x",
                mentions: ["--health-token-file", "--health-req-headers", "Authorization"]),
            BadInvocation(adding: "--health-files-later=maybe", mentions: ["--health-files-later", "\"maybe\""]),
            BadInvocation(
                environment: ["CARE_HEALTH_FILES_LATER": "maybe"], mentions: ["CARE_HEALTH_FILES_LATER", "\"maybe\""]),
            BadInvocation(
                adding: "--health-server-name", "a:6443",
                mentions: ["--health-server-name", "\"a:6443\"", "without a port"]),
            BadInvocation(adding: "--health-server-name", "a b", mentions: ["--health-server-name", "\"a b\""]),
            BadInvocation(adding: "--health-server-name", "a..b", mentions: ["--health-server-name", "\"a..b\""]),
            BadInvocation(adding: "--health-server-name", ".", mentions: ["--health-server-name", "\".\""]),
            BadInvocation(adding: "--health-server-name", "*.b", mentions: ["--health-server-name", "\"*.b\""]),
            BadInvocation(
                adding: "--health-schem", "tcp", "--health-ca", "/ca.crt",
                mentions: ["--health-ca", "no TLS", "--health-schem https"]),
        ]
        + ["CARE_HEALTH_CA", "CARE_HEALTH_CERT", "CARE_HEALTH_SERVER_NAME", "CARE_HEALTH_TOKEN_FILE"].map {
            BadInvocation(
                adding: "--health-schem", "tcp", environment: [$0: "x"], mentions: [$0, "--health-schem https"])
        }
        + [BadInvocation(variable: "CARE_HEALTH_KEY", "/key", mentions: ["--health-cert"])]

    static let others: [BadInvocation] = [
        BadInvocation(adding: "--run-once=", mentions: ["--run-once", "\"\"", "true or false"]),
        BadInvocation(adding: "--run-once=yes", mentions: ["--run-once", "\"yes\"", "true or false"]),
        BadInvocation(adding: "-C=on", mentions: ["--clean", "\"on\"", "true or false"]),
        BadInvocation(["--all"], mentions: ["--all", "--clean --all alone"]),
        BadInvocation(adding: "--all", mentions: ["--all", "--clean --all alone"]),
        BadInvocation(adding: "-C", "--all", mentions: ["--vs", "--all", "--clean --all alone"]),
        BadInvocation(["-C", "--all", "--config", "lvscare.yaml"], mentions: ["--config", "--clean --all alone"]),
        BadInvocation(["-C", "--all=maybe"], mentions: ["--all", "\"maybe\"", "true or false"]),
        BadInvocation(adding: "--log-format", "xml", mentions: ["--log-format", "\"xml\"", "text or json"]),
        BadInvocation(adding: "--sheduler", "rr", mentions: ["--sheduler", "--scheduler"]),
        BadInvocation(adding: "--nonsense", mentions: ["--nonsense"]),
        BadInvocation(adding: "-x", mentions: ["-x"]),
        BadInvocation(adding: "extra", mentions: ["extra"]),
        BadInvocation(adding: "one", "two", mentions: ["'one'", "'two'"]),
        BadInvocation(adding: Self.long, mentions: ["unexpected"]),
        BadInvocation(adding: "--" + Self.long, mentions: ["unknown option"]),
        BadInvocation(adding: "--\(Self.long)=1", mentions: ["unknown option"]),
        BadInvocation(adding: "--scheduler", Self.long, mentions: ["--scheduler"]),
        BadInvocation(adding: "--logger", mentions: ["--logger"]),
    ]

    static let variables: [BadInvocation] = [
        BadInvocation(variable: "CARE_VS", "10.103.97.2", mentions: ["\"10.103.97.2\"", "port is missing"]),
        BadInvocation(variable: "CARE_RS", "192.168.0.2:6443,master:6443", mentions: ["\"master:6443\"", "host name"]),
        BadInvocation(variable: "CARE_SCHEDULER", "Wrong", mentions: ["\"Wrong\"", "wlc"]),
        BadInvocation(variable: "CARE_MODE", "tunnel", mentions: ["\"tunnel\"", "route, link"]),
        BadInvocation(variable: "CARE_IP", "fd00::1", mentions: ["\"fd00::1\"", "IPv4 address"]),
        BadInvocation(variable: "LVSCARE_NODE_IP", "node", mentions: ["\"node\"", "IPv4 address"]),
        BadInvocation(variable: "LVSCARE_NODE_IP", "fd00::1", mentions: ["\"fd00::1\"", "IPv4 address"]),
        BadInvocation(variable: "CARE_IFACE", "a/b", mentions: ["\"a/b\"", "name of a link"]),
        BadInvocation(variable: "CARE_MASQUERADEBIT", "many", mentions: ["\"many\"", "0 to 31"]),
        BadInvocation(variable: "CARE_INTERVAL", "-5", mentions: ["\"-5\"", "negative"]),
        BadInvocation(variable: "CARE_FALL", "none", mentions: ["\"none\"", "1 to 1000"]),
        BadInvocation(variable: "CARE_RISE", "0", mentions: ["\"0\"", "1 to 1000"]),
        BadInvocation(variable: "CARE_UNHEALTHY_INTERVAL", "1h", mentions: ["\"1h\"", "--interval"]),
        BadInvocation(variable: "CARE_WATCH", "no", mentions: ["\"no\"", "true or false"]),
        BadInvocation(variable: "CARE_HEARTBEAT", "never", mentions: ["\"never\"", "auto, off"]),
        BadInvocation(variable: "CARE_VERIFY_PATH", "no", mentions: ["\"no\"", "true or false"]),
        BadInvocation(variable: "CARE_ABORT_WAITING", "no", mentions: ["\"no\"", "true or false"]),
        BadInvocation(variable: "CARE_JITTER", "much", mentions: ["\"much\"", "0 to 50"]),
        BadInvocation(variable: "CARE_ALL_DOWN", "stay", mentions: ["\"stay\"", "remove or keep"]),
        BadInvocation(variable: "CARE_DRAIN_TIMEOUT", "ever", mentions: ["\"ever\"", "500ms"]),
        BadInvocation(variable: "CARE_HEALTH_TIMEOUT", "soon", mentions: ["\"soon\"", "500ms"]),
        BadInvocation(
            variable: "CARE_HEALTH_SCHEM", "gopher", mentions: ["\"gopher\"", "http, https, tcp, grpc or grpcs"]),
        BadInvocation(
            variable: "CARE_HEALTH_SCHEME", "gopher", mentions: ["\"gopher\"", "http, https, tcp, grpc or grpcs"]),
        BadInvocation(variable: "CARE_HEALTH_PATH", "/#", mentions: ["\"/#\"", "/healthz"]),
        BadInvocation(variable: "CARE_HEALTH_REQ_METHOD", "A B", mentions: ["\"A B\"", "HEAD"]),
        BadInvocation(variable: "CARE_HEALTH_REQ_HEADERS", "nothing", mentions: ["\"nothing\"", "name=value"]),
        BadInvocation(variable: "CARE_HEALTH_STATUS", "4xx", mentions: ["\"4xx\"", "400 to 599"]),
        BadInvocation(variable: "CARE_HEALTH_GRPC_SERVICE", "a.B", mentions: ["\"a.B\"", "grpc or grpcs"]),
        BadInvocation(variable: "CARE_HEALTH_INSECURE_SKIP_VERIFY", "no", mentions: ["\"no\"", "true or false"]),
        BadInvocation(variable: "CARE_REPAIR_INTERVAL", "-1", mentions: ["\"-1\"", "negative"]),
        BadInvocation(variable: "CARE_RUN_ONCE", "2", mentions: ["\"2\"", "true or false"]),
        BadInvocation(variable: "CARE_CLEAN", "yes", mentions: ["\"yes\"", "true or false"]),
        BadInvocation(variable: "CARE_LOG_FORMAT", "logfmt", mentions: ["\"logfmt\"", "text or json"]),
    ]

    static let hosts: [BadInvocation] = [
        BadInvocation(
            adding: "--scheduler", "rr", hosts: "127.0.0.1 localhost\nnode-1 lvscare.node.ip\n",
            mentions: ["line 2", "lvscare.node.ip", "\"node-1\"", "IPv4 address"]),
        BadInvocation(
            adding: "--scheduler", "rr", hosts: "0.0.0.0 a lvscare.node.ip # note\n",
            mentions: ["line 1", "lvscare.node.ip", "\"0.0.0.0\"", "IPv4 address"]),
        BadInvocation(
            adding: "--scheduler", "rr", hosts: "10.103.97.2\tlvscare.node.ip",
            mentions: ["line 1", "\"10.103.97.2\"", "virtual service"]),
    ]
}
