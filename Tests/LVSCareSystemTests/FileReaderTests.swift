import Foundation
import LVSCareSystem
import SystemPackage
import Testing

@Suite struct FileReaderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "reader-\(UUID().uuidString)").path

    private func inFolder(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body()
    }

    private func problem(_ path: String, followsLink: Bool = true) -> FileReader.Problem? {
        #expect(throws: FileReader.Problem.self) {
            try FileReader.read(path, followsLink: followsLink, bound: 100_000)
        }
    }

    @Test func `gives all octets of a file of several blocks, up to its bound`() throws {
        try inFolder {
            let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try Data(content).write(to: URL(filePath: folder + "/f"))
            let read = try FileReader.read(folder + "/f", bound: 100_000)
            #expect(read.octets == content)
            #expect(read.status.st_size == 100_000)
            #expect(throws: FileReader.Problem.larger) { try FileReader.read(folder + "/f", bound: 99_999) }
        }
    }

    /// The kernel says that its files have no octets.
    @Test func `finds out that a file is larger than it was said to be`() {
        #expect(throws: FileReader.Problem.larger) { try FileReader.read("/proc/self/status", bound: 10) }
    }

    @Test func `waits for no writer of a FIFO`() throws {
        try inFolder {
            #expect(mkfifo(folder + "/fifo", 0o600) == 0)
            #expect(problem(folder + "/fifo") == .irregular(isNullDevice: false))
        }
    }

    @Test func `says of a symbolic link that it is one where it must not follow`() throws {
        try inFolder {
            try Data("x".utf8).write(to: URL(filePath: folder + "/f"))
            #expect(symlink("f", folder + "/link") == 0)
            #expect(try FileReader.read(folder + "/link", bound: 1).octets == Array("x".utf8))
            #expect(problem(folder + "/link", followsLink: false) == .system(.tooManySymbolicLinkLevels))
            let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
            defer { close(descriptor) }
            #expect(try FileReader.read("f", in: descriptor, bound: 1).octets == Array("x".utf8))
        }
    }

    @Test(arguments: [
        ("/dev/null", FileReader.Problem.irregular(isNullDevice: true)), ("/dev/zero", .irregular(isNullDevice: false)),
        ("/", .irregular(isNullDevice: false)), ("/no/such/file", .system(.noSuchFileOrDirectory)),
        ("/etc/passwd/x", .system(.notDirectory)),
    ])
    func `says what is no file`(path: String, problem: FileReader.Problem) { #expect(self.problem(path) == problem) }

    @Test func `gives all of a file of the kernel that comes in pieces`() throws {
        let text = try FileReader.kernelText("/proc/self/maps")
        #expect(text.utf8.count > 4096 && text.hasSuffix("\n"))
        #expect(throws: Errno.noSuchFileOrDirectory) { try FileReader.kernelText("/proc/sys/no/such/setting") }
    }
}
