import Addressing
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Testing

@Suite struct GoodConfigurationTests {
    /// Everything that a file can say, once.
    static let everything = """
        apiVersion: lvscare/v1
        kind: Configuration
        defaults:
          {interval: 4s, timeout: 2, fall: 2, rise: 3, jitter: 5%, watch: false, heartbeat: off, unhealthyInterval: 2s, drain: 30s, scheduler: wrr,
           repairInterval: 2s, verifyPath: false, start: out-of-service, onFailure: quiesce, path: none, forwarding: direct,
           abortWaiting: false, require: any, checks: port}
        checks:
          apiserver:
            https:
              path: readyz?verbose
              method: HEAD
              headers: {Accept: "text/plain, a=b", X-Probe: '"1"'}
              healthyStatuses: [401, 500-501]
              redirects: none
              tokenFile: /token
              serverName: kubernetes
              ca: /ca.crt
              clientCertificate: /client.crt
              clientKey: /client.key
            interval: 500ms
          port: {tcp: }
          plain: {http: {body: "on", insecureSkipVerify: true}, timeout: 1m}
          health: {grpc: {service: my.Service}}
          safe: {grpcs: {ca: /ca.crt}}
        services:
        - name: apiserver
          virtual: 10.103.97.2:6443
          path: {route: {address: 10.0.0.1}}
          scheduler: sh
          schedulerFlags: [sh-port, sh-fallback]
          forwarding: masquerade
          persistence: {timeout: 90s, mask: 24, engine: sip}
          whenAllFail: keep
          quorum: {weight: 3, hysteresis: 2}
          onFailure: remove
          start: in-service
          drain: 0
          repairInterval: 500ms
          verifyPath: true
          checks: [apiserver, plain, safe]
          require: {atLeast: 2}
          realServers:
          - 192.168.0.2:6443
          - {address: 192.168.0.3, weight: 7, thresholds: {upper: 100, lower: 50}, checks: [health], require: all,
             checkAddress: "192.168.0.4:80"}
          abortWaiting: true
        - virtual: "[fd00::2]:0"
          protocol: udp
          onePacket: true
          persistence: {mask: 64}
          path: {link: {interface: lvs0, masqueradeBit: 3}}
          forwarding: {tunnel: {type: gue, port: 6080, checksum: remote}}
          whenAllFail: {sorry: {address: 10.9.9.9, forwarding: tunnel}}
          checks: []
          realServers: ["fd00::3", 10.0.0.3]
        - virtual: {fwmark: 7, family: ipv6}
          realServers: []
        timeouts: {tcp: 15m, tcpFin: 120, udp: 5m}
        synchronization: [{role: master, interface: eth0, id: 3}, {role: backup, interface: eth1}]
        """

    private static func specification() throws -> NodeSpecification {
        let reading = ConfigurationReader.read(everything)
        #expect(reading.mistakes.isEmpty, "\(reading.mistakes)")
        #expect(reading.checkCount == 5)
        return try #require(reading.specification)
    }

    private static func endpoint(_ text: String) throws -> Endpoint { try Endpoint(anyPort: text) }

    private static let tcp = HealthCheck(
        interval: .seconds(4), timeout: .seconds(2), unhealthyInterval: .seconds(2), fall: 2, rise: 3, jitter: 0.05,
        watches: false, heartbeat: .off, probe: .tcp)

