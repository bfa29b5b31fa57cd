import Foundation
import StaticPod
import Testing

@testable import LVSCareCommands

/// `sealctl static-pod lvscare --config`.
extension StaticPodProgramTests {
    private var configured: StaticPod {
        var pod = usual
        pod.content = .configurationFile("/etc/lvscare/lvscare.yaml")
        return pod
    }

    @Test(arguments: [StaticPod.Profile.original, .hardened])
    func `a pod of a configuration file needs no masters`(profile: StaticPod.Profile) throws {
        var pod = configured
        pod.profile = profile
        pod.options = ["--logger", "DEBG"]
        let result = try sealctl(
            "--config", "/etc/lvscare/lvscare.yaml", "--options", "--logger,DEBG", "--profile", profile.rawValue,
            "--print", masters: nil)
        #expect(result.status == 0, "\(result.error)")
        #expect(result.error.isEmpty)
        #expect(result.output == pod.yaml + "\n")
    }

    @Test func `the image of a pod of a configuration file is changed alone`() throws {
        try write(configured.yaml)
        let result = try sealctl("--set-img", "--image", "lvscare:v2", masters: nil)
        #expect(result.status == 0, "\(result.error)")
        #expect(try content() == configured.yaml.replacing(usual.image, with: "lvscare:v2"))
    }

    @Test func `warns of a file with which the daemon would not start, and writes the pod`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "configured-\(UUID().uuidString)/a.yaml")
        let flags = ["--config", file.path]
        let missing = try sealctl(flags[0], flags[1], masters: nil)
        #expect(missing.status == 0)
        #expect(missing.output == "\(path): written\n")
        #expect(missing.error.hasPrefix("sealctl: warning: ") && missing.error.contains(file.path), "\(missing.error)")

        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
        try Data("apiVersion: lvscare/v1\nkind: Configuration\nservicez: []\n".utf8).write(to: file)
        let wrong = try sealctl(flags[0], flags[1], masters: nil)
        #expect(wrong.output == "\(path): unchanged\n")
        #expect(wrong.error.contains("\(file.path):3:1"), "\(wrong.error)")

        try Data("apiVersion: lvscare/v1\nkind: Configuration\nservices: []\n".utf8).write(to: file)
        #expect(try sealctl(flags[0], flags[1], masters: nil).error.isEmpty)
    }

    /// The flags, and what the message about them has in it.
    static let refused: [([String], String)] = [
        (["--masters", "192.168.0.2:6443"], "--masters"), (["--vip", "10.103.97.2:6443"], "--vip"),
        (["--options", "--vs,10.103.97.2:6443"], "--vs"), (["--options", "--interval,1s"], "--interval"),
        (["--options", "--config,/etc/other/a.yaml"], "would override the configuration file"),
        (["--options", "--run-once"], "end at once"),
    ]

    @Test(arguments: refused)
    func `nothing else says what a file says`(flags: [String], part: String) throws {
        let result = try Executable.run(
            ["static-pod", "--path", folder.path, "--config", "/etc/lvscare/lvscare.yaml"] + flags, as: "sealctl")
        #expect(result.status == 64)
        #expect(result.error.contains(part), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test(arguments: [
        "", "lvscare.yaml", "/etc/lvscare/", "/lvscare.yaml", "/etc/lvscare.yaml", "/usr/lvscare.yaml",
        "/usr/bin/lvscare.yaml", "/lib/modules/lvscare.yaml", "/proc/1/lvscare.yaml", "/dev/lvscare.yaml",
        "/etc/a:b/lvscare.yaml", "/etc/../srv/lvscare.yaml", "/etc/lvscare/./lvscare.yaml", "/etc/lv\nscare/a.yaml",
    ])
    func `refuses a folder that the pod cannot have`(file: String) throws {
        let result = try sealctl("--config=\(file)", "--print", masters: nil)
        #expect(result.status == 64)
        #expect(result.error.contains("--config") && result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
}
