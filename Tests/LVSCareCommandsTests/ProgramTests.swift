import Foundation
import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// The program itself, as far as it needs no kernel.
@Suite struct ProgramTests {
    @Test func `the program prints its version`() throws {
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

    /// In a static program they would load the system's modules, and with them a second C library.
    @Test func `asks the C library for no name of a host, a user or a service`() throws {
        let program = try Data(contentsOf: Executable.url)
        for function in [
            "getaddrinfo", "getnameinfo", "gethostbyname", "gethostbyaddr", "getpwnam", "getpwuid", "getgrnam",
            "getservbyname",
        ] { #expect(program.range(of: Data("\0\(function)".utf8)) == nil, "\(function)") }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `the program prints completions`(_ shell: String) throws {
        let result = try Executable.run(["completion", shell])
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        for word in ["health-schem", "masqueradebit", "repair-interval", "wlc", "https", "check", "version"] {
            #expect(result.output.contains(word))
        }
        #expect(try Executable.run(["--generate-completion-script", shell]).output == result.output)
    }

    @Test func `a usage error teaches the usage`() throws {
        let result = try Executable.run(["care", "--help"])
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        for flag in Setting.ofCare { #expect(result.output.contains(flag.spelling)) }
        for status in ExitStatus.allCases where status != .changes {
            #expect(result.output.contains("\n  \(status.rawValue) "))
        }
        for text in [
            "CARE_HEALTH_PATH", "LVSCARE_NODE_IP", "169.254.0.1:80", "--health-status 401", "--run-once", "--clean",
        ] {
            #expect(result.output.contains(text))
        }
        #expect(!result.output.split(separator: "\n").contains { $0.count > 80 })
    }

    @Test func `help is a success`() throws {
        for arguments in [[], ["--help"], ["help"], ["help", "care"], ["help", "check"], ["list", "-h"]] {
            let result = try Executable.run(arguments)
            #expect(result.status == 0)
            #expect(result.output.contains("USAGE: lvscare"))
            #expect(result.error.isEmpty)
        }
    }

    static let wrong: [([String], [String])] = [
        (
            ["car", "--vs", "10.0.0.1:80"],
            ["\"car\"", "care, check, list, plan, validate, static-pod, version, completion"]
        ),
        (["Care"], ["\"Care\"", "care, check, list, plan, validate, static-pod, version, completion"]),
        (["--nonsense"], ["--nonsense"]),
        (["version", "x"], ["'x'"]), (["version", "--long"], ["--long"]), (["completion"], ["<shell>"]),
        (["completion", "tcsh"], ["tcsh", "bash"]), (["--generate-completion-script=tcsh"], ["tcsh", "bash"]),
        (["list", "extra"], ["extra"]), (["list", "-t", "10.0.0.1"], ["--tcp-service", "\"10.0.0.1\"", "IP:port"]),
        (["list", "-u", "dns:53"], ["--udp-service", "\"dns\"", "IP:port"]),
        (["list", "--sctp-service", ""], ["--sctp-service", "\"\"", "IP:port"]),
        (["list", "-f", "0"], ["--fwmark-service", "\"0\"", "1 to 4294967295"]),
        (["list", "-f", "-1"], ["--fwmark-service", "\"-1\"", "1 to 4294967295"]),
        (["list", "--exakt"], ["--exakt", "--exact"]),
        (["--version", "x"], ["--version", "'x'"]), (["--version", "--short"], ["--version", "'--short'"]),
        (["--help", "nope"], ["--help", "'nope'"]), (["-h", "nope"], ["-h", "'nope'"]),
        (["--version=1"], ["'--version=1'"]), (["care", "--help=x"], ["'--help=x'"]),
        (["version", "--version", "x"], ["--version", "'x'"]),
        (["care", "--vs", "10.0.0.1:80", "--version"], ["--version", "'--vs'"]),
        (["help", "nope"], ["\"nope\"", "care, check, list, plan, validate, static-pod, version, completion"]),
        (["help", "care", "nope"], ["'nope'"]), (["help", "--nope"], ["--nope"]),
        (["completion", BadInvocation.long], ["bash"]), (["list", BadInvocation.long], ["unexpected"]),
        (["list", "-t", BadInvocation.long + ":80"], ["--tcp-service", "IP:port"]),
        ([BadInvocation.long], ["is not a command"]),
    ]

    @Test(arguments: wrong)
    func `bad arguments are refused`(_ arguments: [String], _ mentions: [String]) throws {
        let result = try Executable.run(arguments)
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.output.isEmpty)
        #expect(result.error.hasPrefix("lvscare: "))
        #expect(result.error.filter { $0 == "\n" }.count == 1)
        for mention in mentions { #expect(result.error.contains(mention), "in: \(result.error)") }
        #expect(result.error.utf8.count <= 1010)
    }

    @Test(arguments: [
        ("care --foo", nil), ("care --force", nil), ("care --x", nil), ("care --abc", nil),
        ("care --vip 10.0.0.1", nil),
        ("care --health-tls x", nil), ("list --t", nil), ("care --sheduler rr", "--scheduler"),
        ("care --health-scheem x", "--health-schem"), ("care --interal 5", "--interval"), ("list --exakt", "--exact"),
        ("care --ruc-once", "--run-once"), ("care --mdoe link", "--mode"),
    ])
    func `suggests a flag only where little is wrong with the word`(_ words: String, _ suggestion: String?) throws {
        let result = try Executable.run(words.split(separator: " ").map(String.init))
        #expect(result.status == 64)
        #expect(result.error.contains("Did you mean") == (suggestion != nil), "\(result.error)")
        if let suggestion { #expect(result.error.contains("'\(suggestion)'"), "\(result.error)") }
    }
}
