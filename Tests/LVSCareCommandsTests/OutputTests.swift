import Foundation
import Testing

@testable import LVSCareCommands

/// Output that cannot be written.
@Suite struct OutputTests {
    static let commands = [
        "$lvscare version", "$lvscare version --short", "$lvscare completion bash", "$lvscare --help", "$lvscare help",
        "$lvscare care --help", "$lvscare --version", "$lvscare", "$lvscare --generate-completion-script fish",
        "$sealctl static-pod --masters 192.168.0.2:6443 --hosts-file /dev/null --print", "$sealctl --help",
        "$lvscare check --health-schem tcp --rs 127.0.0.1:9 --json",
    ]

    @Test(arguments: commands)
    func `is a failure`(command: String) throws {
        for (redirection, reason) in [
            (">/dev/full", "No space left on device"), (">&-", "Bad file descriptor"), ("</dev/null 1<&0", "Bad file"),
        ] {
            let result = try Executable.script("exec \(command) \(redirection)")
            #expect(result.status == 74, "\(redirection)")
            let isOneLine = result.error.filter { $0 == "\n" }.count == 1
            #expect(isOneLine && result.error.contains("standard output") && result.error.contains(reason), "\(result)")
        }
    }

    @Test func `is a failure where the file may not grow`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try Executable.script("ulimit -f 0; exec $lvscare version >\(folder.path)/version")
        #expect(result.status == 74)
        #expect(result.error.contains("File too large"), "\(result)")
    }

    @Test func `is none where nobody reads any more`() throws {
        let result = try Executable.script(
            "trap '' PIPE; { $lvscare completion bash; echo status $? >&2; } | exec true")
        #expect(result.error == "status 0\n")
    }

    @Test(arguments: ["", "0<&-", "0<&- 2>&-"])
    func `does not go into a descriptor of the program's own`(closed: String) throws {
        let result = try Executable.script(
            "$lvscare check --health-schem tcp --rs 127.0.0.1:9 >&- \(closed); echo status $?")
        #expect(result.output == "status 74\n")
    }
}
