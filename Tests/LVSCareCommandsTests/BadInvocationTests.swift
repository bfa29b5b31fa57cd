import Foundation
import LVSCareSettings
import Testing

@testable import LVSCareCommands

@Suite struct BadInvocationTests {
    @Test(arguments: BadInvocation.table)
    func `a bad invocation is refused by the pure stage`(_ bad: BadInvocation) {
        let invocation = Invocation(arguments: bad.arguments, environment: bad.environment, hosts: bad.hosts)
        let error = #expect(throws: UsageError.self) { try invocation.settings() }
        guard let message = error?.description else { return }
        for mention in bad.mentions { #expect(message.contains(mention), "in: \(message)") }
        #expect(message.split(whereSeparator: \.isNewline).count == 1)
        #expect(!message.hasSuffix("."))
        #expect(message.utf8.count <= 1000)
    }

    @Test func `the table of bad invocations covers every flag`() {
        let text = BadInvocation.table.flatMap { $0.arguments + $0.environment.keys }.joined(separator: " ")
        // The hosts file may be any file, the body and the level of the log any text.
        for flag in Setting.ofCare where !["hosts-file", "health-req-body", "logger"].contains(flag.name) {
            #expect(text.contains(flag.spelling) || flag.letter.map { text.contains("-\($0)") } == true)
            for variable in flag.variables(prefix: "CARE_").prefix(1) { #expect(text.contains(variable)) }
        }
    }

    @Test(arguments: BadInvocation.table)
    func `a bad invocation is refused by the program`(_ bad: BadInvocation) throws {
        let hosts = FileManager.default.temporaryDirectory.appending(path: "hosts-\(UUID().uuidString)")
        try Data(bad.hosts.utf8).write(to: hosts)
        defer { try? FileManager.default.removeItem(at: hosts) }
        var environment = bad.environment
        environment["CARE_HOSTS_FILE"] = hosts.path
        let result = try Executable.run(["care"] + bad.arguments, environment: environment)
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.output.isEmpty)
        let lines = result.error.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 2 && lines.last == "" && lines[0].hasPrefix("lvscare: "), "\(result.error)")
        for mention in bad.mentions { #expect(result.error.contains(mention), "in: \(result.error)") }
        #expect(result.error.utf8.count <= 1010)
    }
}
