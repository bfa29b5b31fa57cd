import LVSCareSettings

/// How a command tells what it has found.
enum OutputForm: String {
    case text, json

    /// `-o`; `meaning` is what json is, behind "json for".
    static func setting(json meaning: String) -> Setting {
        Setting(
            "output", letter: "o", .choice(["text", "json"], ignoresCase: false), "form", default: .text("text"),
            "Form of what is told: text, or json for \(meaning).")
    }
}
