import Addressing
import LVSCareModel
import LVSCareSettings
import Testing

@testable import LVSCareCommands

@Suite struct CheckSettingsTests {
    /// The settings that the program makes of `arguments`, through the same steps.
    static func settings(_ arguments: [String], environment: [String: String] = [:]) throws -> CheckSettings {
        try CheckSettings(Invocation.source(CheckCommand.name, arguments, environment))
    }

    static func realServers(_ texts: [String]) throws -> [RealServer] {
        try texts.map { RealServer(try Endpoint($0)) }
    }

    static let lists: [([String], [String: String], [String])] = [
        (["--rs", "10.0.0.1:1"], [:], ["10.0.0.1:1"]),
        (["--rs=10.0.0.2:1,10.0.0.1:1", "--rs", "10.0.0.3:1"], [:], ["10.0.0.2:1", "10.0.0.1:1", "10.0.0.3:1"]),
        (["--rs", "10.0.0.1:1", "--rs", "10.0.0.1:1"], [:], ["10.0.0.1:1"]),
        // Without a virtual service, nothing has to be of the same family.
        (["--rs", "10.0.0.1:1,[fd00::1]:1"], [:], ["10.0.0.1:1", "[fd00::1]:1"]),
        ([], ["CARE_RS": "10.0.0.1:1,10.0.0.2:1"], ["10.0.0.1:1", "10.0.0.2:1"]),
        (["--rs", "10.0.0.1:1"], ["CARE_RS": "10.0.0.2:1"], ["10.0.0.1:1"]),
    ]

    @Test(arguments: lists)
    func `real servers are read from operands and flags`(
        _ arguments: [String], _ environment: [String: String], _ expected: [String]
    ) throws {
        let settings = try Self.settings(arguments, environment: environment)
        #expect(try settings == CheckSettings(realServers: Self.realServers(expected)))
    }

    @Test func `the virtual service is read`() throws {
        for (arguments, environment) in [
            (["--vs", "10.0.0.10:80"], [:]), ([], ["CARE_VS": "10.0.0.10:80"]),
        ] {
            let settings = try Self.settings(["--rs", "10.0.0.1:1"] + arguments, environment: environment)
            #expect(try settings.service == VirtualService(Endpoint("10.0.0.10:80")))
        }
    }

    /// Whatever is read for a health check is read in the same way.
    @Test(arguments: [CareSettingsTests.health, CareSettingsTests.reaction, CareSettingsTests.request].joined())
    func `the health check is read as care reads it`(_ example: CareSettingsTests.Case) throws {
        var expected = CareSettingsTests.plain
        try example.change(&expected)
        let settings = try Self.settings(CareSettingsTests.given + example.arguments, environment: example.environment)
        #expect(settings.healthCheck == expected.healthCheck)
    }

    static let wrong: [BadInvocation] = [
        BadInvocation([], mentions: ["--rs", "CARE_RS", "IP:port"]),
        BadInvocation(["--vs", "10.0.0.10:80"], mentions: ["--rs", "CARE_RS", "IP:port"]),
        BadInvocation(["--rs", ""], mentions: ["--rs", "\"\"", "empty"]),
        BadInvocation(["--rs", "10.0.0.1"], mentions: ["--rs", "\"10.0.0.1\"", "port is missing"]),
        BadInvocation(["--rs", "10.0.0.1:1,"], mentions: ["--rs", "an item is empty"]),
        BadInvocation(["--rs", "master:6443"], mentions: ["--rs", "\"master:6443\"", "host name"]),
        BadInvocation(["--rs", "0.0.0.0:1"], mentions: ["--rs", "any address"]),
        BadInvocation([], environment: ["CARE_RS": "x"], mentions: ["CARE_RS", "\"x\"", "IP:port"]),
        BadInvocation(adding: "--vs", "10.0.0.10", mentions: ["--vs", "\"10.0.0.10\"", "port is missing"]),
        BadInvocation(
            adding: "--vs", "192.168.0.2:6443", mentions: ["--rs", "\"192.168.0.2:6443\"", "virtual service"]),
        BadInvocation(adding: "--vs", "[fd00::1]:80", mentions: ["--rs", "\"192.168.0.2:6443\"", "family"]),
        BadInvocation(adding: "--jsn", mentions: ["--jsn", "--json"]),
        BadInvocation(adding: "extra", mentions: ["extra"]),
        BadInvocation(adding: "-C", mentions: ["-C", "lvscare care", "--json"]),
        BadInvocation(adding: "-ivip0", mentions: ["-i", "lvscare care", "--json"]),
        BadInvocation(adding: "--run-once=false", mentions: ["--run-once", "lvscare care", "--json"]),
    ]

    /// Those of `lvscare care` that are about the probe are refused in the same words.
    static let wrongProbes = (BadInvocation.healthCheck + BadInvocation.reaction + BadInvocation.request).filter {
        bad in
        !bad.arguments.contains { argument in
            CheckCommand.foreignSettings.contains { argument == $0.spelling || argument.hasPrefix($0.spelling + "=") }
        }
    }

    @Test(arguments: wrong + wrongProbes)
    func `bad arguments are refused`(_ bad: BadInvocation) {
        let error = #expect(throws: UsageError.self) {
            try Self.settings(bad.arguments, environment: bad.environment)
        }
        guard let message = error?.description else { return }
        for mention in bad.mentions { #expect(message.contains(mention), "in: \(message)") }
        #expect(!message.contains("\n") && !message.hasSuffix("."))
    }

    @Test(arguments: CheckCommand.foreignSettings)
    func `flags of care alone are refused`(_ flag: Setting) {
        let error = #expect(throws: UsageError.self) {
            try Self.settings(["--rs", "10.0.0.1:1", flag.spelling] + (flag.isBoolean ? [] : ["x"]))
        }
        #expect(error?.description.hasPrefix("\(flag.spelling) is a flag of \"lvscare care\"") == true)
    }

    @Test func `the value of a flag is not taken for a flag`() throws {
        let settings = try Self.settings(["--rs", "10.0.0.1:1", "--health-req-body", "--mode"])
        #expect(settings.healthCheck.probe == .http(HTTPProbeConfiguration(body: "--mode")))
    }
}
