import LVSCareSettings

/// One status code of HTTP, or a range of them: `401`, `500-503`.
enum StatusRange {
    enum Problem: Error, CustomStringConvertible {
        case noStatus
        case backwards

        /// Reads well behind the text.
        var description: String {
            switch self {
            case .noStatus: "it is not the status code of an answer"
            case .backwards: "the range ends before it begins"
            }
        }
    }

    /// The statuses that `text` stands for.
    static func parse(_ text: String) throws(Problem) -> ClosedRange<Int> {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try status(ends[0])
        let last = ends.count == 2 ? try status(ends[1]) : first
        guard first <= last else { throw .backwards }
        return first...last
    }

    private static func status(_ text: Substring) throws(Problem) -> Int {
        let digits = text.withoutSurroundingBlanks
        guard digits.utf8.count == 3, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let status = Int(digits),
            100...599 ~= status
        else { throw .noStatus }
        return status
    }
}
