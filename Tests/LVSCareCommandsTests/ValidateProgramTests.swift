import Foundation
import Testing

@testable import LVSCareCommands

@Suite struct ValidateProgramTests {
    private static let good = """
        apiVersion: lvscare/v1
        kind: Configuration
        checks: {port: {tcp: }}
        services:
        - {virtual: 10.0.0.1:80, checks: port, realServers: [10.0.0.2, 10.0.0.3]}

        """

    @Test func `says in one line what a good file has`() throws {
        try Executable.withFile(Self.good) { file in
            let result = try Executable.run(["validate", file])
            #expect(result.status == 0 && result.error.isEmpty)
            #expect(result.output == "valid: 1 service, 2 real servers, 1 check\n")
        }
    }

    @Test func `shows each mistake below its line`() throws {
        try Executable.withFile(Self.good.replacing("checks: port", with: "chekcs: port, drain: x")) { file in
            let result = try Executable.run(["validate", file, "-o", "text"])
            #expect(result.status == 64)
            #expect(
                result.output == """
                    \(file):5:3: services: checks is missing; expected checks: a list of names of checks or checks, [] for none
                      - {virtual: 10.0.0.1:80, chekcs: port, drain: x, realServers: [10.0.0.2, 10.0.0.3]}
                        ^
                    \(file):5:26: "chekcs": there is no such key here; did you mean checks?
                      - {virtual: 10.0.0.1:80, chekcs: port, drain: x, realServers: [10.0.0.2, 10.0.0.3]}
                                               ^^^^^^
                    \(file):5:47: drain "x": there is no number at "x"; expected seconds such as 5, or a duration such as 500ms or \
                    1m30s, from 1ms to 24h, or 0 for the default
                      - {virtual: 10.0.0.1:80, chekcs: port, drain: x, realServers: [10.0.0.2, 10.0.0.3]}
                                                                    ^
                    \(file):3:10: warning: "port": no service uses the check
                      checks: {port: {tcp: }}
                               ^^^^

                    """)
            #expect(result.error == "lvscare: \"\(file)\": 3 mistakes\n")
        }
    }

    @Test func `tells the same as JSON with places`() throws {
        try Executable.withFile(Self.good.replacing("kind: Configuration", with: "kind: Configurations")) { file in
            let result = try Executable.run(["validate", "--output=json", file])
            #expect(result.status == 64 && result.error.contains("1 mistake"))
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            #expect(object?["valid"] as? Bool == false && (object?["warnings"] as? [Any])?.isEmpty == true)
            let mistake = (object?["mistakes"] as? [[String: Any]])?.first
            #expect(mistake?["file"] as? String == file && mistake?["line"] as? Int == 2)
            #expect(mistake?["column"] as? Int == 7 && mistake?["length"] as? Int == 14)
            #expect(mistake?["meant"] as? String == "Configuration")
            #expect(mistake?["excerpt"] as? String == "kind: Configurations")
            #expect((mistake?["sentence"] as? String)?.hasPrefix("kind \"Configurations\": ") == true)
        }
        try Executable.withFile(Self.good) { file in
            let result = try Executable.run(["validate", "-ojson", file])
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            #expect(object?["valid"] as? Bool == true && object?["realServers"] as? Int == 2)
        }
    }

    @Test(arguments: ["", "# nothing", "\0", "\u{fffe}", "[", "services: []"])
    func `refuses what is no configuration`(text: String) throws {
        try Executable.withFile(text) { file in
            let result = try Executable.run(["validate", file])
            #expect(result.status == 64 && result.output.hasPrefix(file) && result.error.contains("mistake"))
        }
    }

    @Test(arguments: ["/nowhere", "/", "/dev/null", "/dev/zero", "a\nb"])
    func `refuses a file that cannot be read`(path: String) throws {
        let result = try Executable.run(["validate", path])
        #expect(result.status == 64 && result.output.contains(": cannot read the file: "))
        #expect(result.output.filter { $0 == "\n" }.count == 1 && result.error.contains("1 mistake"))
    }

    @Test func `looks at the files of checks unless told otherwise`() throws {
        let text = Self.good.replacing("{tcp: }", with: "{https: {ca: /nowhere/ca.crt}}")
        try Executable.withFile(text) { file in
            let result = try Executable.run(["validate", file])
            #expect(result.status == 64 && result.output.contains("\(file):3:29: ca \"/nowhere/ca.crt\": "))
            #expect(try Executable.run(["validate", "--no-files", file]).status == 0)
        }
    }

    @Test func `reads included files of a pattern beside the file`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "[a]*\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "conf.d"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let root = folder.appending(path: "lvscare.yaml")
        try Data((Self.good + "include: [conf.d/*.yaml]").utf8).write(to: root)
        for number in 2...3 {
            let text = Self.good.replacing("checks: {port: {tcp: }}\n", with: "").replacing(
                "10.0.0.1", with: "10.0.0.1\(number)")
            try Data(text.utf8).write(to: folder.appending(path: "conf.d/\(number).yaml"))
        }
        try Data("x".utf8).write(to: folder.appending(path: "conf.d/other.txt"))
        let result = try Executable.run(["validate", root.path])
        #expect(result.output == "valid: 3 services, 6 real servers, 1 check\n")
    }
}
