import LVSCareConfiguration
import LVSCareSettings

/// The keys of the configuration file as tables in Markdown, for the documentation.
enum KeyTable {
    /// A section for each schema.
    static var lines: [String] {
        ConfigurationSchema.all.flatMap { schema in
            let place = schema.place.isEmpty ? "" : ": `\(schema.place)`"
            return ["### \(schema.title)\(place)", "", "| key | default | values | meaning |", "|---|---|---|---|"]
                + schema.keys.map(row) + [""]
        }
    }

    private static func row(_ key: ConfigurationKey) -> String {
        let fallback = FlagTable.fallback(key.fallback) ?? (key.isRequired ? "required" : "")
        let values = key.kind.map { FlagTable.values($0) ?? $0.expectation } ?? key.form
        return FlagTable.row([FlagTable.code(key.name), fallback, values, key.help])
    }
}
