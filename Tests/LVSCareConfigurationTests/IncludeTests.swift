import Foundation
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Testing

@Suite struct IncludeTests {
    private static let head = "apiVersion: lvscare/v1\nkind: Configuration\n"

    private static func read(_ root: String, _ others: [String: String]) -> ConfigurationReading {
        let texts = others.mapValues { head + $0 }.merging(["a/root.yaml": head + root]) { $1 }
        return ConfigurationReader(MemoryFiles(texts: texts)).read("a/root.yaml")
    }

    @Test func `adds services and checks in alphabetical order, with the defaults of the first file`() {
        let reading = Self.read(
            "include: [conf.d/*.yaml, conf.d/b.yaml, /o.yaml]\nservices: []\ndefaults: {drain: 7s}\nchecks: {port: {tcp: }}",
            [
                "a/conf.d/b.yaml": "services: [{virtual: 10.0.0.2:80, checks: other, realServers: []}]",
                "a/conf.d/a.yaml": "services: [{virtual: 10.0.0.1:80, checks: port, realServers: []}]",
                "/o.yaml": "checks: {other: {http: {}}}",
            ])
        #expect(reading.mistakes.isEmpty, "\(reading.mistakes)")
        #expect(reading.specification?.services.map(\.service.name) == ["10.0.0.1:80", "10.0.0.2:80"])
        #expect(reading.specification?.services.allSatisfy { $0.drainTimeout == .seconds(7) } == true)
        #expect(reading.files.map(\.path) == ["a/root.yaml", "a/conf.d/a.yaml", "a/conf.d/b.yaml", "/o.yaml"])
    }

    static let refusals: [(String, [String: String], [String])] = [
        (
            "include: [b.yaml]\nservices: []", ["a/b.yaml": "include: [c.yaml]"],
            ["a/b.yaml:3:1: include", "included file"]
        ),
        (
            "include: [b.yaml]\nservices: []", ["a/b.yaml": "defaults: {}"],
            ["a/b.yaml:3:1: defaults", "checks or services"]
        ),
        ("include: [b.yaml]", ["a/b.yaml": "checks: {}"], ["a/root.yaml:1:1: ", "all included files"]),
        ("include: '*.yaml'\nservices: []", [:], ["a/root.yaml:3:10: include \"*.yaml\"", "includes itself"]),
        (
            "include: [b.yaml]\nservices: []", [:],
            ["a/root.yaml:3:11: include \"b.yaml\"", "\"a/b.yaml\"", "cannot read"]
        ),
        ("include: [[]]\nservices: []", [:], ["a/root.yaml:3:11: include", "a list"]),
        (
            "include: b.yaml\nservices: []\nchecks: {x: {tcp: }}", ["a/b.yaml": "checks: {x: {tcp: }}"],
            ["a/b.yaml:3:10: \"x\"", "there already, at a/root.yaml:5:10"]
        ),
        (
            "include: b.yaml\nservices: [{virtual: 10.0.0.1:80, realServers: []}]",
            ["a/b.yaml": "services: [{virtual: 10.0.0.1:80, realServers: []}]"],
            ["a/b.yaml:3:22: virtual", "there already, at a/root.yaml:4:22"]
        ),
    ]

    @Test(arguments: refusals)
    func `refuses what an included file may not do`(root: String, others: [String: String], mentions: [String]) {
        let reading = Self.read(root, others)
        #expect(reading.specification == nil && reading.mistakes.count == 1, "\(reading.mistakes)")
        let text = reading.mistakes.map(\.description).joined()
        for mention in mentions { #expect(text.contains(mention), "\(text)") }
    }

    @Test func `finds the files of a pattern on this machine, in a folder of any name`() throws {
        let reading = ConfigurationReader().read("/nowhere/[x]*/lvscare.yaml")
        #expect(
            reading.mistakes.map(\.description) == [
                "/nowhere/[x]*/lvscare.yaml: cannot read the file: No such file or directory"
            ])
    }

    @Test func `tells whether a file and those that it includes are as they were`() {
        let root = "include: [\"conf.d/*.yaml\"]\nservices: []\n"
        let other = "services: []\n"
        func reader(_ others: [String: String]) -> ConfigurationReader {
            let texts = others.mapValues { Self.head + $0 }.merging(["a/root.yaml": Self.head + root]) { $1 }
            return ConfigurationReader(MemoryFiles(texts: texts))
        }
        let reading = reader(["a/conf.d/b.yaml": other]).read("a/root.yaml")
        #expect(reading.mistakes.isEmpty)
        #expect(reader(["a/conf.d/b.yaml": other]).findsTheSame(as: reading))
        #expect(!reader(["a/conf.d/b.yaml": other + "# more\n"]).findsTheSame(as: reading))
        #expect(!reader([:]).findsTheSame(as: reading))
        #expect(!reader(["a/conf.d/b.yaml": other, "a/conf.d/c.yaml": other]).findsTheSame(as: reading))
        #expect(reader(["a/conf.d/b.yaml": other, "elsewhere/c.yaml": other]).findsTheSame(as: reading))
    }
}

/// The files of this machine.
@Suite struct SystemConfigurationFilesTests {
    @Test func `patterns match as a shell's do`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/lvscare-files-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["a.yaml", "b.yaml", ".hidden.yaml", "c.yml", "x1/a.yaml", "x2/a.yaml", "y/a.yaml", "s*r/a.yaml"] {
            let path = folder + "/" + name
            try FileManager.default.createDirectory(
                atPath: String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)),
                withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: path))
        }
        func found(_ pattern: String) -> [String] {
            SystemConfigurationFiles().paths(matching: folder + "/" + pattern)
                .map { String($0.dropFirst(folder.count + 1)) }.sorted()
        }
        #expect(found("*.yaml") == ["a.yaml", "b.yaml"])
        #expect(found("[b-z].y?ml") == ["b.yaml"])
        #expect(found("x?/*.yaml") == ["x1/a.yaml", "x2/a.yaml"])
        #expect(found("s\\*r/*") == ["s*r/a.yaml"])
        #expect(found("nothing/*.yaml") == [])
        #expect(found("a.yaml") == ["a.yaml"])
    }
}
