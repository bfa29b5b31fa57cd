/// Text in the language of `man(7)`.
enum ManualText {
    /// The text as it is, its hyphens as minus signs, which nobody's fonts change.
    static func verbatim(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "…": result += "..."
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\[u" + String(repeating: "0", count: max(4 - digits.count, 0)) + digits + "]"
            }
        }
        return result
    }

    /// A line that begins with no control character.
    static func line(_ text: String) -> String { text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text }

    /// Sentences with their flags and variables set off, in lines that a reader of the source can see; other hyphens may
    /// break lines.
    static func prose(_ text: String) -> String {
        let words = text.split(separator: " ").map(word).joined(separator: " ")
        return TextColumn().lines(words).map(line).joined(separator: "\n")
    }

    static func bold(_ text: some StringProtocol) -> String { "\\fB\(verbatim(text))\\fR" }

    static func italic(_ text: some StringProtocol) -> String { "\\fI\(verbatim(text))\\fR" }

    /// The name of a page, on one line: `lvscare-care(8)`.
    static func reference(_ page: String) -> String {
        let parts = page.split(separator: "(", maxSplits: 1)
        return ".BR \\%\(verbatim(parts[0])) (\(parts.count > 1 ? parts[1] : "8)")"
    }

    /// Lines as they are, set off.
    static func code(_ lines: [String]) -> [String] {
        [".PP", ".RS 4", ".EX"] + lines.map { line(verbatim($0)) } + [".EE", ".RE"]
    }

    private static func word(_ word: Substring) -> String {
        let isEdge: (Character) -> Bool = { "()[]\"',;:.?".contains($0) }
        let start = word.firstIndex { !isEdge($0) } ?? word.endIndex
        let end = word.lastIndex { !isEdge($0) }.map(word.index(after:)) ?? start
        guard start < end else { return loose(word) }
        let core = word[start..<end]
        let marked = isFlag(core) || isVariable(core) ? bold(core) : isName(core) ? whole(core) : loose(core)
        return loose(word[..<start]) + marked + loose(word[end...])
    }

    private static func loose(_ text: Substring) -> String { verbatim(text).replacing("\\-", with: "-") }

    /// A word that no line break may part.
    private static func whole(_ text: Substring) -> String { "\\%" + verbatim(text) }

    /// Files, addresses, names of hosts and pages.
    private static func isName(_ word: Substring) -> Bool { word.contains { "./:_=@(".contains($0) } }

    private static func isFlag(_ word: Substring) -> Bool {
        let name = word.drop { $0 == "-" }
        return word.hasPrefix("-") && word.count - name.count <= 2 && name.first?.isLetter == true
    }

    /// `CARE_VS`, `IPVS_CLEAN=true`
    private static func isVariable(_ word: Substring) -> Bool {
        let name = word.prefix { $0 != "=" }
        return name.contains("_") && name.allSatisfy { $0.isASCII && $0.isUppercase || $0 == "_" }
    }
}
