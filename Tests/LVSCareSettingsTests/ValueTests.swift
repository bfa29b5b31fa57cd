import LVSCareSettings
import Testing

@Suite struct ValueTests {
    static let lists: [(String, [String])] = [
        ("", [""]), ("a", ["a"]), ("a,b", ["a", "b"]), (" a ,\tb ", ["a", "b"]), ("a,,b", ["a", "", "b"]),
        (",", ["", ""]), ("\"a,b\",c", ["a,b", "c"]), ("\"a\"\"b\"", ["a\"b"]), ("a\"b,c", ["a\"b", "c"]),
        ("\"a,b", ["a,b"]),
    ]

    @Test(arguments: lists)
    func `lists are read`(_ text: String, _ items: [String]) {
        #expect(CommaList.items(text) == items)
    }

    static let booleans: [(String, Bool?)] = [
        ("1", true), ("t", true), ("T", true), ("true", true), ("True", true), ("TRUE", true), ("0", false),
        ("f", false), ("F", false), ("false", false), ("False", false), ("FALSE", false), ("", nil), ("tRUE", nil),
        ("yes", nil), ("on", nil), (" true", nil), ("2", nil),
    ]

    @Test(arguments: booleans)
    func `truth values are read`(_ text: String, _ value: Bool?) {
        #expect(GoBoolean.parse(text) == value)
    }

    @Test(arguments: [
        ("sheduler", "scheduler", true), ("mdoe", "mode", true), ("v", "vs", false), ("vip", "ip", false),
        ("foo", "vs", false), ("health-tls", "health-ca", false), ("", "vs", false), ("abcdefgh", "abcdefgh", true),
        ("abcdefgh", "badcfegh", false), ("intervall", "interval", true), ("jsn", "json", true),
    ])
    func `tells a slip from another word`(word: String, other: String, isSlip: Bool) {
        #expect(Spelling.isSlip(word, for: other) == isSlip)
    }

    static let quoted: [(String, String)] = [
        ("a", "\"a\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("a\nb", "\"a\\nb\""), ("\u{1b}[2J", "\"\\u{1b}[2J\""),
        ("\u{202e}x", "\"\\u{202e}x\""),
        (String(repeating: "x", count: 300), "\"" + String(repeating: "x", count: 200) + "…\""),
        // One Character can be any number of scalars, and an octet is no scalar.
        ("e" + String(repeating: "\u{301}", count: 200), "\"e" + String(repeating: "\u{301}", count: 99) + "…\""),
    ]

    @Test(arguments: quoted)
    func `a value is quoted where it needs to be`(_ text: String, _ result: String) {
        #expect(text.quoted == result)
    }
}
