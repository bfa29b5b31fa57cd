import Addressing
import Testing

@Suite struct PercentCodingTests {
    @Test(arguments: [
        ("", "", ""), ("ab", "ab", "ab"), ("a b", "a%20b", "a b"), ("%41%2f", "%41%2f", "A/"), ("é", "%C3%A9", "é"),
        ("100%", "100%25", "100%"), ("%4", "%254", "%4"), ("%zz", "%25zz", "%zz"), ("%%41", "%25%41", "%A"),
        ("\u{1}", "%01", "\u{1}"),
    ])
    func `encodes what is not allowed, once, and decodes what is encoded`(
        _ text: String, _ encoded: String, _ decoded: String
    ) {
        #expect(PercentCoding.encoded(text) { 0x30...0x7a ~= $0 } == encoded)
        #expect(PercentCoding.decoded(text) == decoded)
        #expect(PercentCoding.encoded(encoded) { 0x30...0x7a ~= $0 } == encoded)
    }

    @Test func `what may stay stays, a percent sign by itself included`() {
        #expect(PercentCoding.encoded("a%b c") { $0 != 0x20 } == "a%b%20c")
    }
}
