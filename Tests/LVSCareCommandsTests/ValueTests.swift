import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Testing

@testable import LVSCareCommands

@Suite struct ValueTests {
    static let targets: [(String, String)] = [
        ("/healthz", "/healthz"), ("healthz", "/healthz"), ("", "/"), ("/", "/"), ("//a", "//a"), ("?q", "/?q"),
        ("/a?b=c&d=%20+", "/a?b=c&d=%20+"), ("/a b", "/a%20b"), ("/100%", "/100%25"), ("/%4", "/%254"),
        ("/%zz", "/%25zz"), ("/%41%2f", "/%41%2f"), ("/é", "/%C3%A9"), ("/\"<>\\^`{|}", "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/a;b:c@d!$&'()*+,=~-._", "/a;b:c@d!$&'()*+,=~-._"), ("/[x]", "/%5Bx%5D"), ("httpz", "/httpz"),
    ]

    @Test(arguments: targets)
    func `targets are read from paths and URLs`(_ text: String, _ target: String) throws {
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
    func `header fields are read`(_ texts: [String], _ fields: [String]) throws {
        let values = texts.map { RawValue(text: $0, origin: .flag("--h")) }
        #expect(try HeaderFields.parse(values).map { "\($0.name): \($0.value)" } == fields)
    }
}
