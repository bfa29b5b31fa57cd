import Glibc

/// What the C library says of an `errno`. strerror(3)
package enum ErrorText {
    /// As it is said: `No such file or directory`.
    package static func of(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// As a part of a sentence: `no such file or directory`.
    package static func clause(_ code: Int32) -> String {
        let text = of(code)
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
