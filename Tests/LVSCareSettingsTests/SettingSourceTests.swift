import LVSCareSettings
import Testing

/// A document that holds one value, at line 3, column 5.
private struct OneValue: SettingLayer {
    var name: String
    var text: String

    func values(of setting: Setting) -> [RawValue] {
        guard setting.name == name else { return [] }
        return [
            RawValue(text: text, origin: .document(DocumentPlace(file: "ferry.yaml", line: 3, column: 5), name: "name"))
        ]
    }
}

/// Where values come from, and how they are checked.
@Suite struct SettingSourceTests {
    @Test func `a flag goes before a variable, and that before a document`() throws {
        let document = OneValue(name: "name", text: "c")
        func text(_ flags: GivenFlags, _ environment: [String: String]) -> String? {
            SettingSource(flags: flags, environment: Environment(environment), prefix: "FERRY_", further: [document])
                .value(Ferry.name)?.text
        }
        #expect(text([Ferry.name: "a"], ["FERRY_NAME": "b"]) == "a")
        #expect(text([:], ["FERRY_NAME": "b"]) == "b")
        #expect(text([:], ["FERRY_TITLE": "b"]) == "b")
        #expect(text([:], ["FERRY_NAME": ""]) == "c")
    }

    @Test func `a message names the place in a document`() {
        let document = OneValue(name: "trips", text: "ten")
        let source = SettingSource(flags: [:], environment: Environment([:]), prefix: nil, further: [document])
        let error = #expect(throws: UsageError.self) { try source.number(Ferry.trips) }
        #expect(
            error?.description
                == "ferry.yaml:3:5: name \"ten\": it is not such a number; expected how many trips, 1 to 9")
    }

    @Test(
        arguments: [
            ("pause", "500ms", "500ms"), ("pause", "2", "2s"), ("pause", "0", nil), ("pause", "60s", "1m"),
        ] as [(String, String, String?)])
    func `reads durations`(_ name: String, _ text: String, _ expected: String?) throws {
        #expect(try Ferry.source("--\(name)", text).duration(Ferry.pause).map(GoDuration.text) == expected)
    }

    @Test func `reads numbers, choices, lists and paths`() throws {
        enum Load: String { case cars, people }
        let source = try Ferry.source(
            "--trips", "9", "--discount=5%", "--load", "CARS", "--stops", "a, \"b,c\"", "--stops=d", "--chart", "/x")
        #expect(try source.number(Ferry.trips) == 9)
        #expect(try source.number(Ferry.discount) == 5)
        #expect(try source.choice(Ferry.load, as: Load.self) == .cars)
        #expect(try source.items(Ferry.stops).map(\.text) == ["a", "b,c", "d"])
        #expect(try source.path(Ferry.chart) == "/x")
        let empty = try Ferry.source()
        #expect(try empty.number(Ferry.trips) == nil)
        #expect(try empty.choice(Ferry.load, as: Load.self) == nil)
        #expect(try empty.path(Ferry.chart) == nil)
        #expect(empty.valueOrDefault(Ferry.trips).text == "3")
        #expect(try empty.boolean(Ferry.quick, default: true))
    }

    @Test(arguments: [
        (
            Ferry.pause, "1ms",
            "it is too short; expected seconds such as 5, or a duration such as 500ms or 1m30s, from 10ms to 1m"
        ),
        (Ferry.pause, "2m", "it is too long"), (Ferry.pause, "x", "there is no number at \"x\""),
        (Ferry.trips, "0", "it is not such a number; expected how many trips, 1 to 9"),
        (Ferry.discount, "51", "it is not a percentage; expected 0 to 50 per cent"),
        (Ferry.load, "rats", "there is no such choice; expected cars, people or \"\""),
        (Ferry.chart, "", "it is not the path of a file; expected a chart"),
        (Ferry.stops, "a,,b", "an item is empty; expected names of stops"),
        (Ferry.quick, "no", "it is not a truth value; expected true or false"),
    ])
    func `tells what is wrong with a value, whatever wrote it`(_ setting: Setting, _ text: String, _ message: String) {
        enum Load: String { case cars, people }
        let variable = setting.variables(prefix: "FERRY_")[0]
        let layer = OneValue(name: setting.name, text: text)
        for (source, place) in [
            (SettingSource(flags: [setting: text], environment: Environment([:]), prefix: nil), setting.spelling),
            (SettingSource(flags: [:], environment: Environment([variable: text]), prefix: "FERRY_"), variable),
            (
                SettingSource(flags: [:], environment: Environment([:]), prefix: nil, further: [layer]),
                "ferry.yaml:3:5: name"
            ),
        ] where !(text.isEmpty && place == variable) {
            let error = #expect(throws: UsageError.self) {
                switch setting.kind {
                case .boolean: _ = try source.boolean(setting, default: true)
                case .duration: _ = try source.duration(setting)
                case .number, .percentage: _ = try source.number(setting)
                case .choice: _ = try source.choice(setting, as: Load.self)
                case .file: _ = try source.path(setting)
                case .list: _ = try source.items(setting)
                case .text, .proposed, .folder: break
                }
            }
            #expect(
                error?.description.hasPrefix("\(place) \"\(text)\": \(message)") == true, "\(error?.description ?? "")")
        }
    }

    @Test func `the remedy names the variable where there is one`() {
        #expect(
            SettingSource(flags: [:], environment: Environment([:]), prefix: "FERRY_").remedy(Ferry.chart)
                == "--chart or the variable FERRY_CHART")
        #expect(
            SettingSource(flags: [:], environment: Environment([:]), prefix: nil).remedy(Ferry.chart) == "--chart")
    }

    @Test(arguments: ["24h", "1m", "90s", "1500ms", "10ms", "7us", "1ns"])
    func `a duration is written as it is read`(_ text: String) throws {
        #expect(GoDuration.text(try GoDuration.parse(text)) == text)
    }
}
