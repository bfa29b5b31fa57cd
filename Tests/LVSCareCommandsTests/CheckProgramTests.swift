import Foundation
import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// `lvscare check` itself, against servers on this machine.
@Suite struct CheckProgramTests {
    /// The words of each line.
    static func words(_ text: String) -> [[Substring]] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.split(separator: " ") }
    }

    @Test func `a check of healthy real servers succeeds`() throws {
        let servers = try [AnsweringServer(), AnsweringServer("401 Unauthorized"), AnsweringServer("302 Found")]
        let result = try withExtendedLifetime(servers) {
            try Executable.run([
                "check", "--health-schem", "http", "--health-status", "401",
                "--rs", servers[1].place, "--rs", servers[0].place,
            ])
        }
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        let lines = Self.words(result.output)
        #expect(lines[0].starts(with: ["REAL", "SERVER", "VERDICT", "REASON", "CONNECT", "ANSWER", "WEIGHT"]))
        #expect(lines[1].starts(with: [servers[1].place[...], "healthy", "status", "401"]) && lines[1].last == "1")
        #expect(lines[2].starts(with: [servers[0].place[...], "healthy", "status", "200"]) && lines[2].last == "1")
        #expect(lines.dropFirst(3) == [[]])
    }

    @Test func `a check with an unhealthy real server fails`() throws {
        let servers = try [
            AnsweringServer(), AnsweringServer("500 Internal Server Error"), AnsweringServer(isListening: false),
        ]
        let places = servers.map(\.place)
        let result = try withExtendedLifetime(servers) {
            try Executable.run(
                ["check", "--rs", places.joined(separator: ",")], environment: ["CARE_HEALTH_SCHEM": "http"])
        }
        #expect(result.status == ExitStatus.failure.rawValue)
        #expect(result.error == "lvscare: 2 of 3 real servers are unhealthy\n")
        let lines = Self.words(result.output)
        #expect(lines[1].starts(with: [places[0][...], "healthy", "status", "200"]) && lines[1].last == "1")
        #expect(lines[2].starts(with: [places[1][...], "unhealthy", "status", "500"]) && lines[2].last == "0")
        #expect(lines[3].starts(with: [places[2][...], "unhealthy", "connection", "refused"]) && lines[3].last == "0")
    }

    @Test func `the JSON has the same result`() throws {
        let server = try AnsweringServer("500 Internal Server Error")
        let result = try Executable.run(["check", "--json", "--health-schem", "http", "--rs", server.place])
        #expect(result.status == ExitStatus.failure.rawValue)
        #expect(result.error == "lvscare: the real server is unhealthy\n")
        let found = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(found["healthy"] as? Bool == false)
        let entries = try #require(found["realServers"] as? [[String: Any]])
        #expect(entries.count == 1)
        #expect(entries.first?["reason"] as? String == "status 500")
        #expect(entries.first?["status"] as? Int == 500)
    }

    @Test func `a mere connection is enough for TCP`() throws {
        let server = try AnsweringServer("500 Internal Server Error")
        let result = try Executable.run(["check", "--health-schem", "tcp", "--rs", server.place])
        #expect(result.status == 0)
        #expect(result.output.contains("healthy  connected"))
    }

    @Test(arguments: ["401 Unauthorized", "403 Forbidden"])
    func `does not call a server healthy that refuses who is shown`(status: String) throws {
        let token = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: token) }
        try Data("secret".utf8).write(to: token)
        let server = try AnsweringServer(status)
        for shown in [
            ["--health-token-file", token.path, "--health-insecure-skip-verify"],
            ["--health-req-headers", "Authorization=Basic YTpi"],
        ] {
            let result = try Executable.run(["check", "--health-schem", "http", "--rs", server.place] + shown)
            #expect(result.status == ExitStatus.failure.rawValue)
            #expect(!result.output.contains("--health-status") && result.output.contains("→"), "\(result.output)")
        }
    }

    @Test func `does not recommend the scheme that it speaks`() throws {
        let server = try AnsweringServer("400 Bad Request")
        let result = try Executable.run(["check", "--health-schem", "grpc", "--rs", server.place])
        #expect(result.status == ExitStatus.failure.rawValue)
        #expect(!result.output.contains("--health-schem https") && result.output.contains("→"), "\(result.output)")
    }

    @Test func `warns of a word that the original understands otherwise, and of unknown variables`() throws {
        let server = try AnsweringServer()
        let result = try Executable.run(
            ["check", "--health-schem", "http", "--rs", server.place, "--watch", "false"],
            environment: [
                "CARE_HEALTH_PTH": "/x", "CARE_NONSENSE": "1", "CARE_EMPTY": "", "CARES": "1", "IPVS_VS": "1",
                "LVSCARE_SERVICE_HOST": "10.0.0.1", "LVSCARE_PORT_443_TCP": "tcp://10.0.0.1:443",
            ])
        #expect(result.status == 0)
        let lines = result.error.split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("lvscare: warning: ") }, "\(result.error)")
        for mentions in [
            ["--watch", "false", "original"], ["CARE_HEALTH_PTH", "CARE_HEALTH_PATH"], ["CARE_NONSENSE"],
        ] {
            #expect(
                lines.contains { line in mentions.allSatisfy { line.contains($0) } }, "\(mentions): \(result.error)")
        }
    }

    @Test func `a usage error teaches the usage`() throws {
        let result = try Executable.run(["check", "--help"])
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        for text in ["/healthz", "--health-status 401", "--health-schem tcp", "CARE_RS", "EXIT STATUS:", "--json"] {
            #expect(result.output.contains(text))
        }
        // Whoever adds a flag to care decides whether it is taken here or refused with a reason.
        for flag in Setting.ofCare {
            let isForeign = CheckCommand.foreignSettings.contains { $0.name == flag.name }
            let isTaken = result.output.split(separator: "\n").contains { line in
                // One flag may begin as another does.
                line.firstRange(of: "  \(flag.spelling)").map { line[$0.upperBound...].prefix(1) != "-" } ?? false
            }
            #expect(isTaken != isForeign)
        }
        #expect(!result.output.split(separator: "\n").contains { $0.count > 80 })
    }
}
