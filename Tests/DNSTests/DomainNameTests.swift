import DNS
import Testing

@Suite struct DomainNameTests {
    @Test(arguments: [
        ("a.example", "a.example"), ("A.Example.", "A.Example"), (".", "."), (#"a\.b.c"#, #"a\.b.c"#),
        (#"\065b"#, "Ab"),
        (#"\\x"#, #"\\x"#), (#"\000.x"#, #"\000.x"#), ("ä", #"\195\164"#), ("_https._tcp.x", "_https._tcp.x"),
        (String(repeating: "x", count: 63), String(repeating: "x", count: 63)),
    ])
    func `reads as it was written`(text: String, description: String) throws {
        let name = try #require(DomainName(text))
        #expect("\(name)" == description)
        #expect(DomainName(description) == name)
    }

    @Test(arguments: [
        "", "..", ".a", "a..b", "a..", #"\"#, #"\2"#, #"\25"#, #"\256"#, #"\2x5"#, String(repeating: "x", count: 64),
        Array(repeating: "abcdefg", count: 32).joined(separator: "."),
    ])
    func `is refused`(text: String) { #expect(DomainName(text) == nil) }

    @Test func `has 255 octets at most`() throws {
        let longest = Array(repeating: "abcdefg", count: 31).joined(separator: ".") + ".abcde"
        let name = try #require(DomainName(longest))
        #expect(name.wireForm.count == 255)
        #expect(DomainName(longest + "f") == nil)
        #expect(try #require(DomainName("x")).below(name) == nil)
    }

    @Test func `is compared without case`() throws {
        let (small, capital) = (
            try #require(DomainName("api.example.com")), try #require(DomainName("API.Example.COM"))
        )
        #expect(small == capital)
        #expect(Set([small, capital]).count == 1)
        #expect(DomainName("api.examplE.con") != small)
        // `[` and `{` differ in the bit that letters differ in.
        #expect(DomainName("a[") != DomainName("a{"))
    }

    @Test(arguments: [
        ("api.example.com", true), ("a-b.c_d", true), ("localhost", true), ("1.example", true), ("3com", true),
        ("127.1", false), ("2130706433", false), ("0x7f000001", false), ("a.0X1", false), ("-x.example", false),
        ("a b", false), ("ä.example", false), (".", false), ("[::1]", false), ("a/b", false),
    ])
    func `is the name of a host`(text: String, isHostName: Bool) throws {
        #expect(try #require(DomainName(text)).isHostName == isHostName)
    }

    @Test(arguments: [
        ("a.b.c", "b.C", true), ("b.c", "b.c", true), ("b.c", ".", true), ("xb.c", "b.c", false), ("c", "b.c", false),
    ])
    func `is within a domain`(name: String, domain: String, isWithin: Bool) throws {
        #expect(try #require(DomainName(name)).isWithin(#require(DomainName(domain))) == isWithin)
    }
}
