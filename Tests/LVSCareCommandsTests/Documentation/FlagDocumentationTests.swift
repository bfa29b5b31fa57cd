import Foundation
import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// The tables of flags in the documentation, which are made of the declarations.
///
/// With `LVSCARE_WRITE_DOCS=1` in the environment they are written, and else compared.
@Suite struct FlagDocumentationTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardized
    private static let writes = ProcessInfo.processInfo.environment["LVSCARE_WRITE_DOCS"] == "1"

    /// The files, and the commands whose tables are in them.
    static let places = [("README.md", ["lvscare care"]), ("docs/flags.md", ofLVSCare)]

    /// The commands of sealctl have the same flags.
    private static let ofLVSCare = DocumentedCommand.all.map(\.testDescription).filter {
        $0.hasPrefix(LVSCareCommand.name)
    }

    @Test(arguments: places)
    func `the tables of flags are those of the program`(_ file: String, _ commands: [String]) throws {
        let tables = DocumentedCommand.all.filter {
            commands.contains($0.testDescription) && !$0.command.settings.isEmpty
        }
        try Self.check(
            Self.root.appending(path: file),
            tables.map { place in
                (
                    begin: "<!-- flags of \(place.testDescription): written by FlagDocumentationTests -->\n",
                    end: "<!-- end of flags -->", FlagTable(place.command).lines
                )
            })
    }

    /// Writes, or else compares, the parts of a file that are made.
    static func check(_ url: URL, _ parts: [(begin: String, end: String, lines: [String])]) throws {
        let text = try String(contentsOf: url, encoding: .utf8)
        var expected = text
        for (begin, end, lines) in parts {
            let start = try #require(expected.range(of: begin), "\(url.path) has no \(begin)").upperBound
            let stop = try #require(expected.range(of: end, range: start..<expected.endIndex)).lowerBound
            expected.replaceSubrange(start..<stop, with: lines.map { $0 + "\n" }.joined())
        }
        if writes { try Data(expected.utf8).write(to: url) }
        #expect(
            writes || text == expected,
            "write them: LVSCARE_WRITE_DOCS=1 swift test --filter DocumentationTests")
    }
}
