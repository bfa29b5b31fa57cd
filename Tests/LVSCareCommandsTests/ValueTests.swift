import LVSCareModel
import Testing

@testable import LVSCareCommands

@Suite struct ValueTests {
    static let lists: [(String, [String])] = [
        ("", [""]), ("a", ["a"]), ("a,b", ["a", "b"]), (" a ,\tb ", ["a", "b"]), ("a,,b", ["a", "", "b"]),
        (",", ["", ""]), ("\"a,b\",c", ["a,b", "c"]), ("\"a\"\"b\"", ["a\"b"]), ("a\"b,c", ["a\"b", "c"]),
        ("\"a,b", ["a,b"]),
    ]

    @Test(arguments: lists)
    func readsLists(_ text: String, _ items: [String]) {
        #expect(CommaList.items(text) == items)
    }

    static let targets: [(String, String)] = [
        ("/healthz", "/healthz"), ("healthz", "/healthz"), ("", "/"), ("/", "/"), ("//a", "//a"), ("?q", "/?q"),
        ("/a?b=c&d=%20+", "/a?b=c&d=%20+"), ("/a b", "/a%20b"), ("/100%", "/100%25"), ("/%4", "/%254"),
        ("/%zz", "/%25zz"), ("/%41%2f", "/%41%2f"), ("/é", "/%C3%A9"), ("/\"<>\\^`{|}", "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/a;b:c@d!$&'()*+,=~-._", "/a;b:c@d!$&'()*+,=~-._"), ("/[x]", "/%5Bx%5D"), ("httpz", "/httpz"),
    ]

    @Test(arguments: targets)
    func readsTargets(_ text: String, _ target: String) throws {
        #expect(try RequestTarget.parse(text) == target)
    }

    static let headers: [([String], [String])] = [
        (["A=b"], ["A: b"]), (["A=b,C=d"], ["A: b", "C: d"]), (["A=b", "C=d"], ["A: b", "C: d"]),
        (["A=b", "a=c"], ["a: c"]), (["A=b,a=c"], ["a: c"]), (["A="], ["A: "]), ([" A = b "], ["A: b"]),
        // With one "=" the whole text is one pair, as in the original.
        (["Accept=text/html,text/plain"], ["Accept: text/html,text/plain"]), (["\"A=b,c\""], ["A: b,c"]),
        (["\"A=b,c\",D=e"], ["A: b,c", "D: e"]), (["Authorization=Basic YTpi=="], ["Authorization: Basic YTpi=="]),
        (["Host=example.com:80"], ["Host: example.com:80"]), (["X=caf\u{e9}\ttab"], ["X: caf\u{e9}\ttab"]),
    ]

    @Test(arguments: headers)
    func readsHeaders(_ texts: [String], _ fields: [String]) throws {
        let values = texts.map { RawValue(text: $0, origin: .flag("--h")) }
        #expect(try HeaderFields.parse(values).map { "\($0.name): \($0.value)" } == fields)
    }

    static let booleans: [(String, Bool?)] = [
        ("1", true), ("t", true), ("T", true), ("true", true), ("True", true), ("TRUE", true), ("0", false),
        ("f", false), ("F", false), ("false", false), ("False", false), ("FALSE", false), ("", nil), ("tRUE", nil),
        ("yes", nil), ("on", nil), (" true", nil), ("2", nil),
    ]

    @Test(arguments: booleans)
    func readsTruth(_ text: String, _ value: Bool?) {
        #expect(GoBoolean.parse(text) == value)
    }

    static let forms: [([String], [String])] = [
        (["care", "--clean=true"], ["care", "--clean"]), (["-C=false"], ["--no-clean"]), (["-C"], ["-C"]),
        (["--run-once=0", "--run-once"], ["--no-run-once", "--run-once"]),
        (["--mode="], ["--mode", ""]), (["--rs=a", "--rs", "b"], ["--rs", "a", "--rs", "b"]),
        (["-ivip0"], ["-i", "vip0"]), (["-i=vip0"], ["-i", "vip0"]), (["-i", "vip0"], ["-i", "vip0"]),
        (["--health-req-body", "--clean=true", "--clean=1"], ["--health-req-body", "--clean=true", "--clean"]),
        (["--health-req-body", "--", "--clean=1"], ["--health-req-body", "--", "--clean"]),
        (["--", "--clean=true"], ["--", "--clean=true"]), (["--other=x", "-x=y"], ["--other=x", "-x=y"]),
        (["--vs=a=b"], ["--vs", "a=b"]), (["--vs"], ["--vs"]),
    ]

    @Test(arguments: forms)
    func normalisesArguments(_ arguments: [String], _ normal: [String]) throws {
        #expect(try ArgumentForms.care.normalise(arguments) == normal)
    }

    static let quoted: [(String, String)] = [
        ("a", "\"a\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("a\nb", "\"a\\nb\""), ("\u{1b}[2J", "\"\\u{1b}[2J\""),
        ("\u{202e}x", "\"\\u{202e}x\""),
        (String(repeating: "x", count: 300), "\"" + String(repeating: "x", count: 200) + "…\""),
        // One Character can be any number of scalars, and an octet is no scalar.
        ("e" + String(repeating: "\u{301}", count: 200), "\"e" + String(repeating: "\u{301}", count: 99) + "…\""),
    ]

    @Test(arguments: quoted)
    func quotes(_ text: String, _ result: String) {
        #expect(text.quoted == result)
    }
}
