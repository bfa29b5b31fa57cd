import LVSCareSettings

/// A list of texts as Go's flag library takes it: a line of CSV (RFC 4180), of which each field is an item.
///
/// Unlike the lists of ``CommaList``, blanks belong to the items.
enum GoStringList {
    /// What keeps a text from being a list, as a clause that reads well behind the text.
    enum Problem: Error, Hashable, CustomStringConvertible {
        case quoteInside
        case quoteUnclosed
        case textBehindQuote
        case onlyLineBreaks
        case secondLine

        var description: String {
            switch self {
            case .quoteInside: "there is a quotation mark within an item that does not begin with one"
            case .quoteUnclosed: "a quotation mark is not closed"
            case .textBehindQuote: "there is text behind a closing quotation mark"
            case .onlyLineBreaks: "there is nothing but line breaks"
            case .secondLine: "there is a second line, of which nothing would be taken"
            }
        }
    }

    /// The items of `text`; none when it is empty.
    ///
    /// Takes what Go takes, except for a second line, which Go drops silently.
    static func items(_ text: String) throws(Problem) -> [String] {
        guard !text.isEmpty else { return [] }
        // Go's reader has no carriage return in front of a line feed or at the very end.
        var characters = Array(text.unicodeScalars)
        if characters.last == "\r" { characters.removeLast() }
        let scalars = characters.enumerated().filter { index, scalar in
            scalar != "\r" || index + 1 == characters.count || characters[index + 1] != "\n"
        }.map(\.element)
        var rest = scalars.drop { $0 == "\n" }
        guard !rest.isEmpty else { throw .onlyLineBreaks }
        var items: [String] = []
        while true {
            items.append(try item(&rest))
            guard let separator = rest.popFirst() else { return items }
            if separator == "\n" { break }
        }
        guard rest.allSatisfy({ $0 == "\n" }) else { throw .secondLine }
        return items
    }

    /// Takes the item at the beginning of `rest` and leaves what ends it.
    private static func item(_ rest: inout ArraySlice<Unicode.Scalar>) throws(Problem) -> String {
        var item = String.UnicodeScalarView()
        guard rest.first == "\"" else {
            let scalars = rest.prefix { $0 != "," && $0 != "\n" }
            if scalars.contains("\"") { throw .quoteInside }
            rest = rest[scalars.endIndex...]
            item.append(contentsOf: scalars)
            return String(item)
        }
        rest.removeFirst()
        while let scalar = rest.popFirst() {
            if scalar != "\"" {
                item.append(scalar)
            } else if rest.first == "\"" {
                item.append(scalar)
                rest.removeFirst()
            } else {
                guard rest.isEmpty || rest.first == "," || rest.first == "\n" else { throw .textBehindQuote }
                return String(item)
            }
        }
        throw .quoteUnclosed
    }
}