    @Test func `reads checks with every option, over the defaults`() throws {
        let service = try Self.specification().services[0]
        let checks = service.health.checks
        #expect(checks.map(\.name) == ["apiserver", "plain", "safe"])
        #expect(service.health.requirement == .atLeast(2))
        var expected = Self.tcp
        expected.interval = .milliseconds(500)
        // The wait of the defaults is longer than the check's own interval.
        expected.unhealthyInterval = nil
        let tls = TLSProbeConfiguration(
            verifiesCertificate: true, issuersFile: "/ca.crt", certificateFile: "/client.crt", keyFile: "/client.key",
            serverName: "kubernetes")
        expected.probe = .http(
            HTTPProbeConfiguration(
                target: "/readyz?verbose", method: "HEAD",
                headers: [.init(name: "Accept", value: "text/plain, a=b"), .init(name: "X-Probe", value: "\"1\"")],
                healthyStatuses: [401, 500, 501], tokenFile: "/token", redirects: .none, tls: tls))
        #expect(checks[0].check == expected)
        expected = Self.tcp
        expected.timeout = .seconds(60)
        expected.probe = .http(HTTPProbeConfiguration(scheme: .http, body: "on"))
        #expect(checks[1].check == expected)
        expected = Self.tcp
        expected.probe = .grpc(
            GRPCProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true, issuersFile: "/ca.crt")))
        #expect(checks[2].check == expected)
    }

    @Test func `reads a service with every option`() throws {
        let service = try Self.specification().services[0]
        var call = Self.tcp
        call.probe = .grpc(GRPCProbeConfiguration(service: "my.Service"))
        #expect(service.name == "apiserver")
        #expect(service.service == VirtualService(try Self.endpoint("10.103.97.2:6443")))
        #expect(service.path == .route(hint: RouteHint(try #require(IPAddress("10.0.0.1")))))
        #expect(
            service.configuration
                == ServiceConfiguration(
                    scheduler: "sh", flags: [.sourceHashingPort, .sourceHashingFallback],
                    persistence: .init(timeout: 90, netmask: .ipv4(prefixLength: 24)), persistenceEngine: "sip"))
        #expect(service.allDown == .keep)
        #expect(
            service.policy
                == ServicePolicy(start: .inService, failure: .remove, quorum: .init(weight: 3, hysteresis: 2)))
        #expect(service.drainTimeout == .zero && service.repairInterval == .milliseconds(500) && service.verifiesPath)
        #expect(service.abortsWaiting)
        #expect(
            service.members == [
                RealServerSpecification(RealServer(try Self.endpoint("192.168.0.2:6443"))),
                RealServerSpecification(
                    RealServer(try Self.endpoint("192.168.0.3:6443")), weight: 7,
                    thresholds: ConnectionThresholds(upper: 100, lower: 50),
                    health: HealthPolicy([NamedCheck(call, name: "health")]),
                    checkEndpoint: try Self.endpoint("192.168.0.4:80")),
            ])
    }

    @Test func `reads services without an address or a port, and those of datagrams`() throws {
        let services = try Self.specification().services
        let datagrams = services[1]
        #expect(datagrams.service == .endpoint(.udp, try Self.endpoint("[fd00::2]:0")))
        #expect(
            datagrams.configuration
                == ServiceConfiguration(
                    scheduler: "wrr", flags: .onePacket, persistence: .init(netmask: .ipv6(prefixLength: 64))))
        #expect(datagrams.path == .link(name: "lvs0", masqueradeBit: 3))
        let tunnel = ForwardingMethod.tunnel(.gue(port: 6080, checksum: .remote))
        #expect(
            datagrams.members == [
                RealServerSpecification(RealServer(try Self.endpoint("[fd00::3]:0")), forwarding: tunnel),
                RealServerSpecification(RealServer(try Self.endpoint("10.0.0.3:0")), forwarding: tunnel),
            ])
        #expect(
            datagrams.policy.sorryServer
                == RealServerSpecification(RealServer(try Self.endpoint("10.9.9.9:0")), forwarding: .tunnel))
        #expect(datagrams.health.checks.isEmpty)
        let marked = services[2]
        #expect(marked.service == .firewallMark(7, .ipv6) && marked.path == .none && marked.name == nil)
        #expect(marked.health == HealthPolicy([NamedCheck(Self.tcp, name: "port")], requirement: .any))
        #expect(marked.policy == ServicePolicy(start: .outOfService, failure: .quiesce))
        #expect(
            marked.drainTimeout == .seconds(30) && marked.repairInterval == .seconds(2) && !marked.verifiesPath
                && !marked.abortsWaiting && marked.configuration.scheduler == "wrr")
    }

    @Test func `reads what holds for the node`() throws {
        let node = try Self.specification()
        #expect(node.timeouts == ConnectionTimeouts(tcp: 900, tcpFIN: 120, udp: 300))
        #expect(
            node.synchronization == [
                ConnectionSynchronization(.master, interface: "eth0", syncID: 3),
                ConnectionSynchronization(.backup, interface: "eth1"),
            ])
    }

    @Test(arguments: [
        "apiVersion: lvscare/v1\nkind: Configuration\nservices: []\n",
        #"{"apiVersion": "lvscare/v1", "kind": "Configuration", "services": []}"#,
        "\u{feff}---\r\nservices: []\r\n'kind': \"Configuration\"\r\n\"apiVersion\": 'lvscare/v1'\r\nchecks:\r\n...\r\n",
    ])
    func `no services are a wish, too`(text: String) {
        let reading = ConfigurationReader.read(text)
        #expect(reading.specification == NodeSpecification([]) && reading.warnings.isEmpty, "\(reading.mistakes)")
    }

    @Test func `a plain service is what the flags make of the same`() throws {
        let reading = ConfigurationReader.read(
            services: "- {virtual: 10.0.0.1:80, checks: [{https: {}}], realServers: [10.0.0.2:80]}")
        let expected = Specification(
            service: VirtualService(try Endpoint("10.0.0.1:80")), realServers: [RealServer(try Endpoint("10.0.0.2:80"))]
        )
        #expect(reading.specification?.services == [expected], "\(reading.mistakes)")
    }

    @Test(arguments: [
        ("checks: {a: {tcp: }}\n", "- {virtual: 10.0.0.1:80, checks: [], realServers: [10.0.0.2:80]}", 4, "\"a\""),
        ("", "- {virtual: 10.0.0.1:80, realServers: []}", 4, "clients are refused"),
        ("", "- {virtual: 10.0.0.1:80, checks: [], realServers: [{address: 10.0.0.2, weight: 0}]}", 4, "weights are 0"),
        ("", "- {virtual: 10.0.0.1:80, checks: [], realServers: [10.0.0.2], quorum: {weight: 2}}", 4, "together are 1"),
    ])
    func `warns of what is probably not meant`(more: String, services: String, line: Int, mention: String) throws {
        let reading = ConfigurationReader.read(services: services, else: more)
        #expect(reading.specification != nil)
        let warning = try #require(reading.warnings.first)
        #expect(reading.warnings.count == 1 && warning.description.contains(mention), "\(warning)")
        #expect(warning.place.line == (more.isEmpty ? line : 3))
    }
}
