import Addressing
import LVSCareModel
import LVSCareSettings
import Logging
import Testing

@testable import LVSCareCommands

@Suite struct CareSettingsTests {
    static let given = ["--vs", "10.103.97.2:6443", "--rs", "192.168.0.2:6443"]
    static let plain = Specification(
        service: VirtualService(.init(address: .ipv4(10, 103, 97, 2), port: 6443)),
        realServers: [RealServer(.init(address: .ipv4(192, 168, 0, 2), port: 6443))])

    /// What is different from ``plain`` when something is added to ``given``.
    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var environment: [String: String]
        var task: CareSettings.Task
        var log: LogSettings
        var change: @Sendable (inout Specification) throws -> Void

        init(
            _ arguments: String..., environment: [String: String] = [:], task: CareSettings.Task = .keep,
            log: LogSettings = LogSettings(),
            change: @escaping @Sendable (inout Specification) throws -> Void = { _ in }
        ) {
            self.arguments = arguments
            self.environment = environment
            self.task = task
            self.log = log
            self.change = change
        }

        var testDescription: String { "\(environment) \(arguments)" }
    }

    static func check(
        _ change: @escaping @Sendable (inout HealthCheck) -> Void
    ) -> @Sendable (inout Specification) -> Void {
        { change(&$0.healthCheck) }
    }

    static func http(
        _ change: @escaping @Sendable (inout HTTPProbeConfiguration) -> Void
    ) -> @Sendable (inout Specification) -> Void {
        { specification in
            var request = HTTPProbeConfiguration()
            change(&request)
            specification.healthCheck.probe = .http(request)
        }
    }

    static func realServers(_ texts: String...) -> @Sendable (inout Specification) throws -> Void {
        { try $0.declare(texts.map { RealServer(try Endpoint($0)) }) }
    }

    static let service: [Case] = [
        Case(),
        Case("--rs", "192.168.0.3:6443", change: realServers("192.168.0.2:6443", "192.168.0.3:6443")),
        Case("--rs=192.168.0.3:6443", change: realServers("192.168.0.2:6443", "192.168.0.3:6443")),
        Case(
            "--rs", "192.168.0.3:6443,192.168.0.4:6443",
            change: realServers("192.168.0.2:6443", "192.168.0.3:6443", "192.168.0.4:6443")),
        Case("--rs", "192.168.0.3:6443, 192.168.0.2:6443", change: realServers("192.168.0.2:6443", "192.168.0.3:6443")),
        Case("--rs", "10.103.97.2:6444", "--mode=") {
            try realServers("192.168.0.2:6443", "10.103.97.2:6444")(&$0)
            $0.path = .none
        },
        Case("--rs", "127.0.0.1:6443", change: realServers("192.168.0.2:6443", "127.0.0.1:6443")),
        Case("--vs", "10.0.0.1:1") { $0.service = VirtualService(try Endpoint("10.0.0.1:1")) },
        Case("--vs=169.254.0.1:80") { $0.service = VirtualService(try Endpoint("169.254.0.1:80")) },
        Case("--scheduler", "wrr") { $0.configuration.scheduler = .init(rawValue: "wrr") },
        Case("--scheduler=mh") { $0.configuration.scheduler = .init(rawValue: "mh") },
        Case("--scheduler=my_sched-2") { $0.configuration.scheduler = .init(rawValue: "my_sched-2") },
        Case(environment: ["CARE_SCHEDULER": "sh"]) { $0.configuration.scheduler = .init(rawValue: "sh") },
        Case("--scheduler", "lc", environment: ["CARE_SCHEDULER": "?"]) {
            $0.configuration.scheduler = .init(rawValue: "lc")
        },
        // A flag that was given keeps a whole list in the environment out.
        Case(environment: ["CARE_VS": "1.1.1.1:1", "CARE_RS": "2.2.2.2:2"]),
        Case(environment: ["CARE_SCHEDULER": "", "CARE_MODE": "", "CARE_INTERVAL": ""]),
    ]

    static let task: [Case] = [
        Case("--run-once", "T", task: .runOnce), Case("-C", "0", "--run-once", "TRUE", task: .runOnce),
        Case("--run-once", "true", "--run-once", "false"),
        Case("--run-once", task: .runOnce), Case("--run-once=true", task: .runOnce),
        Case("--run-once=1", task: .runOnce),
        Case("--run-once=T", task: .runOnce), Case("--run-once=false"), Case("--run-once=0"), Case("--run-once=FALSE"),
        Case("--run-once", "--run-once=false"), Case("--run-once=f", "--run-once", task: .runOnce),
        Case("--no-run-once", environment: ["CARE_RUN_ONCE": "true"]),
        Case("--run-once=false", environment: ["CARE_RUN_ONCE": "true"]),
        Case(environment: ["CARE_RUN_ONCE": "t"], task: .runOnce), Case(environment: ["CARE_RUN_ONCE": "False"]),
        Case("-C", task: .clean, change: everything), Case("--clean", task: .clean, change: everything),
        Case("-C", "--mode", "", task: .clean, change: everything),
        Case("-C", "--ip", "10.0.0.5", task: .clean, change: everything),
        Case("-C=true", task: .clean, change: everything), Case("-C=false"), Case("--clean=0"),
        Case(environment: ["CARE_CLEAN": "1"], task: .clean, change: everything),
        Case("--clean", "--run-once", task: .clean, change: everything),
        Case("--repair-interval", "3") { $0.repairInterval = .seconds(3) },
        Case("--repair-interval=100ms", "--interval", "7") {
            $0.repairInterval = .milliseconds(100)
            $0.healthCheck.interval = .seconds(7)
        },
        Case("--repair-interval=10ms") { $0.repairInterval = .milliseconds(10) },
        Case("--repair-interval=24h") { $0.repairInterval = .seconds(86_400) },
        Case("--repair-interval", "0"), Case("--repair-interval=0ms", environment: ["CARE_REPAIR_INTERVAL": "9"]),
        Case(environment: ["CARE_REPAIR_INTERVAL": "1m"]) { $0.repairInterval = .seconds(60) },
    ]

    static let path: [Case] = [
        Case("--mode", "route"), Case("--mode=route", "-i", "x", "--masqueradebit", "31"),
        Case("--mode", "") { $0.path = .none }, Case("--mode=") { $0.path = .none },
        Case("--mode", "", "--ip", "10.0.0.5") { $0.path = .none },
        Case("--mode", "", "--vs", "127.0.0.1:6443") {
            $0.path = .none
            $0.service = VirtualService(try Endpoint("127.0.0.1:6443"))
        },
        Case("--mode", "link") { $0.path = .link(name: "lvscare", masqueradeBit: 0) },
        Case("--mode", "link", "-i", "vip0", "--masqueradebit", "14") {
            $0.path = .link(name: "vip0", masqueradeBit: 14)
        },
        Case("--verify-path=false") { $0.verifiesPath = false },
        Case("--no-verify-path") { $0.verifiesPath = false },
        Case("--verify-path") { $0.verifiesPath = true },
        Case("--abort-waiting=false") { $0.abortsWaiting = false },
        Case("--no-abort-waiting") { $0.abortsWaiting = false },
        Case("--abort-waiting") { $0.abortsWaiting = true },
        Case("--mode=link", "-ivip0") { $0.path = .link(name: "vip0", masqueradeBit: 0) },
        Case("--mode=link", "-i=vip0") { $0.path = .link(name: "vip0", masqueradeBit: 0) },
        Case("--mode=link", "--iface=fifteen-letters", "--ip", "10.0.0.5") {
            $0.path = .link(name: "fifteen-letters", masqueradeBit: 0)
        },
        Case(environment: ["CARE_MODE": "link", "CARE_IFACE": "a", "CARE_MASQUERADEBIT": "7"]) {
            $0.path = .link(name: "a", masqueradeBit: 7)
        },
        Case("--ip", "10.0.0.5") { $0.path = .route(hint: RouteHint(.ipv4(10, 0, 0, 5))) },
        Case("--ip=127.0.0.1") { $0.path = .route(hint: RouteHint(.ipv4(127, 0, 0, 1))) },
        Case(environment: ["CARE_IP": "10.0.0.6"]) { $0.path = .route(hint: RouteHint(.ipv4(10, 0, 0, 6))) },
        Case(environment: ["CARE_IP": "10.0.0.6", "LVSCARE_NODE_IP": "?"]) {
            $0.path = .route(hint: RouteHint(.ipv4(10, 0, 0, 6)))
        },
        Case(environment: ["LVSCARE_NODE_IP": "10.0.0.7"]) {
            $0.path = .route(hint: RouteHint(.ipv4(10, 0, 0, 7), notedIn: "LVSCARE_NODE_IP"))
        },
        Case("--mode", "", environment: ["LVSCARE_NODE_IP": "?"]) { $0.path = .none },
        Case("-C", environment: ["LVSCARE_NODE_IP": "?"], task: .clean, change: everything),
    ]

    static let health: [Case] = [
        Case("--interval", "7", change: check { $0.interval = .seconds(7) }),
        Case("--interval=500ms", change: check { $0.interval = .milliseconds(500) }),
        Case("--interval=1m30s", change: check { $0.interval = .seconds(90) }),
        Case("--interval=10ms", change: check { $0.interval = .milliseconds(10) }),
        Case("--interval=24h", change: check { $0.interval = .seconds(86_400) }),
        Case("--interval", "0"), Case("--interval", "0s"), Case("--health-timeout", "0"),
        Case(environment: ["CARE_INTERVAL": "3s"], change: check { $0.interval = .seconds(3) }),
        Case("--health-timeout", "3s", change: check { $0.timeout = .seconds(3) }),
        Case("--health-timeout=2", change: check { $0.timeout = .seconds(2) }),
        Case(environment: ["CARE_HEALTH_TIMEOUT": "250ms"], change: check { $0.timeout = .milliseconds(250) }),
        Case("--health-schem", "http", change: http { $0.scheme = .http }),
        Case("--health-scheme=http", change: http { $0.scheme = .http }),
        Case("--health-schem=HTTPS"), Case("--health-scheme", "http", "--health-schem", "https"),
        Case("--health-schem", "tcp", change: check { $0.probe = .tcp }),
        Case("--health-schem", "tcp", "--health-path", "/x", change: check { $0.probe = .tcp }),
        Case("--health-schem", "grpc", change: check { $0.probe = .grpc(.init()) }),
        Case("--health-scheme=gRPC", "--health-grpc-service=", change: check { $0.probe = .grpc(.init()) }),
        Case("--health-schem=grpc", "--health-insecure-skip-verify", change: check { $0.probe = .grpc(.init()) }),
        Case(
            "--health-schem=grpc", "--health-grpc-service", "a.B",
            change: check { $0.probe = .grpc(.init(service: "a.B")) }),
        Case("--health-schem=grpcs", change: check { $0.probe = .grpc(.init(tls: .init())) }),
        Case(
            "--health-schem=grpcs", "--no-health-insecure-skip-verify",
            environment: ["CARE_HEALTH_GRPC_SERVICE": "a.B"],
            change: check { $0.probe = .grpc(.init(service: "a.B", tls: .init(verifiesCertificate: true))) }),
        Case(environment: ["CARE_HEALTH_SCHEM": "http"], change: http { $0.scheme = .http }),
        Case(environment: ["CARE_HEALTH_SCHEME": "http"], change: http { $0.scheme = .http }),
        Case("--health-insecure-skip-verify=false", change: http { $0.tls.verifiesCertificate = true }),
        Case("--health-insecure-skip-verify=F", change: http { $0.tls.verifiesCertificate = true }),
        Case("--no-health-insecure-skip-verify", change: http { $0.tls.verifiesCertificate = true }),
        Case("--health-insecure-skip-verify"), Case("--health-insecure-skip-verify=true"),
        // The original's parser ignores the word behind the flag.
        Case(
            "--health-insecure-skip-verify", "true", "--health-status", "401",
            change: http { $0.healthyStatuses = [401] }),
        Case("--health-insecure-skip-verify", "false", change: http { $0.tls.verifiesCertificate = true }),
        Case(
            environment: ["CARE_HEALTH_INSECURE_SKIP_VERIFY": "false"],
            change: http { $0.tls.verifiesCertificate = true }),
        Case("--health-status", "401", change: http { $0.healthyStatuses = [401] }),
        Case(
            "--health-status=401,403", "--health-status", "500", change: http { $0.healthyStatuses = [401, 403, 500] }),
        Case("--health-status", "200, 401,401", change: http { $0.healthyStatuses = [401] }),
        Case(environment: ["CARE_HEALTH_STATUS": "401,599"], change: http { $0.healthyStatuses = [401, 599] }),
        Case("--health-status", "401,403,200-299", change: http { $0.healthyStatuses = [401, 403] }),
        Case(
            "--health-status", "398-401", "--health-status=500 - 502",
            change: http { $0.healthyStatuses = [400, 401, 500, 501, 502] }),
        Case("--health-status", "404-404", change: http { $0.healthyStatuses = [404] }),
    ]

    static let reaction: [Case] = [
        Case("--fall", "3", "--rise=2") { ($0.healthCheck.fall, $0.healthCheck.rise) = (3, 2) },
        Case("--fall=1"), Case("--rise", "1000") { $0.healthCheck.rise = 1000 },
        Case(environment: ["CARE_FALL": "4", "CARE_RISE": "5"]) {
            ($0.healthCheck.fall, $0.healthCheck.rise) = (4, 5)
        },
        Case("--unhealthy-interval", "2") { $0.healthCheck.unhealthyInterval = .seconds(2) },
        Case("--unhealthy-interval=5s") { $0.healthCheck.unhealthyInterval = .seconds(5) },
        Case("--unhealthy-interval=0"),
        Case(environment: ["CARE_UNHEALTHY_INTERVAL": "50ms"]) {
            $0.healthCheck.unhealthyInterval = .milliseconds(50)
        },
        Case("--watch=false") { $0.healthCheck.watches = false },
        Case("--no-watch") { $0.healthCheck.watches = false }, Case("--watch"), Case("--no-watch", "--watch=true"),
        Case(environment: ["CARE_WATCH": "false"]) { $0.healthCheck.watches = false },
        Case("--watch", environment: ["CARE_WATCH": "false"]),
        Case("--heartbeat", "off") { $0.healthCheck.heartbeat = .off }, Case("--heartbeat=auto"),
        Case("--heartbeat=Off") { $0.healthCheck.heartbeat = .off },
        Case("--heartbeat=2") { $0.healthCheck.heartbeat = .every(.seconds(2)) },
        Case(environment: ["CARE_HEARTBEAT": "500ms"]) { $0.healthCheck.heartbeat = .every(.milliseconds(500)) },
        Case("--jitter", "0") { $0.healthCheck.jitter = 0 }, Case("--jitter=50%") { $0.healthCheck.jitter = 0.5 },
        Case("--jitter=10"), Case(environment: ["CARE_JITTER": "25"]) { $0.healthCheck.jitter = 0.25 },
        Case("--all-down", "keep") { $0.allDown = .keep }, Case("--all-down=Remove"),
        Case(environment: ["CARE_ALL_DOWN": "keep"]) { $0.allDown = .keep },
        Case("--drain-timeout", "30") { $0.drainTimeout = .seconds(30) }, Case("--drain-timeout=0"),
        Case(environment: ["CARE_DRAIN_TIMEOUT": "1m"]) { $0.drainTimeout = .seconds(60) },
    ]

    static let request: [Case] = [
        Case("--health-path", "/", change: http { $0.target = "/" }),
        Case("--health-path=readyz", change: http { $0.target = "/readyz" }),
        Case("--health-path=", change: http { $0.target = "/" }),
        Case("--health-path=/a?b=c&d", change: http { $0.target = "/a?b=c&d" }),
        Case(environment: ["CARE_HEALTH_PATH": "livez"], change: http { $0.target = "/livez" }),
        Case("--health-req-method", "HEAD", change: http { $0.method = "HEAD" }),
        Case("--health-req-method", ""),
        Case(environment: ["CARE_HEALTH_REQ_METHOD": "POST"], change: http { $0.method = "POST" }),
        Case("--health-req-body", "--clean=true", change: http { $0.body = "--clean=true" }),
        Case("--health-req-body={\"a\": 1}\n", change: http { $0.body = "{\"a\": 1}\n" }),
        Case(environment: ["CARE_HEALTH_REQ_BODY": "x"], change: http { $0.body = "x" }),
        Case("--health-req-headers", "A=b", change: http { $0.headers = [.init(name: "A", value: "b")] }),
        Case(
            "--health-req-headers=A=b,C=d", "--health-req-headers", "E=f",
            change: http {
                $0.headers = [.init(name: "A", value: "b"), .init(name: "C", value: "d"), .init(name: "E", value: "f")]
            }),
        Case(
            environment: ["CARE_HEALTH_REQ_HEADERS": "Host=example.com,A=b"],
            change: http { $0.headers = [.init(name: "Host", value: "example.com"), .init(name: "A", value: "b")] }),
    ]

    static let tls: [Case] = [
        Case(
            "--health-ca", "/ca.crt",
            change: http { $0.tls = TLSProbeConfiguration(verifiesCertificate: true, issuersFile: "/ca.crt") }),
        Case(
            "--health-ca=ca.crt", "--health-insecure-skip-verify=false",
            change: http { $0.tls = TLSProbeConfiguration(verifiesCertificate: true, issuersFile: "ca.crt") }),
        Case("--health-cert", "/both.pem", change: http { $0.tls.certificateFile = "/both.pem" }),
        Case(
            "--health-cert", "/c", environment: ["CARE_HEALTH_KEY": "/k"],
            change: http { $0.tls = TLSProbeConfiguration(certificateFile: "/c", keyFile: "/k") }),
        Case("--health-server-name", "Kubernetes.default.", change: http { $0.tls.serverName = "Kubernetes.default" }),
        Case("--health-server-name", "fd00::2", change: http { $0.tls.serverName = "fd00::2" }),
        // A redirect may lead to HTTPS.
        Case(
            "--health-schem=http", "--health-server-name=a_b",
            change: http {
                $0.scheme = .http
                $0.tls.serverName = "a_b"
            }),
        Case(
            "--health-token-file", "/token", "--health-insecure-skip-verify",
            change: http { $0.tokenFile = "/token" }),
        Case(
            "--health-token-file", "/token", "--health-schem", "http", "--health-insecure-skip-verify",
            change: http {
                $0.scheme = .http
                $0.tokenFile = "/token"
            }),
        Case(
            "--health-ca=/ca",
            environment: ["CARE_HEALTH_TOKEN_FILE": "/token"],
            change: http {
                $0.tokenFile = "/token"
                $0.tls.issuersFile = "/ca"
                $0.tls.verifiesCertificate = true
            }),
        Case("--health-redirects", "follow", change: http { $0.redirects = .follow }),
        Case(environment: ["CARE_HEALTH_REDIRECTS": "none"], change: http { $0.redirects = .none }),
    ]

    /// What is removed is found whatever mode and flags made it.
    @Sendable static func everything(_ specification: inout Specification) throws {
        specification.declare([])
        specification.path = .link(name: "lvscare", masqueradeBit: 0)
    }

    static let log: [Case] = [
        Case("--logger", "DEBG", log: LogSettings(level: .debug)), Case("--logger=INFO"), Case("--logger", "nonsense"),
        Case("--logger", ""), Case(environment: ["CARE_LOGGER": "DEBG"], log: LogSettings(level: .debug)),
        Case("--log-format", "json", log: LogSettings(format: .json)), Case("--log-format=TEXT"),
        Case(environment: ["CARE_LOG_FORMAT": "json"], log: LogSettings(format: .json)),
    ]

    @Test(arguments: [service, task, path, health, reaction, request, tls, log].joined())
    func `settings are read from flags`(_ example: Case) throws {
        let settings = try Invocation(arguments: Self.given + example.arguments, environment: example.environment)
            .settings()
        var expected = Self.plain
        try example.change(&expected)
        #expect(settings.specification == expected)
        #expect(settings.task == example.task)
        #expect(settings.log == example.log)
    }

    @Test func `all settings are read from the environment`() throws {
        let settings = try Invocation(
            arguments: [],
            environment: ["CARE_VS": "[fd00::2]:6443", "CARE_RS": "[fd00::3]:6443,[fd00::4]:6443"]
        ).settings()
        #expect(settings.specification.service.name == "[fd00::2]:6443")
        #expect(settings.specification.realServers.map(\.description) == ["[fd00::3]:6443", "[fd00::4]:6443"])
    }

    @Test func `a cleanup needs only the virtual service`() throws {
        let settings = try Invocation(arguments: ["-C", "--vs", "10.103.97.2:6443"]).settings()
        #expect(settings.task == .clean)
        #expect(settings.specification.realServers.isEmpty)
    }

    @Test(arguments: [["-C", "--all"], ["--clean", "--all=true", "--run-once"]])
    func `clean all needs nothing else, and goes before what variables name`(arguments: [String]) throws {
        let environment = ["CARE_VS": "10.103.97.2:6443", "CARE_CONFIG": "lvscare.yaml", "CARE_LOGGER": "DEBG"]
        for environment in [[:], environment] {
            let settings = try Invocation(arguments: arguments, environment: environment).settings()
            #expect(settings.task == .cleanAll)
            #expect(settings.node == NodeSpecification([]))
            #expect(settings.file == nil)
        }
    }

    /// One that a unit's environment has left behind must neither clean a node nor end a start.
    @Test(arguments: ["true", "maybe"])
    func `a variable never asks for everything to be removed`(text: String) throws {
        let environment = ["CARE_VS": "10.103.97.2:6443", "CARE_RS": "10.0.0.1:80", "CARE_ALL": text]
        #expect(try Invocation(arguments: [], environment: environment).settings().task == .keep)
        let warnings = try Invocation.source(CareCommand.name, [], environment).unknownVariables
        #expect(warnings.map(\.sentence) == ["the variable CARE_ALL is ignored: only the flag --all counts"])
        #expect(try Invocation(arguments: ["-C"], environment: environment).settings().task == .clean)
    }

    static let hosts: [(String, IPAddress?)] = [
        ("", nil), ("10.0.0.8 lvscare.node.ip", .ipv4(10, 0, 0, 8)),
        ("127.0.0.1 localhost\n\t10.0.0.8\tnode-1  LVSCARE.node.IP # mine\n", .ipv4(10, 0, 0, 8)),
        ("# 10.0.0.8 lvscare.node.ip\n", nil), ("10.0.0.8 # lvscare.node.ip\n", nil),
        ("10.0.0.8 xlvscare.node.ip lvscare.node.ipx", nil), ("lvscare.node.ip 10.0.0.8", nil),
        ("fd00::8 lvscare.node.ip\r\n10.0.0.8 lvscare.node.ip\r\n", .ipv4(10, 0, 0, 8)),
        ("10.0.0.8 lvscare.node.ip\n10.0.0.9 lvscare.node.ip", .ipv4(10, 0, 0, 8)),
        ("fd00::8 lvscare.node.ip", nil), ("nonsense other.name\n", nil),
    ]

    private struct ExpectedRoute: Error {}

    @Test(arguments: hosts)
    func `the node is looked up in the hosts file`(_ hosts: String, _ address: IPAddress?) throws {
        let settings = try Invocation(arguments: Self.given, hosts: hosts).settings()
        guard case .route(let hint) = settings.specification.path else { throw ExpectedRoute() }
        #expect(hint?.address == address)
        #expect(hint.map { $0.note?.hasPrefix("/etc/hosts line ") } != false)
    }

    @Test func `the variable goes before the hosts file`() throws {
        let settings = try Invocation(
            arguments: Self.given, environment: ["LVSCARE_NODE_IP": "10.0.0.7"], hosts: "? lvscare.node.ip"
        ).settings()
        #expect(settings.specification.path == .route(hint: RouteHint(.ipv4(10, 0, 0, 7), notedIn: "LVSCARE_NODE_IP")))
    }

    @Test(arguments: [["--mode", "link"], ["--mode", ""], ["-C"], ["--ip", "10.0.0.5"]])
    func `the hosts file is read only when it is needed`(_ arguments: [String]) throws {
        _ = try Invocation(arguments: Self.given + arguments, hosts: "? lvscare.node.ip").settings()
    }

    @Test func `the hosts file can be another`() {
        let invocation = Invocation(arguments: Self.given + ["--hosts-file", "/x/hosts"], hosts: "? lvscare.node.ip")
        #expect(
            throws: UsageError(
                "/x/hosts line 1, lvscare.node.ip \"?\": it is not an IP address; expected an IPv4 address of this node or of a gateway"
            )
        ) {
            try invocation.settings()
        }
    }

    @Test func `another prefix is another environment`() throws {
        let environment = Environment(["IPVS_VS": "10.0.0.1:1", "IPVS_RS": "10.0.0.2:1", "CARE_VS": "?"])
        let source = SettingSource(flags: [:], environment: environment, prefix: "IPVS_")
        let settings = try CareSettings(source) { HostsFile(path: $0, text: "") }
        #expect(settings.specification.service.name == "10.0.0.1:1")
    }
}

extension IPAddress {
    static func ipv4(_ octets: UInt8...) -> IPAddress { IPAddress(octets: octets) ?? .unspecified(.ipv4) }
}
