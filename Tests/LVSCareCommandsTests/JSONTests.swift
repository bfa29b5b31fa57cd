import Foundation
import LVSCareSettings
import Testing

@testable import LVSCareCommands

@Suite struct JSONTests {
    @Test func `JSON is indented`() {
        let value: JSON = [
            "a": "b", "c": .array([1, true, .null]), "d": [:], "e": .array([]), "f": ["g": .unsigned(.max)],
        ]
        #expect(
            value.pretty == """
                {
                  "a": "b",
                  "c": [
                    1,
                    true,
                    null
                  ],
                  "d": {},
                  "e": [],
                  "f": {
                    "g": 18446744073709551615
                  }
                }
                """)
        #expect(value.compact == #"{"a":"b","c":[1,true,null],"d":{},"e":[],"f":{"g":18446744073709551615}}"#)
    }

    @Test(arguments: ["", "plain", "\"\\/", "\n\r\t\u{0}\u{1f}\u{7f}\u{9f}\u{2028}", "é😀\u{202e}", "\u{1b}[31m"])
    func `strings survive another parser`(_ text: String) throws {
        let literal = JSON.string(text).compact
        #expect(literal.unicodeScalars.allSatisfy { !$0.isControl })
        #expect(try JSONDecoder().decode([String].self, from: Data("[\(literal)]".utf8)) == [text])
    }
}
