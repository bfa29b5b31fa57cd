import Addressing

/// Why the `Location` of a redirect leads nowhere, as a clause that follows the location.
package struct UnusableReference: Error, Hashable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason.abbreviated }
}

extension HTTPURL {
    /// The URL that `reference` means within this one (RFC 3986, section 5.2).
    ///
    /// User information and fragment are dropped, octets that do not belong in a request target are percent-encoded.
    package func resolving(_ reference: String) throws(UnusableReference) -> HTTPURL {
        guard !reference.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw UnusableReference("has control characters")
        }
        var rest = reference.prefix { $0 != "#" }
        var url = self
        var isAbsolute = false
        if let name = Self.takeScheme(&rest) {
            guard let scheme = Scheme(rawValue: name) else {
                throw UnusableReference("has the unsupported scheme \"\(name)\"")
            }
            guard rest.hasPrefix("//") else { throw UnusableReference("has no host") }
            url.scheme = scheme
            isAbsolute = true
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            rest = rest[authority.endIndex...]
            (url.host, url.explicitPort) = try Self.hostAndPort(authority)
            isAbsolute = true
        }
        url.target = isAbsolute ? Self.target(rest, within: "/") : Self.target(rest, within: target)
        return url
    }

    /// Whether `reference` names a scheme, so that nothing of the URL before it counts.
    package static func isAbsolute(_ reference: String) -> Bool {
        var rest = reference[...]
        return takeScheme(&rest) != nil
    }

    /// Takes `scheme:` off the front of `text` and returns it in lower case; `nil` when there is none.
    private static func takeScheme(_ text: inout Substring) -> String? {
        guard let colon = text.firstIndex(where: { ":/?".contains($0) }), text[colon] == ":" else { return nil }
        let scheme = text[..<colon]
        guard scheme.first?.isLetter == true,
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        text = text[text.index(after: colon)...]
        return scheme.lowercased()
    }

    private static func hostAndPort(_ authority: Substring) throws(UnusableReference) -> (Host, UInt16?) {
        let authority = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let hostEnd =
            authority.hasPrefix("[")
            ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
        let hostText = authority[..<(hostEnd ?? authority.endIndex)]
        let portText = authority[hostText.endIndex...]
        var port: UInt16?
        // RFC 3986 allows a colon without a port.
        if !portText.isEmpty, portText != ":" {
            let digits = portText.drop { $0 == ":" }
            guard portText.hasPrefix(":"), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
                let number = UInt16(digits),
                number > 0
            else { throw UnusableReference("has the invalid port \"\(digits)\"") }
            port = number
        }
        return (try host(hostText), port)
    }

    private static func host(_ text: Substring) throws(UnusableReference) -> Host {
        guard !text.isEmpty else { throw UnusableReference("has no host") }
        if text.hasPrefix("[") {
            guard text.hasSuffix("]"), let address = IPAddress(text.dropFirst().dropLast()), address.family == .ipv6
            else {
                throw UnusableReference("has the invalid address \"\(text)\"")
            }
            return .address(address)
        }
        if let address = IPAddress(text) { return .address(address) }
        // RFC 1123 plus the underscore, which names in clusters have.
        guard text.utf8.count <= 253,
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
        else { throw UnusableReference("has the invalid host \"\(text)\"") }
        return .name(String(text))
    }

    /// Path and query of the relative reference `text` within `base`.
    private static func target(_ text: Substring, within base: String) -> String {
        let path = text.prefix { $0 != "?" }
        let query = text[path.endIndex...]
        let basePath = base.prefix { $0 != "?" }
        let target: String
        if path.isEmpty {
            target = query.isEmpty ? base : String(basePath + query)
        } else if path.hasPrefix("/") {
            target = removingDotSegments(path) + query
        } else {
            let directory = basePath.lastIndex(of: "/").map { basePath[...$0] } ?? "/"
            target = removingDotSegments(directory + path) + query
        }
        return percentEncoding(target)
    }

    /// `path`, which starts with `/`, without its `.` and `..` segments (RFC 3986, section 5.2.4).
    private static func removingDotSegments(_ path: Substring) -> String {
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var kept: [Substring] = []
        for segment in segments {
            switch segment {
            case ".": break
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        // A dot segment at the end stands for a directory.
        if let last = segments.last, last == "." || last == ".." { kept.append("") }
        return "/" + kept.joined(separator: "/")
    }

    /// `target` with every octet that RFC 3986 does not allow there as `%XX`; what is encoded already stays.
    private static func percentEncoding(_ target: String) -> String {
        let forbidden = "\"<>\\^`{|}".utf8
        return PercentCoding.encoded(target) { 0x21...0x7e ~= $0 && !forbidden.contains($0) }
    }
}
