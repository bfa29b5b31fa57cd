extension StringProtocol {
    /// The text, or its beginning and `…` where it has more than 200 octets in UTF-8: what somebody else chose shall not
    /// fill a log.
    package var abbreviated: String { abbreviated(to: 200) }

    /// The text, or its beginning and `…` where it has more than so many octets in UTF-8.
    ///
    /// Octets, because a single `Character` can have thousands of them.
    package func abbreviated(to octets: Int) -> String {
        let text = String(self)
        guard octets >= 0, text.utf8.count > octets else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: octets)
        while UTF8.isContinuation(text.utf8[end]) { end = text.utf8.index(before: end) }
        return text[..<end] + "…"
    }
}
