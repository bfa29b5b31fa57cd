import Director
import LVSCareConfiguration
import LVSCareSettings
import NetlinkTestKit
import Testing

/// Files that were good until something happened to them.
@Suite struct BrokenConfigurationTests {
    private static let good = GoodConfigurationTests.everything

    /// A file with one damage that no reader may take for good.
    private static func broken(_ seed: Int) -> String {
        var random = SplitMix64(seed: UInt64(seed))
        var lines = good.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // Behind apiVersion and kind.
        let index = Int.random(in: 2..<lines.count, using: &random)
        switch seed % 8 {
        case 0: lines[index] = lines[index].replacing(":", with: "", maxReplacements: 1) + " }"
        case 1:
            lines.insert(
                ["  @x", "\tx: y", "x: [", "&a", "{", "services: []"].randomElement(using: &random) ?? "", at: index)
        case 2: return String(good.prefix(Int.random(in: 0..<good.count * 9 / 10, using: &random)))
        case 3: lines.append(lines[Int.random(in: 0..<3, using: &random)])
        case 4: return word(good, &random) { _ in "nonsense!" }
        case 5: return word(good, &random) { $0.reversed() + "x" }
        case 6: lines[0] = "apiVersion: lvscare/v\(seed)"
        default:
            var octets = Array(good.utf8)
            for _ in 0..<8 {
                octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...31, using: &random)
            }
            return String(decoding: octets, as: UTF8.self)
        }
        return lines.joined(separator: "\n")
    }

    /// The text with one of its keys changed.
    private static func word(
        _ text: String, _ random: inout SplitMix64, _ change: (String) -> String
    ) -> String {
        // A header field may have any name.
        let keys = text.ranges(of: #/[a-zA-Z]{4,}:/#).filter { text[$0] != "Accept:" }
        guard let range = keys.randomElement(using: &random) else { return text }
        return text[..<range.lowerBound] + change(String(text[range].dropLast())) + ":" + text[range.upperBound...]
    }

    @Test(arguments: 0..<200)
    func `gets a sentence with a place`(_ seed: Int) {
        let text = Self.broken(seed)
        let reading = ConfigurationReader.read(text)
        #expect(reading.specification == nil && !reading.mistakes.isEmpty, "\(text)")
        for mistake in reading.mistakes {
            #expect(mistake.description.hasPrefix("/etc/x.yaml:") && !mistake.sentence.isEmpty)
            #expect(mistake.place.line > 0 || mistake.sentence.contains("empty"), "\(mistake)")
            #expect(!mistake.sentence.contains("\n"))
            if let excerpt = mistake.excerpt { #expect(excerpt.offset <= excerpt.text.unicodeScalars.count) }
        }
    }

    /// A file takes as long to read as twenty messages of the kernel.
    @Test(arguments: Fuzzer.seeds)
    func `never traps, whatever the octets are`(seed: UInt64) {
        let small = "apiVersion: lvscare/v1\nkind: Configuration\nservices: [{virtual: 10.0.0.1:80, realServers: []}]"
        var fuzzer = Fuzzer([Array(Self.good.utf8), Array(small.utf8)], seed: seed)
        let inputs = Fuzzer.inputs / 20 / Fuzzer.seeds.count
        var values = 0
        for _ in 0..<inputs {
            let reading = ConfigurationReader(OctetFile(octets: fuzzer.next())).read("x")
            #expect((reading.specification == nil) == !reading.mistakes.isEmpty)
            if reading.specification != nil { values += 1 }
        }
        #expect(values > 10 && inputs - values > 100)
    }
}

/// One file of any octets.
private struct OctetFile: ConfigurationFiles {
    let octets: [UInt8]

    func read(_ path: String) throws(ConfigurationFileProblem) -> [UInt8] { octets }
    func paths(matching pattern: String) -> [String] { [] }
}
