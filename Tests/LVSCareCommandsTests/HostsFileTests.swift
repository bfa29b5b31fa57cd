import Foundation
import LVSCareSettings
import Testing

@testable import LVSCareCommands

@Suite struct HostsFileTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "hosts-\(UUID().uuidString)").path

    private func printPod() throws -> Executable.Result {
        try Executable.script("timeout 20 $sealctl static-pod --masters 192.168.0.2:6443 --print --hosts-file \(path)")
    }

    @Test func `is no FIFO that somebody would have to write to`() throws {
        defer { unlink(path) }
        #expect(mkfifo(path, 0o600) == 0)
        let result = try printPod()
        #expect(result.status == 64)
        #expect(result.error.contains(path) && result.error.contains("not a regular file"), "\(result.error)")
    }

    @Test(arguments: ["/dev/zero", "/dev/tty", "/"])
    func `is no device and no folder`(path: String) throws {
        let error = #expect(throws: UsageError.self) { try HostsFile.read(path) }
        #expect(error?.description.contains("not a regular file") == true)
    }

    @Test(arguments: ["/dev/null", "/no/such/file"])
    func `may be nothing at all`(path: String) throws {
        #expect(try HostsFile.read(path).text.isEmpty)
    }

    @Test func `has an end`() throws {
        defer { unlink(path) }
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(truncate(path, 1 << 40) == 0)
        let result = try printPod()
        #expect(result.status == 64)
        #expect(result.error.contains(path) && result.error.contains("16 MiB"), "\(result.error)")
    }

    @Test func `is found through in no time, however long it is`() {
        let block = String(repeating: "0.0.0.0 tracker.example # lvscare.node.ip\n", count: 100_000)
        let file = HostsFile(
            path: "f", text: block + "10.0.0.7\tnode LVScare.Node.IP\r\n" + block + "fd00::7 lvscare.node.ip")
        let began = ContinuousClock.now
        let found = file.addresses(of: "lvscare.node.ip")
        #expect(ContinuousClock.now - began < .seconds(3))
        #expect(found.map(\.text) == ["10.0.0.7", "fd00::7"])
        #expect(found.map { "\($0.origin)" } == ["f line 100001, lvscare.node.ip", "f line 200002, lvscare.node.ip"])
    }

    @Test(arguments: [
        ("10.0.0.7 lvscare.node.ip", ["10.0.0.7"]), ("10.0.0.7 xlvscare.node.ip", []),
        ("10.0.0.7 lvscare.node.ipx", []), ("lvscare.node.ip", []), ("lvscare.node.ip x", []),
        ("10.0.0.7 x#lvscare.node.ip", []), ("\0\0 x\n10.0.0.7\tLVSCARE.node.ip#x", ["10.0.0.7"]),
        ("a x\0lvscare.node.ip\n\n1 lvscare.node.ip lvscare.node.ip\n", ["1"]), ("", []), ("\n", []),
    ])
    func `gives the addresses of a name`(text: String, addresses: [String]) {
        #expect(HostsFile(text: text).addresses(of: "lvscare.node.ip").map(\.text) == addresses)
    }
}
