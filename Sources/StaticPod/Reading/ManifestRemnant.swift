/// Tells what is left of a pod's manifest from a file that never was one.
enum ManifestRemnant {
    /// Whether `octets` may be what a crash or an interrupted write has left of a pod's manifest: nothing, zeros, or its
    /// beginning up to some place.
    ///
    /// A manifest begins with `apiVersion: v1` or `kind: Pod`, as Kubernetes' own programs write it, so both are there
    /// unless it ends before.
    static func isPossible(_ octets: [UInt8]) -> Bool {
        guard !octets.allSatisfy(isBlank) else { return true }
        let lines = octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Nothing is behind the last line, so it may be cut.
        let members = lines.enumerated().filter { isMember($1) }.map { index, line in
            (text: String(decoding: line.filter { !isBlank($0) }, as: UTF8.self), isCut: index == lines.count - 1)
        }
        if let kind = members.first(where: { $0.text.hasPrefix("kind:") }) { return matches(kind, "kind:Pod") }
        let isBeginning = zip(members, ["apiVersion:v1", "kind:Pod"]).allSatisfy { matches($0, $1) }
        return !members.isEmpty && members.count <= 2 && isBeginning
            || members.count == 1 && matches(members[0], "kind:Pod")
    }

    /// A line that says something and is not within something else.
    private static func isMember(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first, !line.allSatisfy(isBlank) else { return false }
        return first != UInt8(ascii: " ") && first != UInt8(ascii: "#") && !line.elementsEqual("---".utf8)
    }

    private static func matches(_ member: (text: String, isCut: Bool), _ whole: String) -> Bool {
        let text = member.text.filter { $0 != "\"" && $0 != "'" }
        return text == whole || member.isCut && whole.hasPrefix(text)
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == 0 || octet == 0x20 || 0x09...0x0d ~= octet }
}
