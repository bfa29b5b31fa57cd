import Foundation
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// The reference of the configuration file, which is made of the declarations of its keys, and the examples.
///
/// With `LVSCARE_WRITE_DOCS=1` in the environment the reference is written, and else compared.
@Suite struct ConfigurationDocumentationTests {
    private static let reference = FlagDocumentationTests.root.appending(path: "docs/configuration.md")

    @Test func `the reference has all keys as they are declared`() throws {
        try FlagDocumentationTests.check(
            Self.reference,
            [
                (
                    begin: "<!-- keys: written by ConfigurationDocumentationTests -->\n", end: "<!-- end of keys -->",
                    KeyTable.lines
                )
            ])
    }

    @Test func `the manual page has all keys`() throws {
        let page = try Executable.run(["manual", "lvscare-validate"]).output
        for schema in ConfigurationSchema.all {
            #expect(page.contains(".SH \(schema.title.uppercased())"))
            for key in schema.keys { #expect(page.contains("\\fB\(key.name)\\fR"), "\(key.name)") }
        }
    }

    @Test func `all examples in the reference are good`() throws {
        let text = try String(contentsOf: Self.reference, encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(blocks.count >= 2)
        for block in blocks {
            let reading = try Executable.withFile(block) { ConfigurationReader().read($0) }
            #expect(reading.mistakes.isEmpty && reading.warnings.isEmpty, "\(reading.mistakes) \(reading.warnings)")
        }
    }

    @Test func `the file of the package wants nothing, and everything in it is good`() throws {
        let url = FlagDocumentationTests.root.appending(path: "packaging/lvscare.yaml")
        let reading = ConfigurationReader().read(url.path)
        #expect(reading.specification == NodeSpecification([]) && reading.warnings.isEmpty, "\(reading.mistakes)")
        // Prose has one blank behind the "#"; "#" alone is a line of prose, too.
        let text = try String(contentsOf: url, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.firstMatch(of: #/^#(?! [^ ]|$)/#) != nil ? String(line.dropFirst()) : String(line)
        }
        let edited = lines.filter { $0 != "services: []" }.joined(separator: "\n")
        let whole = try Executable.withFile(edited) { ConfigurationReader().read($0) }
        #expect(whole.mistakes.isEmpty && whole.warnings.isEmpty, "\(whole.mistakes) \(whole.warnings)")
        #expect(whole.specification?.services.count == 2)
    }

    @Test func `no two keys of a mapping have one name, and each is explained`() {
        for schema in ConfigurationSchema.all {
            #expect(Set(schema.keys.map(\.name)).count == schema.keys.count)
            for key in schema.keys { #expect(key.help.hasSuffix("."), "\(schema.title) \(key.name)") }
        }
    }

    /// What is wrong with a default would be wrong in a file, too.
    @Test func `every default that is told can be written`() throws {
        for key in ConfigurationSchema.all.flatMap(\.keys) {
            guard case .text(let text) = key.fallback, let kind = key.kind else { continue }
            let value = RawValue(text: text, origin: .flag(key.name))
            switch kind {
            case .duration: _ = try kind.duration(value)
            case .number, .percentage: _ = try kind.number(value)
            case .choice(let words, _): #expect(words.contains(text))
            case .boolean: #expect(["true", "false"].contains(text))
            case .text, .proposed, .file, .folder, .list: continue
            }
        }
    }
}
