/// The mistakes in what somebody wrote, gathered in the order in which they are found, so that all can be told at once.
package final class Mistakes {
    /// Each once, up to ``limit``.
    package private(set) var all: [UsageError] = []
    /// Whether there were more.
    package private(set) var isCut = false
    /// How often a mistake was found, the same one several times, too: whoever compares it knows whether what was read between
    /// is mistaken.
    package private(set) var findings = 0
    private var known: Set<UsageError> = []

    /// More than anybody reads, and not so many that they take the memory of a daemon.
    package static let limit = 1000

    /// No mistakes.
    package init() {}

    /// Adds a mistake, unless it is there already.
    package func add(_ mistake: UsageError) {
        findings += 1
        guard all.count < Self.limit || known.contains(mistake) else {
            isCut = true
            return
        }
        if known.insert(mistake).inserted { all.append(mistake) }
    }

    /// What `read` returns, and whether it found no mistake.
    package func watch<Value>(_ read: () -> Value) -> (value: Value, isGood: Bool) {
        let before = findings
        let value = read()
        return (value, findings == before)
    }

    /// What `read` returns; `nil`, and a mistake more, where it throws.
    @discardableResult
    package func attempt<Value>(_ read: @autoclosure () throws(UsageError) -> Value?) -> Value? {
        do throws(UsageError) { return try read() } catch {
            add(error)
            return nil
        }
    }

    /// Throws the first mistake, if there is one.
    package func throwFirst() throws(UsageError) {
        if let first = all.first { throw first }
    }
}
