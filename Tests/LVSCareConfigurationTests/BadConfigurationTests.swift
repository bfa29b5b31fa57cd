import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import Testing

@Suite struct BadConfigurationTests {
    @Test(arguments: BadConfiguration.table)
    func `tells what is wrong at its place, and nothing else`(_ bad: BadConfiguration) throws {
        let reading = ConfigurationReader.read(bad.text)
        #expect(reading.specification == nil)
        #expect(reading.mistakes.count == 1, "\(reading.mistakes)")
        let mistake = try #require(reading.mistakes.first)
        let place = bad.place.isEmpty ? "/etc/x.yaml: " : "/etc/x.yaml:\(bad.place): "
        #expect(mistake.description.hasPrefix(place), "\(mistake)")
        for mention in bad.mentions { #expect(mistake.sentence.contains(mention), "\(mistake)") }
        #expect(!mistake.sentence.contains("\n") && !mistake.sentence.hasSuffix("."))
        #expect((mistake.meant != nil) == mistake.sentence.contains("did you mean"))
    }

    @Test func `tells all mistakes at once, in order`() {
        let reading = ConfigurationReader.read(
            services: """
                - {virtual: 10.0.0.1, protcol: udp, checks: [x], realServers: [a, b:1, 10.0.0.2:0]}
                - {virtual: 10.0.0.2:80, checks: [{tcp: , fall: x, rise: y}], realServers: [], onFailure: z}
                """, else: "defaults: {interval: x}\n")
        let places = reading.mistakes.map { "\($0.place.line):\($0.place.column)" }
        #expect(places == ["3:22", "5:13", "5:23", "5:46", "5:64", "5:67", "5:72", "6:49", "6:58", "6:91"])
    }

    @Test func `shows the part of a line around the place`() throws {
        let long = String(repeating: "x", count: 300)
        func excerpt(_ body: String) throws -> ConfigurationExcerpt {
            try #require(ConfigurationReader.read(services: body).mistakes.first?.excerpt)
        }
        var found = try excerpt("- {\tname: a\u{202e}, virtual: 10.0.0.1, realServers: []}")
        #expect(found.text == "- { name: a\u{fffd}, virtual: 10.0.0.1, realServers: []}")
        #expect(found.offset == 10 && found.length == 2)
        found = try excerpt("- {virtual: 10.0.0.1:80, realServers: [], \(long): 1}")
        #expect(found.text.hasPrefix("…") && found.text.hasSuffix("…") && found.text.unicodeScalars.count == 102)
        #expect(Array(found.text.unicodeScalars)[found.offset] == "x" && found.offset + found.length <= 102)
    }

    @Test func `looks at the files of checks where somebody does`() throws {
        let text = """
            apiVersion: lvscare/v1
            kind: Configuration
            checks: {a: {https: {ca: /c}}, b: {https: {ca: /d}, filesLater: true}}
            services: []
            """
        let reader = ConfigurationReader(MemoryFiles(texts: ["x": text])) { check throws(UnusableFile) in
            guard case .http(let request) = check.probe, let path = request.tls.issuersFile else { return }
            throw UnusableFile(use: .issuers, path: path, problem: "it is gone")
        }
        let mistakes = reader.read("x").mistakes
        #expect(
            mistakes.map(\.description) == [
                """
                x:3:26: ca "/c": it is gone; expected a readable file with the certificates (PEM) of issuers, or filesLater where \
                it comes later
                """
            ])
    }

    @Test func `tells a thousand mistakes and that there are more`() {
        let reading = ConfigurationReader.read(services: String(repeating: "- x\n", count: 2000))
        #expect(reading.mistakes.count == 1001)
        #expect(reading.mistakes.last?.description == "/etc/x.yaml: there are more than 1000 mistakes; expected fewer")
    }

    @Test(arguments: ["checks: {KEY: {}}\n", "KEY: 1\n", "include: [KEY]\n", "defaults: {scheduler: KEY}\n"])
    func `a sentence is short whatever somebody wrote`(more: String) {
        let reading = ConfigurationReader.read(
            services: "[]", else: more.replacing("KEY", with: String(repeating: "x", count: 100_000)))
        #expect(reading.mistakes.count == 1 && reading.mistakes[0].sentence.utf8.count < 1000, "\(reading.mistakes)")
        #expect((reading.mistakes.first?.excerpt?.text.utf8.count ?? 0) < 120)
    }
}
