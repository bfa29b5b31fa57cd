/// The items of a list that is written in one text, separated by commas.
package enum CommaList {
    /// The items of `text`, without the blanks around them.
    ///
    /// An item in double quotes may hold commas, and a doubled quote for one quote, as in a line of CSV (RFC 4180).
    /// An unclosed quote reaches to the end.
    package static func items(_ text: String) -> [String] {
        var items: [String] = []
        var item = ""
        var isQuoted = false
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                item.append("\"")
                rest = rest.dropFirst()
            case "\"" where isQuoted || item.allSatisfy(\.isWhitespace):
                isQuoted.toggle()
            case "," where !isQuoted:
                items.append(item.withoutSurroundingBlanks)
                item = ""
            default: item.append(character)
            }
        }
        return items + [item.withoutSurroundingBlanks]
    }
}

extension StringProtocol {
    /// The text without the spaces and tabs at its ends.
    package var withoutSurroundingBlanks: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var text = self[...].drop(while: isBlank)
        while let last = text.last, isBlank(last) { text = text.dropLast() }
        return String(text)
    }
}
