import Addressing
import Testing

@Suite struct AbbreviationTests {
    @Test(arguments: [
        ("", 3, ""), ("abc", 3, "abc"), ("abcd", 3, "abc…"), ("aü", 2, "a…"), ("aü", 3, "aü"), ("ü", 0, "…"),
        ("€", 2, "…"),
    ])
    func `cuts between scalars`(text: String, octets: Int, expected: String) {
        #expect(text.abbreviated(to: octets) == expected)
    }

    /// One `Character` of 56,001 octets.
    @Test func `a letter with marks is as long as it is`() {
        let letter = "a" + String(repeating: "\u{301}", count: 28_000)
        #expect(letter.count == 1)
        #expect(letter.abbreviated.utf8.count <= 203)
    }
}
