/// A value that cannot be used: where it was written, what it is, what is wrong with it and what is expected.
///
/// Ends the program with status 64 (`EX_USAGE` of `sysexits.h`) before anything is touched.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole message: one sentence on one line, without a full stop.
    package let description: String

    /// An error that is not about one value.
    package init(_ message: String) { description = message.escapedForOneLine }

    /// An error about one value; `problem` reads well behind the value, `expected` behind "expected".
    package init(_ value: RawValue, _ problem: String, expected: String) {
        self.init("\(value.origin) \(value.text.quoted): \(problem); expected \(expected)")
    }
}

extension UsageError {
    /// Runs `parse` on the text of `value` and turns what it throws into a usage error.
    package static func wrap<Result, Problem: Error & CustomStringConvertible>(
        _ value: RawValue, expected: String, _ parse: (String) throws(Problem) -> Result
    ) throws(UsageError) -> Result {
        do { return try parse(value.text) } catch { throw UsageError(value, error.description, expected: expected) }
    }
}
