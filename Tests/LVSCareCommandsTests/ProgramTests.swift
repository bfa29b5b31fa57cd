import Foundation
import Testing

@testable import LVSCareCommands

/// The program itself, as far as it needs no kernel.
@Suite struct ProgramTests {
    @Test func printsItsVersion() throws {
        let result = try Executable.run(["version"])
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        let members = try JSONDecoder().decode([String: String].self, from: Data(result.output.utf8))
        #expect(Set(members.keys) == ["gitVersion", "gitCommit", "buildDate", "compiler", "platform"])
        #expect(members["platform"]?.hasPrefix("linux/") == true)
        #expect(members["compiler"]?.hasPrefix("swift 6.") == true)
        #expect(result.output.hasPrefix("{\n  \"gitVersion\": \""))
        let short = try Executable.run(["version", "--short"])
        #expect(short.output == (members["gitVersion"] ?? "") + "\n")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func printsCompletions(_ shell: String) throws {
        let result = try Executable.run(["completion", shell])
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        for word in ["health-schem", "masqueradebit", "repair-interval", "wlc", "https", "check", "version"] {
            #expect(result.output.contains(word))
        }
        #expect(try Executable.run(["--generate-completion-script", shell]).output == result.output)
    }

    @Test func teaches() throws {
        let result = try Executable.run(["care", "--help"])
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        for flag in CareFlag.allCases { #expect(result.output.contains(flag.spelling)) }
        for status in ExitStatus.allCases { #expect(result.output.contains("\n  \(status.rawValue) ")) }
        for text in [
            "CARE_HEALTH_PATH", "LVSCARE_NODE_IP", "169.254.0.1:80", "--health-status 401", "--run-once", "--clean",
        ] {
            #expect(result.output.contains(text))
        }
        #expect(!result.output.split(separator: "\n").contains { $0.count > 80 })
    }

    @Test func helpIsASuccess() throws {
        for arguments in [[], ["--help"], ["help"], ["help", "care"], ["help", "check"], ["list", "-h"]] {
            let result = try Executable.run(arguments)
            #expect(result.status == 0)
            #expect(result.output.contains("USAGE: lvscare"))
            #expect(result.error.isEmpty)
        }
    }

    static let wrong: [([String], [String])] = [
        (["car", "--vs", "10.0.0.1:80"], ["\"car\"", "care, check, list, static-pod, version, completion"]),
        (["Care"], ["\"Care\"", "care, check, list, static-pod, version, completion"]),
        (["--nonsense"], ["--nonsense"]),
        (["version", "x"], ["'x'"]), (["version", "--long"], ["--long"]), (["completion"], ["<shell>"]),
        (["completion", "tcsh"], ["tcsh", "bash"]), (["--generate-completion-script=tcsh"], ["tcsh", "bash"]),
        (["list", "extra"], ["extra"]), (["list", "-t", "10.0.0.1"], ["--tcp-service", "\"10.0.0.1\"", "IP:port"]),
        (["list", "-u", "dns:53"], ["--udp-service", "\"dns\"", "IP:port"]),
        (["list", "--sctp-service", ""], ["--sctp-service", "\"\"", "IP:port"]),
        (["list", "-f", "0"], ["--fwmark-service", "\"0\"", "1 to 4294967295"]),
        (["list", "-f", "-1"], ["--fwmark-service", "\"-1\"", "1 to 4294967295"]),
        (["list", "--exakt"], ["--exakt", "--exact"]),
    ]

    @Test(arguments: wrong)
    func refuses(_ arguments: [String], _ mentions: [String]) throws {
        let result = try Executable.run(arguments)
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.output.isEmpty)
        #expect(result.error.hasPrefix("lvscare: "))
        #expect(result.error.filter { $0 == "\n" }.count == 1)
        for mention in mentions { #expect(result.error.contains(mention), "in: \(result.error)") }
    }
}
