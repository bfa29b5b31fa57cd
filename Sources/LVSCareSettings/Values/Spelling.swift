/// How much two words differ, to tell a slip from another word.
package enum Spelling {
    /// Whether somebody who wrote `word` may well have meant `other`: there is at most one slip for every four letters, or
    /// one in a word of three that begins alike.
    package static func isSlip(_ word: some StringProtocol, for other: some StringProtocol) -> Bool {
        let (word, other) = (Array(word.utf8), Array(other.utf8))
        // Before the work is done, which grows with the product of both lengths.
        guard word.count >= 3, abs(word.count - other.count) <= max(word.count / 4, 1) else { return false }
        let slips = distance(word, other)
        return slips * 4 <= word.count || slips == 1 && word.first == other.first
    }

    /// The one of `words` that somebody who wrote `word` may have meant; of several, the one with the fewest slips.
    package static func meant(by word: String, among words: [String]) -> String? {
        words.filter { isSlip(word, for: $0) }
            .min { distance(Array(word.utf8), Array($0.utf8)) < distance(Array(word.utf8), Array($1.utf8)) }
    }

    /// The least number of octets that were left out, added, replaced, or swapped with the next.
    private static func distance(_ word: [UInt8], _ other: [UInt8]) -> Int {
        var rows = [Array(0...other.count)]
        for row in 0..<word.count {
            var next = [row + 1]
            for column in 0..<other.count {
                let isSame = word[row] == other[column]
                var best = min(rows[row][column] + (isSame ? 0 : 1), rows[row][column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, word[row] == other[column - 1], word[row - 1] == other[column] {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                next.append(best)
            }
            rows.append(next)
        }
        return rows[word.count][other.count]
    }
}
