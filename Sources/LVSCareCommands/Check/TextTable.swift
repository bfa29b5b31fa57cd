/// A table of text in columns that are as wide as they must be.
struct TextTable {
    /// What a column holds.
    struct Column {
        var title: String
        /// Whether its cells stand at the right, so that their digits are below each other.
        var isNumber = false
    }

    var columns: [Column]
    /// A cell for each column in each row.
    var rows: [[String]]

    /// The titles and the rows, with two blanks between columns and none at the end.
    var lines: [String] {
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                let blanks = String(repeating: " ", count: widths[index] - cell.count)
                line += columns[index].isNumber ? blanks + cell : cell + blanks
                if index < row.count - 1 { line += "  " }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
