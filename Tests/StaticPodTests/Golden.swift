import Foundation
import Testing

/// What the original's libraries make of an input; `Golden/oracle/main.go` names their versions and the commands.
enum Golden {
    /// A pod and its YAML.
    struct Pod: Decodable, Sendable, CustomTestStringConvertible {
        struct Input: Decodable, Sendable {
            var name: String
            var vip: String
            var image: String
            var masters: [String]
            var options: [String]?
            var nodeIP: String
        }

        var input: Input
        var yaml: String

        var testDescription: String { "\(input)" }
    }

    /// A text, and the lines in which it stands as an option, as the image and as the name of a pod.
    struct Value: Decodable, Sendable {
        var value: String
        var option: String?
        var image: String?
        var name: String?
        /// Why the original does not write it.
        var error: String?
    }

    static let pods = lines("pods", of: Pod.self)
    static let values = lines("values", of: Value.self)

    private static func lines<Line: Decodable>(_ name: String, of type: Line.Type) -> [Line] {
        let url = Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Golden")
        do {
            let data = try Data(contentsOf: #require(url))
            return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(type, from: $0) }
        } catch {
            Issue.record(error)
            return []
        }
    }
}
