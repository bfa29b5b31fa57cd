/// A value that cannot be used: where it was written, what it is, what is wrong with it and what is expected.
///
/// Ends the program with status 64 (`EX_USAGE` of `sysexits.h`) before anything is touched.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where the value was written; `nil` where the error is not about one value.
    package let origin: Origin?
    /// What somebody may have meant instead.
    package let meant: String?
    private let message: String

    /// An error that is not about one value.
    package init(_ message: String) {
        origin = nil
        meant = nil
        self.message = message.escapedForOneLine
    }

    /// An error about one value; `problem` reads well behind the value, `expected` behind "expected".
    package init(_ value: RawValue, _ problem: String, expected: String, meant: String? = nil) {
        self.init(
            at: value.origin, " \(value.text.quoted): \(problem)\(Self.advice(expected: expected, meant: meant))", meant
        )
    }

    /// An error about what stands at `origin`, which is not one text.
    package init(at origin: Origin, _ problem: String, expected: String, meant: String? = nil) {
        self.init(at: origin, ": \(problem)\(Self.advice(expected: expected, meant: meant))", meant)
    }

    private init(at origin: Origin, _ message: String, _ meant: String?) {
        self.origin = origin
        self.meant = meant
        self.message = message.escapedForOneLine
    }

    private static func advice(expected: String, meant: String?) -> String {
        meant.map { "; did you mean \($0)?" } ?? (expected.isEmpty ? "" : "; expected \(expected)")
    }

    /// The whole message: one sentence on one line, without a full stop.
    package var description: String { (origin.map { "\($0)".escapedForOneLine } ?? "") + message }

    /// The same without the place in a document.
    package var sentence: String { (origin.map { $0.shortDescription.escapedForOneLine } ?? "") + message }
}

/// Two errors are equal when they say the same.
extension UsageError {
    package static func == (left: UsageError, right: UsageError) -> Bool { left.description == right.description }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension UsageError {
    /// Runs `parse` on the text of `value` and turns what it throws into a usage error.
    package static func wrap<Result, Problem: Error & CustomStringConvertible>(
        _ value: RawValue, expected: String, _ parse: (String) throws(Problem) -> Result
    ) throws(UsageError) -> Result {
        do { return try parse(value.text) } catch { throw UsageError(value, error.description, expected: expected) }
    }
}
