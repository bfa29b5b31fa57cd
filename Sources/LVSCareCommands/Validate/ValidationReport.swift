import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// What `lvscare validate` tells of a configuration.
struct ValidationReport {
    let reading: ConfigurationReading

    init(_ reading: ConfigurationReading) { self.reading = reading }

    /// Each mistake and each warning with its line and a caret below, or the one line of a file that can be used.
    var text: String {
        let told =
            reading.mistakes.map { Self.text($0, as: "") } + reading.warnings.map { Self.text($0, as: "warning: ") }
        guard let specification = reading.specification else { return told.joined() }
        let counts = [
            Self.count(specification.services.count, "service"),
            Self.count(Self.realServers(specification), "real server"),
            Self.count(reading.checkCount, "check"),
        ]
        return told.joined() + "valid: \(counts.joined(separator: ", "))\n"
    }

    /// The same as a JSON object.
    var json: JSON {
        var json: JSON = ["valid": .boolean(reading.specification != nil)]
        if let specification = reading.specification {
            json = json.adding([
                "services": .integer(specification.services.count),
                "realServers": .integer(Self.realServers(specification)), "checks": .integer(reading.checkCount),
            ])
        }
        return json.adding([
            "mistakes": .array(reading.mistakes.map(Self.json)), "warnings": .array(reading.warnings.map(Self.json)),
        ])
    }

    private static func realServers(_ specification: NodeSpecification) -> Int {
        specification.services.reduce(0) { $0 + $1.members.count }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func text(_ mistake: ConfigurationMistake, as kind: String) -> String {
        let sentence = "\(mistake.place)".escapedForOneLine + ": \(kind)\(mistake.sentence)\n"
        guard let excerpt = mistake.excerpt else { return sentence }
        let blanks = String(repeating: " ", count: excerpt.offset)
        return sentence + "  \(excerpt.text)\n  \(blanks)\(String(repeating: "^", count: excerpt.length))\n"
    }

    private static func json(_ mistake: ConfigurationMistake) -> JSON {
        // What is wrong with a file as a whole is in no line.
        let position: JSON =
            mistake.place.line == 0
            ? [:]
            : [
                "line": .integer(mistake.place.line), "column": .integer(mistake.place.column),
                "length": .integer(max(mistake.place.length, 1)),
            ]
        let meant: JSON = mistake.meant.map { ["meant": .string($0)] } ?? [:]
        let file: JSON = ["file": .string(mistake.place.file)]
        return file.adding(position).adding(["sentence": .string(mistake.sentence)]).adding(meant)
            .adding(mistake.excerpt.map { ["excerpt": .string($0.text)] } ?? [:])
    }
}
