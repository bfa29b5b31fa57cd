package import LVSCareModel
import LVSCareSettings
import YAML

/// What came of reading a configuration.
package struct ConfigurationReading: Sendable {
    /// What the files ask for; `nil` where anything is wrong with them.
    package let specification: NodeSpecification?
    /// All that is wrong, by file and place; empty where nothing is.
    package let mistakes: [ConfigurationMistake]
    /// What is no mistake, but probably not meant.
    package let warnings: [ConfigurationMistake]
    /// The files that were read and what was in them, the first one first.
    package let files: [(path: String, octets: [UInt8])]
    /// The paths and patterns of all files that were looked for, found or not.
    package let watched: [String]
    /// The patterns among them, as glob(7) takes them.
    let patterns: [String]
    /// How many checks were written.
    package let checkCount: Int

    init(_ decoder: ConfigurationDecoder, _ sources: ConfigurationSources) {
        files = sources.read
        watched = sources.watched
        patterns = sources.patterns
        checkCount = decoder.checkCount
        specification =
            decoder.mistakes.all.isEmpty
            ? NodeSpecification(
                decoder.services.map(\.specification), timeouts: decoder.timeouts,
                synchronization: decoder.synchronization) : nil
        var lines: [String: YAMLLines] = [:]
        func located(_ mistakes: [UsageError]) -> [ConfigurationMistake] {
            let order = Dictionary(sources.read.enumerated().map { ($1.path, $0) }) { first, _ in first }
            for file in sources.read where !mistakes.isEmpty && lines[file.path] == nil {
                lines[file.path] = YAMLLines(file.octets)
            }
            return mistakes.map { ConfigurationMistake($0, lines) }.sorted { left, right in
                let files = (order[left.place.file] ?? -1, order[right.place.file] ?? -1)
                return (files.0, left.place.line, left.place.column) < (files.1, right.place.line, right.place.column)
            }
        }
        let cut = UsageError(
            whole: sources.read.first?.path ?? "", "there are more than \(Mistakes.limit) mistakes", expected: "fewer")
        mistakes = located(decoder.mistakes.all) + (decoder.mistakes.isCut ? located([cut]) : [])
        warnings = located(decoder.warnings.all)
    }
}

extension ConfigurationMistake {
    fileprivate init(_ error: UsageError, _ lines: [String: YAMLLines]) {
        // Every mistake of a document has a place; what has none would be a mistake of ours, and is told all the same.
        if case .document(let place, _) = error.origin { self.place = place } else { place = DocumentPlace(file: "") }
        let sentence = error.sentence
        // Of a file as a whole there is no name.
        self.sentence = String(sentence.drop { $0 == ":" || $0 == " " })
        meant = error.meant
        excerpt = lines[place.file].flatMap { [place] lines in ConfigurationExcerpt(place, of: lines) }
    }
}
