import LVSCareConfiguration
import LVSCareSettings

/// The keys of the configuration file for a manual page, made of their declarations.
enum ConfigurationTopics {
    /// What the file is, and a section for each of its mappings.
    static var all: [Command.Topic] {
        [Command.Topic("THE FILE", introduction)]
            + ConfigurationSchema.all.map { schema in
                let place = schema.place.isEmpty ? "The file has these keys:" : "Keys of \(schema.place):"
                return Command.Topic(schema.title.uppercased(), [place], entries: schema.keys.map(entry))
            }
    }

    private static let introduction = [
        """
        YAML, of which JSON is a part, in UTF-8: one document of at most 1 MiB without anchors, aliases, tags and merge keys. \
        An unknown key is a mistake, and so is one that stands twice. A value is a text, and its key decides what it means; a \
        truth value is true or false, a duration a number of seconds or of the form 500ms or 1m30s.
        """
    ]

    private static func entry(_ key: ConfigurationKey) -> Command.Entry {
        var sentences = [key.help]
        switch key.kind {
        case .choice(let words, _) where words.count == 1: sentences.append("Always \(words[0]).")
        case .choice(let words, _): sentences.append("One of \(words.joined(separator: ", ")).")
        case .boolean: break
        case let kind?: if let range = kind.range { sentences.append("Range: \(range).") }
        case nil: sentences.append("Form: \(key.form).")
        }
        if let text = key.fallback.text { sentences.append("Default: \(text).") }
        if key.isRequired { sentences.append("Required.") }
        return Command.Entry(key.name, meaning: sentences.joined(separator: " "))
    }
}
