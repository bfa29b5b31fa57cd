/// A truth value as Go's `strconv.ParseBool` reads it.
package enum GoBoolean {
    /// The words, for messages.
    package static let expectation = "true or false (also 1, 0, t, f)"

    /// The value that `text` says, `nil` when it says none.
    package static func parse(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }
}
