import Foundation
import StaticPod
import Testing

@testable import LVSCareCommands

/// What belongs to others, what others can do to the file, and what else is in its way.
extension StaticPodProgramTests {
    @Test(arguments: [
        "hello\n", "\u{1}", "#!/bin/sh\nexit 0\n", "-----BEGIN CERTIFICATE-----\nMIIB\n", "- a\n- b\n", "{\"a\": 1}",
        "a: {",
        "apiVersion: v1\nkind: Config\nx: y: z\n",
    ])
    func `a file that is no manifest stays`(_ text: String) throws {
        try write(text)
        let before = try identity()
        for arguments in [["--print=false"], ["--set-img"]] {
            let result = try sealctl(arguments[0], masters: arguments[0] == "--set-img" ? nil : "192.168.0.2:6443")
            #expect(result.status == 64)
            #expect(result.error.contains(path) && result.error.contains("move it away"), "\(result.error)")
        }
        #expect(try identity() == before)
    }

    @Test(arguments: [0o666, 0o620, 0o644, 0o600, 0o400])
    func `nobody else can change the file afterwards`(mode: Int) throws {
        #expect(try sealctl().status == 0)
        #expect(chmod(path, mode_t(mode)) == 0)
        let before = try identity()
        let isSafe = mode & 0o022 == 0
        for arguments in [[], ["--set-img"]] {
            let result = try sealctl(
                arguments.first ?? "--print=false", masters: arguments == [] ? "192.168.0.2:6443" : nil)
            #expect(result.status == 0)
            #expect(result.output.contains("unchanged"), "\(result.output)")
            #expect(try isSafe == (identity() == before))
            if isSafe { continue }
            #expect(result.output.contains("0\(String(mode, radix: 8))"), "\(result.output)")
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
            #expect(chmod(path, mode_t(mode)) == 0)
        }
        #expect(try content() == usual.yaml)
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func `nobody else owns the file afterwards`() throws {
        #expect(try sealctl().status == 0)
        #expect(chown(path, 65534, 65534) == 0)
        let result = try sealctl()
        #expect(result.status == 0)
        #expect(result.output.contains("unchanged") && result.output.contains("65534"), "\(result.output)")
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_uid == 0 && status.st_mode & 0o7777 == 0o600)
    }

    @Test func `warns of a folder into which others can write`() throws {
        #expect(try sealctl().error.isEmpty)
        #expect(chmod(folder.path, 0o777) == 0)
        let result = try sealctl()
        #expect(result.status == 0)
        #expect(result.error.hasPrefix("sealctl: warning: ") && result.error.contains("0777"), "\(result.error)")
    }

    /// Everybody can open and lock a folder that everybody can list.
    @Test func `does not wait for a lock that any user can hold`() throws {
        try write(usual.yaml)
        let lock = open(folder.path, O_RDONLY | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        let result = try Executable.script(
            "timeout 20 $sealctl static-pod --masters 192.168.0.3:6443 --hosts-file /dev/null --path \(folder.path)")
        #expect(result.status == 0, "\(result)")
        #expect(try files() == ["kube-sealos-lvscare.yaml"])
    }

    @Test func `waits for another of its kind, but not for ever`() throws {
        try write(usual.yaml)
        let draft = folder.appending(path: ".kube-sealos-lvscare.yaml.new").path
        let lock = open(draft, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        #expect(flock(lock, LOCK_EX) == 0)
        let command =
            "timeout 60 $sealctl static-pod --masters 192.168.0.3:6443 --hosts-file /dev/null --path \(folder.path)"
        let result = try Executable.script(command)
        #expect(result.status == 1)
        #expect(result.error.contains(path) && result.error.contains(draft), "\(result.error)")
        #expect(try content() == usual.yaml)
        close(lock)
        #expect(try Executable.script(command).status == 0)
        #expect(try files() == ["kube-sealos-lvscare.yaml"])
    }

    @Test func `a folder at the temporary name is named`() throws {
        try write(usual.yaml)
        let trap = folder.appending(path: ".kube-sealos-lvscare.yaml.new")
        try FileManager.default.createDirectory(at: trap, withIntermediateDirectories: false)
        let result = try sealctl(masters: "192.168.0.3:6443")
        #expect(result.status == 1)
        #expect(result.error.contains(trap.path) && result.error.contains("remove it"), "\(result.error)")
        #expect(try content() == usual.yaml)
    }
}
