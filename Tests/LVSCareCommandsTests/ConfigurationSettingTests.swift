import Addressing
import LVSCareModel
import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// Which of them counts: a configuration file, or flags and variables that name a virtual service.
@Suite struct ConfigurationSettingTests {
    private static let file = "/etc/lvscare/lvscare.yaml"

    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var environment: [String: String]
        var ignored: [String]

        init(_ arguments: String..., environment: [String: String] = [:], ignored: String...) {
            self.arguments = arguments
            self.environment = environment
            self.ignored = ignored
        }

        var testDescription: String { "\(environment) \(arguments)" }
    }

    private static let rest = ["CARE_RS": "192.168.0.2:6443"]
    private static let variables = ["CARE_VS": "10.103.97.2:6443"].merging(rest) { $1 }
    private static let unit = ["CARE_CONFIG": file]

    private func warnings(_ invocation: Case) throws -> [String] {
        try Invocation.source(CareCommand.name, invocation.arguments, invocation.environment)
            .overruledVariables.map(\.sentence)
    }

    static let services = [
        Case(environment: variables.merging(unit) { $1 }, ignored: "CARE_CONFIG is ignored: CARE_VS"),
        Case(
            "--vs", "10.103.97.2:6443", environment: rest.merging(unit) { $1 }, ignored: "CARE_CONFIG is ignored: --vs"),
        Case("--vs", "10.103.97.2:6443", "--rs", "192.168.0.2:6443", environment: ["CARE_CONFIG": ""]),
    ]

    @Test(arguments: services)
    func `a file that a variable names gives way to a named virtual service`(_ invocation: Case) throws {
        let settings = try Invocation(arguments: invocation.arguments, environment: invocation.environment).settings()
        #expect(settings.file == nil)
        #expect(settings.node.services == [CareSettingsTests.plain])
        let warnings = try warnings(invocation)
        #expect(warnings.count == invocation.ignored.count)
        for (warning, expected) in zip(warnings, invocation.ignored) { #expect(warning.contains(expected)) }
    }

    static let files = [
        Case(environment: unit),
        Case("--logger", "DEBG", "--clean", environment: unit),
        Case(environment: rest.merging(unit) { $1 }, ignored: "CARE_RS"),
        Case(environment: ["CARE_VS": ""].merging(unit) { $1 }),
        Case("--config", file, environment: variables, ignored: "CARE_VS", "CARE_RS"),
        Case("--config", file, environment: ["CARE_CONFIG": "/other"]),
    ]

    @Test(arguments: files)
    func `a file says what is wanted where nothing names a virtual service, or a flag names the file`(
        _ invocation: Case
    ) throws {
        let settings = try Invocation(arguments: invocation.arguments, environment: invocation.environment).settings()
        #expect(settings.file == Self.file)
        #expect(settings.node.services.isEmpty)
        let warnings = try warnings(invocation)
        #expect(warnings.count == invocation.ignored.count)
        for (warning, expected) in zip(warnings, invocation.ignored) { #expect(warning.contains(expected)) }
    }

    @Test(arguments: [
        Case("--config", file, "--vs", "10.103.97.2:6443"), Case("--rs", "192.168.0.2:6443", environment: unit),
        Case("--config", file, "--interval", "1s", environment: variables),
    ])
    func `no other flag may stand beside a file that counts`(_ invocation: Case) {
        #expect(throws: UsageError.self) {
            try Invocation(arguments: invocation.arguments, environment: invocation.environment).settings()
        }
    }

    @Test func `services of a file that name no address get the one that others have noted`() throws {
        func service(_ vip: String, _ path: Path = .route(hint: nil)) throws -> Specification {
            Specification(service: VirtualService(try Endpoint(vip)), realServers: [], path: path)
        }
        let own = RouteHint(.ipv4(10, 0, 0, 1))
        let wanted = NodeSpecification([
            try service("10.1.0.1:80"), try service("[fd00::1]:80"), try service("10.1.0.2:80", .none),
            try service("10.1.0.3:80", .route(hint: own)),
        ])
        func hints(_ environment: [String: String], _ hosts: String) throws -> [String] {
            let noted = try CareSettings.noting(
                Environment(environment),
                hosts: { path throws(UsageError) in
                    HostsFile(path: path, text: hosts)
                }, in: wanted)
            return noted.services.map { service in
                if case .route(let hint) = service.path { hint.map { "\($0.address)" } ?? "-" } else { "none" }
            }
        }
        #expect(try hints([:], "") == ["-", "-", "none", "10.0.0.1"])
        #expect(try hints(["LVSCARE_NODE_IP": "10.9.9.9"], "") == ["10.9.9.9", "-", "none", "10.0.0.1"])
        let file = "10.8.8.8 lvscare.node.ip\nfd08::8 lvscare.node.ip\n"
        #expect(try hints([:], file) == ["10.8.8.8", "fd08::8", "none", "10.0.0.1"])
        #expect(throws: UsageError.self) { try hints(["LVSCARE_NODE_IP": "nonsense"], "") }
    }
}
