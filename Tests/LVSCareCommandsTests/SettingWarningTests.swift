import LVSCareSettings
import Logging
import Testing

@testable import LVSCareCommands

/// What is no mistake and probably not understood as it was meant.
@Suite struct SettingWarningTests {
    private func warnings(_ environment: [String: String], prefix: String = "CARE_") -> [SettingWarning] {
        SettingSource(flags: [:], environment: Environment(environment), prefix: prefix).unknownVariables
    }

    @Test func `each unknown variable of the command is told, with the one that was probably meant`() {
        let found = warnings([
            "CARE_VS": "x", "CARE_HEALTH_SCHEME": "x", "LVSCARE_NODE_IP": "x", "CARE_HEALTH_PTH": "x",
            "LVSCARE_NODEIP": "x", "CARE_FOO": "x", "CARE_EMPTY": "", "IPVS_FOO": "x", "PATH": "x",
        ])
        #expect(
            found == [
                .unknownVariable("CARE_FOO", meant: nil),
                .unknownVariable("CARE_HEALTH_PTH", meant: "CARE_HEALTH_PATH"),
                .unknownVariable("LVSCARE_NODEIP", meant: "LVSCARE_NODE_IP"),
            ])
        #expect(
            warnings(["IPVS_FALLS": "1", "CARE_FOO": "1"], prefix: "IPVS_") == [
                .unknownVariable("IPVS_FALLS", meant: "IPVS_FALL")
            ])
    }

    /// The kubelet makes them for a service of the cluster that has our name.
    @Test(arguments: [
        "CARE_SERVICE_HOST", "CARE_SERVICE_PORT", "CARE_SERVICE_PORT_HTTPS", "CARE_PORT", "LVSCARE_PORT_443_TCP",
        "LVSCARE_PORT_443_TCP_PROTO", "LVSCARE_PORT_443_TCP_ADDR",
    ])
    func `the links to services are not meant`(name: String) {
        #expect(warnings([name: "x"]).isEmpty)
    }

    @Test(arguments: [
        (["care", "--watch", "false"], ["--watch false"]), (["care", "--watch", "true"], []),
        (["-C", "0"], ["--clean 0"]),
        (["care", "--rs", "--watch"], []), (["care", "--watch=false"], []),
        (["care", "--watch", "f", "-C", "F"], ["--watch f", "--clean F"]),
        (["static-pod", "--print", "false"], ["--print false"]),
    ])
    func `a word that the original ignores is told`(_ arguments: [String], _ words: [String]) throws {
        let arguments = arguments.first?.hasPrefix("-") == true ? ["care"] + arguments : arguments
        guard case .run(let call) = try LVSCareCommand.command.request(arguments) else { return }
        let found = call.warnings
        #expect(found.count == words.count)
        for (warning, words) in zip(found, words) { #expect(warning.sentence.contains(words)) }
    }

    @Test func `is one line, in the log and elsewhere`() {
        let warning = SettingWarning.unknownVariable("CARE_\n\(BadInvocation.long)", meant: "CARE_VS")
        #expect(warning.sentence.count < 400 && !warning.sentence.contains("\n"))
        #expect(warning.metadata["remedy"] == "did you mean CARE_VS?")
        #expect(SettingWarning.turnedOff(flag: "--watch", by: "f").metadata["remedy"] == "write --watch=f")
    }
}
