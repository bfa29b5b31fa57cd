import Foundation
import StaticPod
import Testing

@testable import LVSCareCommands

/// `sealctl static-pod lvscare` as it is called, in a folder of its own.
@Suite final class StaticPodProgramTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "static-pod-\(UUID().uuidString)")

    var path: String { folder.appending(path: "kube-sealos-lvscare.yaml").path }

    let usual = StaticPod(
        name: "kube-sealos-lvscare", content: .service("10.103.97.2:6443", masters: ["192.168.0.2:6443"]),
        image: "sealos.hub:5000/sealos/lvscare:latest")

    deinit { try? FileManager.default.removeItem(at: folder) }

    func sealctl(_ arguments: String..., masters: String? = "192.168.0.2:6443") throws -> Executable.Result {
        try Executable.run(
            ["static-pod", "lvscare", "--path", folder.path, "--hosts-file", "/dev/null"]
                + (masters.map { ["--masters", $0] } ?? []) + arguments, as: "sealctl")
    }

    func content() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    func write(_ text: String) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// The number and the time of the last change of the file, which another file in its place does not have.
    func identity() throws -> [Int] {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return [Int(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_nsec]
    }

    func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path) }

    @Test func `the file is readable to its owner only`() throws {
        let result = try sealctl()
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output == "\(path): written\n")
        #expect(result.error.isEmpty)
        #expect(try content() == usual.yaml)
        #expect(try files() == ["kube-sealos-lvscare.yaml"])
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
        #expect(stat(folder.path, &status) == 0 && status.st_mode & 0o7777 == 0o755)
    }

    @Test(arguments: [
        ["static-pod", "--masters", "192.168.0.2:6443", "lvscare"], ["static-pod", "--masters=192.168.0.2:6443"],
        ["static-pod", "lvscare", "--masters", "192.168.0.2:6443", "--print=false", "--options="],
        [
            "static-pod", "lvscare", "--masters", "", "--masters", "192.168.0.2:6443", "--image", "",
            "--profile=original",
        ],
    ])
    func `every spelling of the command is the same`(_ arguments: [String]) throws {
        for name in ["lvscare", "sealctl"] {
            let result = try Executable.run(
                arguments + ["--path=\(folder.path)", "--hosts-file=/dev/null"], as: name)
            #expect(result.status == 0, "\(result.error)")
            #expect(try content() == usual.yaml)
        }
    }

    @Test func `the file is not written again when nothing would change`() throws {
        #expect(try sealctl().status == 0)
        let before = try identity()
        #expect(try sealctl().output == "\(path): unchanged\n")
        #expect(try identity() == before)
        let other = try sealctl(masters: "192.168.0.3:6443")
        #expect(other.output == "\(path): replaced\n")
        #expect(try identity()[0] != before[0])
        #expect(try content().contains("    - 192.168.0.3:6443\n"))
    }

    @Test func `lists are comma-separated`() throws {
        let result = try sealctl(
            "--options", "--health-status,401", "--options", "--health-req-headers,\"a=b,c=d\"", "--print",
            masters: "192.168.0.2:6443,\"192.168.0.3:6443\"")
        var pod = usual
        pod.content = .service("10.103.97.2:6443", masters: ["192.168.0.2:6443", "192.168.0.3:6443"])
        pod.options = ["--health-status", "401", "--health-req-headers", "a=b,c=d"]
        #expect(result.output == pod.yaml + "\n")
        #expect(result.error.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func `the address of this node is handed on`() throws {
        let hosts = FileManager.default.temporaryDirectory.appending(path: "hosts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: hosts) }
        try Data("fd00::9 lvscare.node.ip\n192.168.0.9 x lvscare.node.ip\n".utf8).write(to: hosts)
        var pod = usual
        pod.nodeAddress = "192.168.0.9"
        #expect(try sealctl("--print", "--hosts-file", hosts.path).output == pod.yaml + "\n")
        pod.content = .service("[fd00::2]:6443", masters: ["[fd00::3]:6443"])
        pod.nodeAddress = "fd00::9"
        let result = try sealctl(
            "--print", "--hosts-file", hosts.path, "--vip", "[fd00::2]:6443", masters: "[fd00::3]:6443")
        #expect(result.output == pod.yaml + "\n")
        try Data("node-1 lvscare.node.ip\n".utf8).write(to: hosts)
        let refused = try sealctl("--print", "--hosts-file", hosts.path)
        #expect(refused.status == 64)
        #expect(refused.error.contains("\(hosts.path) line 1, lvscare.node.ip \"node-1\""))
    }

    @Test func `a doubt is told and the file is written`() throws {
        let result = try sealctl("--options", "--watch,false")
        #expect(result.status == 0)
        #expect(result.error.hasPrefix("sealctl: warning: ") && result.error.contains("--watch"), "\(result.error)")
        #expect(try files() == ["kube-sealos-lvscare.yaml"])
    }

    @Test func `setImg changes the image alone`() throws {
        try write("# by hand\n" + usual.yaml.replacing("resources: {}", with: "resources: {} # none"))
        let before = try content()
        let printed = try sealctl("--set-img", "--image", "lvscare:v2", "--print", masters: nil)
        #expect(try content() == before)
        let result = try sealctl("--set-img", "--image", "lvscare:v2", masters: nil)
        #expect(result.status == 0)
        #expect(
            result.output == "\(path): image changed from \"sealos.hub:5000/sealos/lvscare:latest\" to \"lvscare:v2\"\n"
        )
        #expect(try content() == before.replacing("sealos.hub:5000/sealos/lvscare:latest", with: "lvscare:v2"))
        #expect(try printed.output == content() + "\n")
        let identity = try identity()
        let again = try sealctl("--set-img", "--image", "lvscare:v2", masters: nil)
        #expect(again.output == "\(path): unchanged, it has that image\n")
        #expect(again.error.isEmpty)
        let idle = try sealctl("--set-img", "--image", "lvscare:v2", "--profile", "hardened")
        #expect(
            idle.error == """
                sealctl: warning: --masters changes nothing: --set-img is for the image alone
                sealctl: warning: --profile changes nothing: --set-img is for the image alone

                """)
        #expect(try self.identity() == identity)
    }

    @Test func `setImg needs a file`() throws {
        for isFolderThere in [false, true] {
            if isFolderThere {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            let result = try sealctl("--set-img", "--image", "lvscare:v2", masters: nil)
            #expect(result.status == 64)
            #expect(result.error.contains("there is no \"\(path)\"") && result.error.contains("--masters"))
            #expect(FileManager.default.fileExists(atPath: folder.path) == isFolderThere)
        }
    }

    @Test(arguments: [
        ("kind: ConfigMap\n", "line 1: the kind is"),
        ("kind: Pod\nspec:\n  containers:\n  - image: etcd\n", "line 4: no container"),
        ("kind: Pod\nspec:\n  containers:\n  - {image: a, args: [care]}\n---\n", "line 5: a second document"),
    ])
    func `a file that is not such a pod is left alone`(_ text: String, _ mention: String) throws {
        try write(text)
        let before = try identity()
        for arguments in [["--set-img", "--image", "a:b"], []] {
            let result = try Executable.run(
                ["static-pod", "--masters", "192.168.0.2:6443", "--path", folder.path] + arguments, as: "sealctl")
            #expect(result.status == 64)
            #expect(result.output.isEmpty)
            #expect(result.error.contains(mention) && result.error.contains("it stays as it is"), "\(result.error)")
        }
        #expect(try identity() == before)
        #expect(try content() == text)
    }

    @Test(arguments: ["", "apiVers", "kind: Pod\n", "kind: Pod\n  x: y: z"])
    func `a damaged file is replaced but not repaired`(_ text: String) throws {
        try write(text)
        let refused = try sealctl("--set-img", masters: nil)
        #expect(refused.status == 64 && refused.error.contains("write it anew"), "\(refused.error)")
        #expect(try content() == text)
        #expect(try sealctl().output == "\(path): replaced, it was damaged\n")
        #expect(try content() == usual.yaml)
    }

    @Test func `symbolic links and folders in its place are refused`() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let target = folder.appending(path: "target")
        try Data(usual.yaml.utf8).write(to: target)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target.path)
        for arguments in [["--set-img", "--image", "a:b"], ["--name", "kube-sealos-lvscare"]] {
            let result = try sealctl(
                arguments[0], arguments.last ?? "", masters: arguments[0] == "--name" ? "10.0.0.1:1" : nil)
            #expect(result.status == 64, "\(arguments)")
            if arguments[0] == "--name" { #expect(result.error.contains("symbolic link")) }
        }
        #expect(try sealctl("--set-img", masters: nil).error.contains("is a symbolic link"))
        #expect(try String(contentsOf: target, encoding: .utf8) == usual.yaml)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let result = try sealctl()
        #expect(result.status == 64 && result.error.contains("is not a file"), "\(result.error)")
        #expect(try Set(files()) == ["kube-sealos-lvscare.yaml", "target"])
    }

    @Test(arguments: [
        ("/dev/null", "Not a directory"), ("/dev/null/x", "Not a directory"),
        ("/proc/no-such-folder", "cannot make the folder"),
        ("/proc/1", "cannot write"),
    ])
    func `a folder that cannot be written is named`(_ folder: String, _ mention: String) throws {
        let result = try Executable.run(
            ["static-pod", "--masters", "192.168.0.2:6443", "--path", folder, "--hosts-file", "/dev/null"],
            as: "sealctl")
        #expect(result.status == 1)
        #expect(result.error.contains(folder) && result.error.contains(mention), "\(result.error)")
    }

    @Test func `a write that fails leaves the former file`() throws {
        #expect(try sealctl().status == 0)
        let before = try identity()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "ulimit -f 0; exec \"$@\"", "sh", try Executable.link("sealctl").path, "static-pod", "--path",
            folder.path,
            "--masters", "192.168.0.3:6443", "--hosts-file", "/dev/null",
        ]
        let error = Pipe()
        process.standardError = error
        try process.run()
        let complaint = String(decoding: try error.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1 && process.terminationReason == .exit)
        #expect(complaint.contains("File too large"), "\(complaint)")
        #expect(try identity() == before)
        #expect(try files() == ["kube-sealos-lvscare.yaml"])
    }

    @Test func `a draft of a killed process is removed`() throws {
        try write(usual.yaml)
        try FileManager.default.createSymbolicLink(
            at: folder.appending(path: ".kube-sealos-lvscare.yaml.new"),
            withDestinationURL: folder.appending(path: "trap"))
        #expect(try sealctl(masters: "192.168.0.3:6443").status == 0)
        #expect(try files() == ["kube-sealos-lvscare.yaml"])
    }

    /// Whoever looks, whenever: there is a whole manifest, and nothing else that the kubelet reads.
    @Test func `no reader sees half a file`() async throws {
        #expect(try sealctl(masters: "10.0.0.1:1").status == 0)
        let writers = Task.detached { [folder] in
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for writer in 1...4 {
                    group.addTask {
                        var status: Int32 = 0
                        for round in 0..<3 {
                            status |=
                                try Executable.run(
                                    [
                                        "static-pod", "--masters", "10.0.\(writer).\(round):1", "--path", folder.path,
                                        "--hosts-file", "/dev/null",
                                    ], as: "sealctl"
                                ).status
                        }
                        return status
                    }
                }
                return try await group.reduce(0, |)
            }
        }
        let isDone = Task { try await writers.value == 0 }
        var seen: Set<String> = []
        for _ in 0..<20_000 where seen.count < 10 {
            let text = try content()
            #expect(text.hasSuffix("status: {}\n"))
            seen.insert(text)
            #expect(try files().filter { !$0.hasPrefix(".") } == ["kube-sealos-lvscare.yaml"])
            await Task.yield()
        }
        #expect(try await isDone.value)
        #expect(seen.count > 1)
        #expect(try files() == ["kube-sealos-lvscare.yaml"])
    }

    static let wrong: [([String], [String])] = [
        ([], ["master not allow empty", "--masters", "IP:port"]),
        (["--masters", ""], ["master not allow empty"]), (["--masters", ","], ["--masters", "\"\"", "empty"]),
        (["--masters", "192.168.0.2"], ["--masters", "\"192.168.0.2\"", "port is missing"]),
        (["--masters", "master-1:6443"], ["--masters", "\"master-1:6443\"", "host name"]),
        (["--masters", "[fd00::3]:6443"], ["--masters", "family"]),
        (["--masters", "10.103.97.2:6443"], ["--masters", "virtual service itself"]),
        (["--masters", "10.0.0.1:1\n10.0.0.2:1"], ["--masters", "second line", "commas"]),
        (["--masters", "\"10.0.0.1:1"], ["--masters", "not closed"]),
        (["--masters", "10.0.0.1:1", "--options", "a\"b"], ["--options", "quotation mark"]),
        (["--masters", "10.0.0.1:1", "--vip", ""], ["--vip", "\"\"", "IP:port"]),
        (["--masters", "10.0.0.1:1", "--vip", "10.0.0.9"], ["--vip", "\"10.0.0.9\"", "port is missing"]),
        (["--masters", "10.0.0.1:1", "--name", ""], ["--name", "\"\"", "63"]),
        (["--masters", "10.0.0.1:1", "--name", "../x"], ["--name", "\"../x\"", "a-z"]),
        (["--masters", "10.0.0.1:1", "--name", "A"], ["--name", "\"A\"", "a-z"]),
        (["--masters", "10.0.0.1:1", "--name", "a.b"], ["--name", "\"a.b\"", "a-z"]),
        (["--masters", "10.0.0.1:1", "--name", "a-"], ["--name", "\"a-\"", "a-z"]),
        (["--masters", "10.0.0.1:1", "--image", "a b"], ["--image", "\"a b\"", "registry.example"]),
        (["--set-img", "--image", "a:"], ["--image", "\"a:\"", "tag"]),
        (["--masters", "10.0.0.1:1", "--path", ""], ["--path", "\"\"", "/etc/kubernetes/manifests"]),
        (["--masters", "10.0.0.1:1", "--profile", "soft"], ["--profile", "\"soft\"", "original or hardened"]),
        (["--masters", "10.0.0.1:1", "--print=maybe"], ["--print", "\"maybe\"", "true or false"]),
        (["--masters"], ["--masters"]), (["--masters", "10.0.0.1:1", "--force"], ["--force"]),
        (["haproxy", "--masters", "10.0.0.1:1"], ["\"haproxy\"", "lvscare"]),
        (["lvscare", "care", "--masters", "10.0.0.1:1"], ["care"]),
        (["--masters", "10.0.0.1:1", "--options", "--interal,5"], ["--options", "'--interal'"]),
        (["--masters", "10.0.0.1:1", "--options", "--interval,-5s"], ["--options", "--interval \"-5s\"", "negative"]),
        (["--masters", "10.0.0.1:1", "--options", "--run-once"], ["--options", "again and again"]),
        (["--masters", "10.0.0.1:1", "--options", "-C"], ["--options", "again and again"]),
        (["--masters", "10.0.0.1:1", "--options", "--help"], ["--options", "again and again"]),
        (["--masters", "10.0.0.1:1", "--options", "--version"], ["--options", "would not start", "--version"]),
        (["--masters", "10.0.0.1:1", "--options", "x"], ["--options", "'x'"]),
        (["--masters", "10.0.0.1:1", "--options", BadInvocation.long], ["--options", "unexpected"]),
        (["--masters", "10.0.0.1:1", "--options", "--vs=10.0.0.9:1"], ["--options", "--vs", "--vip"]),
        (["--masters", "10.0.0.1:1", "--options", "--vs,10.0.0.9:1"], ["--options", "--vs", "--vip"]),
        (["--masters", "10.0.0.1:1", "--vip", "127.0.0.1:80"], ["--vs \"127.0.0.1:80\"", "loopback"]),
    ]

    @Test(arguments: wrong)
    func `bad arguments are refused`(_ arguments: [String], _ mentions: [String]) throws {
        let hasPath = arguments.contains("--path")
        let result = try Executable.run(
            ["static-pod"] + (hasPath ? [] : ["--path", folder.path]) + arguments, as: "sealctl")
        #expect(result.status == ExitStatus.usage.rawValue)
        #expect(result.output.isEmpty)
        #expect(result.error.hasPrefix("sealctl: ") && result.error.filter { $0 == "\n" }.count == 1, "\(result.error)")
        for mention in mentions { #expect(result.error.contains(mention), "in: \(result.error)") }
        #expect(result.error.utf8.count <= 1010)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func `the end of the options is none of the daemon`() throws {
        #expect(try sealctl("--options", "--").status == 0)
        #expect(try sealctl("--options", "--help=x").status == 64)
    }
}
