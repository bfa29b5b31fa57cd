import Foundation
import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// The program under its other name, as far as it needs no kernel.
@Suite struct SealctlProgramTests {
    @Test func `sealctl prints the version of the program`() throws {
        #expect(try Executable.run(["version"], as: "sealctl").output == Executable.run(["version"]).output)
        #expect(try Executable.run(["--version"], as: "sealctl").status == 0)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `sealctl prints completions for its name`(_ shell: String) throws {
        let result = try Executable.run(["completion", shell], as: "sealctl")
        #expect(result.status == 0)
        for word in ["sealctl", "static-pod", "ipvs", "masters", "set-img", "hardened", "health-schem"] {
            #expect(result.output.contains(word), "\(word)")
        }
        #expect(!result.output.contains("_lvscare"))
    }

    @Test func `help names the present and the absent commands`() throws {
        for arguments in [[], ["--help"], ["help"]] {
            let result = try Executable.run(arguments, as: "sealctl")
            #expect(result.status == 0)
            for text in ["USAGE: sealctl", "ipvs", "static-pod lvscare", "are not here"] {
                #expect(result.output.contains(text))
            }
        }
    }

    @Test(arguments: [
        (
            ["ipvs", "--help"],
            ["IPVS_HEALTH_PATH", "--run-once", "--clean", "\n  75  "] + Setting.ofCare.map(\.spelling)
        ),
        (
            ["static-pod", "lvscare", "--help"],
            ["--set-img --image", "'\"--ip\",\"192.168.0.9\"'", "lvscare.node.ip"]
                + Setting.ofStaticPod.map(\.spelling)
        ),
        (["help", "static-pod"], ["--set-img"]),
    ])
    func `a usage error teaches the usage`(_ arguments: [String], _ texts: [String]) throws {
        let result = try Executable.run(arguments, as: "sealctl")
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        for text in texts { #expect(result.output.contains(text), "\(text)") }
        #expect(!result.output.split(separator: "\n").contains { $0.count > 80 })
    }

    @Test(arguments: [
        (["care", "--vs", "10.0.0.1:80"], ["\"care\"", "only ipvs, static-pod, version, completion", "are not here"]),
        (["run", "labring/kubernetes:v1.29.9"], ["\"run\"", "are not here"]), (["--nonsense"], ["--nonsense"]),
        (["version", "--long"], ["--long"]), (["completion", "tcsh"], ["tcsh", "bash"]),
    ])
    func `bad arguments are refused`(_ arguments: [String], _ mentions: [String]) throws {
        let result = try Executable.run(arguments, as: "sealctl")
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.error.hasPrefix("sealctl: ") && result.error.filter { $0 == "\n" }.count == 1, "\(result.error)")
        for mention in mentions { #expect(result.error.contains(mention), "in: \(result.error)") }
    }

    @Test func `the variables of care are not those of ipvs`() throws {
        let result = try Executable.run(
            ["ipvs", "--rs", "10.0.0.1:80"], environment: ["CARE_VS": "10.0.0.2:80"], as: "sealctl")
        #expect(result.status == 64)
        #expect(result.error.contains("IPVS_VS"))
    }

    @Test func `lvscare has no command ipvs`() throws {
        let result = try Executable.run(["ipvs"])
        #expect(result.status == 64)
        #expect(result.error.contains("care, check, list, plan, validate, static-pod, version, completion"))
    }

    /// The same table, the variables apart, as for `lvscare care`.
    @Test(arguments: BadInvocation.table.indices.filter { $0.isMultiple(of: 10) })
    func `ipvs refuses the same as care`(_ index: Int) throws {
        let bad = BadInvocation.table[index]
        let hosts = FileManager.default.temporaryDirectory.appending(path: "hosts-\(UUID().uuidString)")
        try Data(bad.hosts.utf8).write(to: hosts)
        defer { try? FileManager.default.removeItem(at: hosts) }
        let rename = { (text: String) in text.hasPrefix("CARE_") ? "IPVS_" + text.dropFirst(5) : text }
        var environment = Dictionary(uniqueKeysWithValues: bad.environment.map { (rename($0), $1) })
        environment["IPVS_HOSTS_FILE"] = hosts.path
        let result = try Executable.run(["ipvs"] + bad.arguments, environment: environment, as: "sealctl")
        #expect(result.status == 64)
        #expect(result.error.hasPrefix("sealctl: "))
        for mention in bad.mentions { #expect(result.error.contains(rename(mention)), "in: \(result.error)") }
    }
}
