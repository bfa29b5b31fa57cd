import Testing
import YAML

@Suite struct YAMLTreeTests {
    private static func parse(_ text: String, limits: YAMLTree.Limits = .init()) throws(YAMLProblem) -> YAMLTree {
        try YAMLTree.parse(Array(text.utf8), limits: limits)
    }

    @Test func `tells where keys and values stand, in characters`() throws {
        let tree = try Self.parse("\u{feff}é: {a: \"b c\",\r\n  d: [e]}\nf:\n- g\n")
        guard case .mapping(let members) = tree.content, case .mapping(let inner) = members[0].value.content else {
            Issue.record("no mapping")
            return
        }
        #expect(members[0].key.place == YAMLPlace(line: 1, column: 1, length: 1))
        #expect(inner[0].key.place == YAMLPlace(line: 1, column: 5, length: 1))
        #expect(inner[0].value.place == YAMLPlace(line: 1, column: 8, length: 5))
        #expect(inner[1].value.items?.first?.place == YAMLPlace(line: 2, column: 7, length: 1))
        #expect(members[1].value.items?.first?.place == YAMLPlace(line: 4, column: 3, length: 1))
    }

    static let refusals: [(String, YAMLProblem.Kind, YAMLPlace?)] = [
        ("", .empty, nil), ("# nothing", .empty, nil), ("a: [b", .syntax, YAMLPlace(line: 2, column: 1)),
        ("a: b: c", .syntax, YAMLPlace(line: 1, column: 5)),
        ("a\n---\nb", .secondDocument, YAMLPlace(line: 2, column: 1)),
        ("[[[1]]]", .excessive, YAMLPlace(line: 1, column: 4, length: 1)), ("\0", .syntax, nil),
        ("[1,2,3,4,5,6,7,8,9]", .excessive, YAMLPlace(line: 1, column: 16, length: 1)),
    ]

    @Test(arguments: refusals)
    func `refuses what is no such document, with its place`(
        text: String, kind: YAMLProblem.Kind, place: YAMLPlace?
    ) throws {
        let problem = #expect(throws: YAMLProblem.self) {
            try Self.parse(text, limits: .init(depth: 3, nodes: 8))
        }
        #expect(problem?.kind == kind)
        if let place {
            #expect(
                problem?.place.map { YAMLPlace(line: $0.line, column: $0.column) }
                    == YAMLPlace(line: place.line, column: place.column))
        }
    }

    @Test func `finds a name that stands twice`() throws {
        let tree = try Self.parse("{a: 1, b: 2, a: 3}")
        #expect(tree.members(named: "a").map(\.value.text) == ["1", "3"])
        #expect(tree.members(named: "c").isEmpty)
    }

    @Test(arguments: [
        ("a: [1, {b: c}]", true), ("{a: 1, b: {a: 1}}", true), ("a", true), ("a: &x 1", false), ("a: !t 1", false),
        ("a: *x", false), ("{a: 1, b: 2, a: 3}", false), ("? [a]\n: b", false),
        ("- {a: 1}\n- {b: [{c: 1, c: 2}]}", false),
        ("{" + (0..<40).map { "k\($0): 1" }.joined(separator: ", ") + "}", true),
        ("{" + (0..<40).map { "k\($0 % 39): 1" }.joined(separator: ", ") + "}", false),
    ])
    func `tells whether a document has nothing but texts, lists and mappings without doubles`(
        text: String, isPlain: Bool
    ) throws {
        #expect(try Self.parse(text).isOfPlainDocument == isPlain)
    }

    @Test func `keeps what stands in and behind nested nodes apart`() throws {
        let tree = try Self.parse("- []\n- {a: [1, [2, 3]], b: {}}\n- 'c'\n- ~\n- &x !t d\n")
        #expect(tree.items?.count == 5)
        #expect(tree.items?[1].members(named: "a").first?.value.items?[1].texts == ["2", "3"])
        #expect(tree.items?[0].items?.isEmpty == true)
        #expect(tree.items?.map(\.plainText) == [nil, nil, nil, "~", "d"])
        #expect(tree.items?[2].text == "c")
        #expect(tree.items?[4].anchor == "x" && tree.items?[4].tag == "!t")
    }

    @Test(arguments: [
        (1, "a"), (2, "b"), (3, ""), (4, "c"), (5, "d"), (6, "e\tf"), (7, nil),
    ])
    func `counts lines as libyaml does`(number: Int, line: String?) {
        let text = "\u{feff}a\r\nb\r\rc\u{85}d\u{2028}e\tf"
        let found = YAMLLines(Array(text.utf8))[number].map { String(String.UnicodeScalarView($0)) }
        #expect(found == line)
    }
}
