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
}
