import Foundation
import LVSCareConfiguration
import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// Files that the flags of a health check name and that cannot be used.
@Suite struct HealthFilesTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "health-files-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("nonsense".utf8).write(to: folder.appending(path: "nonsense"))
        try Data("two words".utf8).write(to: folder.appending(path: "words"))
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func care(
        _ arguments: String..., environment: [String: String] = [:], as program: [String] = ["care"]
    ) throws -> Executable.Result {
        try care(arguments: arguments, environment: environment, as: program)
    }

    private func care(
        arguments: [String], environment: [String: String] = [:], as program: [String] = ["care"]
    ) throws -> Executable.Result {
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Executable.run(
            program + ["--vs", "169.254.7.1:80", "--rs", "127.0.0.1:8081"] + arguments, environment: environment,
            as: program == ["ipvs"] ? "sealctl" : "lvscare")
    }

    static let mistakes: [(flag: String, file: String, more: [String], problem: String)] = [
        ("--health-ca", "missing", [], "no such file or directory"),
        ("--health-ca", "nonsense", [], "it has no certificate in PEM form"),
        ("--health-cert", "missing", [], "no such file or directory"),
        ("--health-cert", "nonsense", [], "it has no certificate in PEM form"),
        ("--health-token-file", "missing", ["--health-insecure-skip-verify"], "no such file or directory"),
        ("--health-token-file", "words", ["--health-insecure-skip-verify"], "it is not a token"),
        ("--health-token-file", ".", ["--health-insecure-skip-verify"], "it is not a regular file"),
    ]

    @Test(arguments: mistakes)
    func `refuses a file that cannot be used before anything is touched`(
        flag: String, file: String, more: [String], problem: String
    ) throws {
        let result = try care(arguments: [flag, path(file)] + more)
        #expect(result.status == ExitStatus.usage.rawValue)
        for text in [flag, path(file), problem, "expected", "--health-files-later"] {
            #expect(result.error.contains(text), "\(result.error)")
        }
        #expect(result.error.split(separator: "\n").count == 1)
    }

    @Test(arguments: [["care"], ["ipvs"], ["check"]])
    func `names the variable in every command`(program: [String]) throws {
        let prefix = program == ["ipvs"] ? "IPVS" : "CARE"
        let result = try care(environment: ["\(prefix)_HEALTH_CA": path("missing")], as: program)
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.error.contains("\(prefix)_HEALTH_CA"), "\(result.error)")
    }

    /// What the flags are good for without a kernel: `check` goes on and cannot ask.
    @Test func `begins without a file that may come later, and says that it could not ask`() throws {
        let server = try AnsweringServer()
        let result = try Executable.run([
            "check", "--json", "--rs", server.place, "--health-ca", path("missing"), "--health-files-later",
        ])
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.error.contains("could not be probed"), "\(result)")
        let found = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let entry = try #require((found["realServers"] as? [[String: Any]])?.first)
        #expect(entry["verdict"] as? String == "unknown")
        #expect(entry["healthy"] as? Bool == false)
        #expect((entry["detail"] as? String)?.contains(path("missing")) == true)
    }

    @Test(arguments: ["--health-ca", "--health-cert"])
    func `tells of a file that cannot be used where nobody gets so far as to need it`(flag: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try AnsweringServer(isListening: false)
        let result = try Executable.run(
            ["check", "--health-files-later", "--rs", server.place, flag, path("missing")])
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.output.contains("connection refused"))
        for text in [flag, path("missing"), "no such file or directory"] {
            #expect(result.error.contains(text), "\(result.error)")
        }
    }

    @Test func `asks with the task which files matter`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        func problem(_ task: Setting?, _ file: String) throws -> UsageError? {
            var flags: GivenFlags = [
                .virtualServer: "169.254.7.1:80", .realServers: "127.0.0.1:8081", .healthIssuers: path(file),
            ]
            if let task { flags.append("true", for: task) }
            let source = SettingSource(flags: flags, environment: Environment([:]), prefix: "CARE_")
            let settings = try CareSettings(source, hosts: HostsFile.read)
            do throws(UsageError) {
                try HealthFiles.check(settings, source)
                return nil
            } catch { return error }
        }
        #expect(try problem(nil, "missing") != nil)
        #expect(try problem(nil, "nonsense") != nil)
        // Before a node joins there may be none.
        #expect(try problem(.runOnce, "missing") == nil)
        #expect(try problem(.runOnce, "nonsense") != nil)
        #expect(try problem(.clean, "missing") == nil)
        #expect(try problem(.clean, "nonsense") == nil)
        #expect(try problem(.healthFilesLater, "nonsense") == nil)
    }
}
