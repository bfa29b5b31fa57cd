/// The flags of a command line with their texts, in order; the first place that settings are read from.
package struct GivenFlags: Sendable {
    private var texts: [(name: String, text: String)] = []

    /// No flags.
    package init() {}

    /// Adds a flag behind those that are there.
    package mutating func append(_ text: String, for setting: Setting) { texts.append((setting.name, text)) }
}

extension GivenFlags: ExpressibleByDictionaryLiteral {
    /// The flags of these settings with these texts.
    package init(dictionaryLiteral flags: (Setting, String)...) {
        for (setting, text) in flags { append(text, for: setting) }
    }
}

extension GivenFlags: SettingLayer {
    package func values(of setting: Setting) -> [RawValue] {
        texts.filter { $0.name == setting.name }.map { RawValue(text: $0.text, origin: .flag(setting.spelling)) }
    }
}
