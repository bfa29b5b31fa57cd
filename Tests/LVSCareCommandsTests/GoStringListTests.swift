import Foundation
import Testing

@testable import LVSCareCommands

@Suite struct GoStringListTests {
    /// What Go's flag library makes of a flag that is given with these texts, one after the other.
    /// `Tests/StaticPodTests/Golden/oracle/main.go` names its version and the command.
    struct Golden: Decodable, Sendable {
        var texts: [String]
        var items: [String]?
        var error: String?
    }

    static func golden() throws -> [Golden] {
        let url = try #require(Bundle.module.url(forResource: "lists", withExtension: "jsonl", subdirectory: "Golden"))
        return try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Golden.self, from: $0)
        }
    }

    @Test func `a list is read as Go reads it`() throws {
        let golden = try Self.golden()
        #expect(golden.count > 70)
        for case let line in golden {
            do {
                let items = try line.texts.flatMap(GoStringList.items)
                #expect(items == line.items, "\(line.texts)")
            } catch {
                // Of a second line, Go takes nothing and says nothing.
                let isSecondLine = error as? GoStringList.Problem == .secondLine
                #expect((line.items == nil) != isSecondLine, "\(line.texts)")
                if isSecondLine { #expect(line.texts.contains { $0.contains("\n") }) }
            }
        }
    }

    @Test(arguments: [
        ("a\"b", GoStringList.Problem.quoteInside), ("\"a", .quoteUnclosed), ("\"a\" ,b", .textBehindQuote),
        ("\n\n", .onlyLineBreaks), ("a\nb", .secondLine), ("\"a\"\nb", .secondLine), ("a,b\nc,d\n", .secondLine),
    ])
    func `a list that Go refuses is refused`(text: String, problem: GoStringList.Problem) {
        #expect(throws: problem) { try GoStringList.items(text) }
        #expect(!problem.description.isEmpty)
    }
}

@Suite struct ImageReferenceTests {
    @Test(arguments: [
        "lvscare", "lvscare:v1", "401", "a/b/c", "sealos.hub:5000/sealos/lvscare:latest", "localhost/a",
        "Sealos/lvscare",
        "127.0.0.1:5000/a-b_c.d__e---f:V1_2.3-x", "[fd00::1]:5000/a",
        "registry.example/a@sha256:\(String(repeating: "0a", count: 32))",
        "a:b@sha256:\(String(repeating: "F", count: 64))", "a:\(String(repeating: "x", count: 128))",
    ])
    func `an image reference is accepted`(_ text: String) { #expect(ImageReference.problem(text) == nil) }

    @Test(arguments: [
        "", " a", "a ", "a b", "a:", "a:b:c", ":b", "/a", "a/", "a//b", "A", "a/B", "a..b", "a___b", "-a", "a-", "a_",
        "é", "a\n",
        "a@", "a@sha256", "a@sha256:12", "a@sha256:\(String(repeating: "x", count: 64))", "a:.b", "a:-b",
        "a:\(String(repeating: "x", count: 129))",
        "reg:x/a", "reg:/a", "-reg.io/a", "reg..io/a", "https://a/b", "*", "'a'", "[::1/a",
        String(repeating: "a", count: 256),
    ])
    func `a bad image reference is refused`(_ text: String) { #expect(ImageReference.problem(text) != nil) }
}
