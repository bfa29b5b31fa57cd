import Addressing

/// The target of a request (RFC 9112, section 3.2.1) as an operator writes it: a path, perhaps with a query.
package enum RequestTarget {
    /// What a message says it expects.
    package static let expectation = "a path such as /healthz or /readyz?verbose"

    /// What keeps a text from being a path.
    package enum Problem: Error, Hashable, CustomStringConvertible {
        case fragment
        case url
        case control

        package var description: String {
            switch self {
            case .fragment: "a fragment (\"#\") is never sent to a server"
            case .url: "it is a URL, and only its path belongs here"
            case .control: "it has a control character"
            }
        }
    }

    /// The target as it goes on the wire: a missing leading slash added, and what a target may not hold
    /// percent-encoded. A query stays a query, and what is percent-encoded already stays as it is.
    package static func parse(_ text: String) throws(Problem) -> String {
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else { throw .control }
        guard !text.contains("#") else { throw .fragment }
        guard !text.lowercased().hasPrefix("http://"), !text.lowercased().hasPrefix("https://") else { throw .url }
        return (text.hasPrefix("/") ? "" : "/") + PercentCoding.encoded(text, allowing: isAllowed)
    }

    /// `pchar` of RFC 3986 without the percent sign, and `/` and `?`.
    private static func isAllowed(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:@/?".utf8.contains(octet)
        }
    }
}
