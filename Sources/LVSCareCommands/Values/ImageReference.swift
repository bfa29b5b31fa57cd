import LVSCareSettings

/// The name of a container image: `registry:5000/folder/name:tag@sha256:…`.
enum ImageReference {
    /// What a message says it expects.
    static let expectation = "the name of an image such as registry.example:5000/lvscare:v1.0.0"

    /// What keeps a text from being the name of an image, as a clause; `nil` when it is one.
    ///
    /// The rules are those of the runtimes that pull it (`distribution/reference`), which take a name without a registry
    /// for one of Docker's.
    static func problem(_ text: String) -> String? {
        var rest = text[...]
        if let at = rest.firstIndex(of: "@") {
            guard isDigest(rest[rest.index(after: at)...]) else { return "what is behind the \"@\" is not a digest" }
            rest = rest[..<at]
        }
        let lastSlash = rest.lastIndex(of: "/") ?? rest.startIndex
        if let colon = rest[lastSlash...].lastIndex(of: ":") {
            guard isTag(rest[rest.index(after: colon)...]) else { return "what is behind the last \":\" is not a tag" }
            rest = rest[..<colon]
        }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count > 1, isRegistry(parts[0]) { parts.removeFirst() }
        for part in parts where !isPathComponent(part) {
            return part.isEmpty
                ? "a part of its path is empty"
                : "\(part.quoted) is not a part of a path: a-z and 0-9, with one of . _ - between them"
        }
        return rest.utf8.count > 255 ? "it has more than 255 characters" : nil
    }

    /// A first part that could not be a folder of Docker's own registry.
    private static func isRegistry(_ part: Substring) -> Bool {
        guard part.contains(".") || part.contains(":") || part == "localhost" || part.lowercased() != part else {
            return false
        }
        let colon = part.last == "]" ? nil : part.lastIndex(of: ":")
        if let colon {
            let port = part[part.index(after: colon)...]
            guard !port.isEmpty, port.utf8.allSatisfy({ isDigit($0) }) else { return false }
        }
        let host = colon.map { part[..<$0] } ?? part
        if host.first == "[" {
            return host.last == "]" && host.utf8.allSatisfy { isHexadecimal($0) || ":[]".utf8.contains($0) }
        }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            label.first != "-" && label.last != "-" && !label.isEmpty
                && label.utf8.allSatisfy { isLetter($0 | 0x20) || isDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isPathComponent(_ part: Substring) -> Bool {
        var separator = ""
        var isBehindWord = false
        for octet in part.utf8 {
            if isLetter(octet) || isDigit(octet) {
                guard separator.isEmpty || isBehindWord && isSeparator(separator) else { return false }
                separator = ""
                isBehindWord = true
            } else {
                separator.unicodeScalars.append(Unicode.Scalar(octet))
            }
        }
        return isBehindWord && separator.isEmpty
    }

    private static func isSeparator(_ text: String) -> Bool {
        text == "." || text == "_" || text == "__" || text.allSatisfy { $0 == "-" }
    }

    private static func isTag(_ tag: Substring) -> Bool {
        1...128 ~= tag.utf8.count && tag.first != "." && tag.first != "-"
            && tag.utf8.allSatisfy { isLetter($0 | 0x20) || isDigit($0) || "_.-".utf8.contains($0) }
    }

    private static func isDigest(_ digest: Substring) -> Bool {
        let parts = digest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return false }
        return parts[0].utf8.allSatisfy { isLetter($0 | 0x20) || isDigit($0) || "+._-".utf8.contains($0) }
            && parts[1].utf8.count >= 32 && parts[1].utf8.allSatisfy { isHexadecimal($0) }
    }

    private static func isLetter(_ octet: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= octet }

    private static func isDigit(_ octet: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= octet }

    private static func isHexadecimal(_ octet: UInt8) -> Bool {
        isDigit(octet) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= octet | 0x20
    }
}
