/// Text in lines of a limited width.
struct TextColumn {
    /// Blanks in front of each line.
    var indentation = 0
    /// Columns that a line may reach to, the indentation included.
    var end = 80

    /// The lines of `text`, broken at blanks; a word that is longer than a line stays whole.
    func lines(_ text: String) -> [String] {
        let width = end - indentation
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(line) }
        let blanks = String(repeating: " ", count: indentation)
        return lines.map { blanks + $0 }
    }
}

extension String {
    /// The text with blanks behind it up to this column.
    func padded(to column: Int) -> String { self + String(repeating: " ", count: Swift.max(column - count, 0)) }
}
