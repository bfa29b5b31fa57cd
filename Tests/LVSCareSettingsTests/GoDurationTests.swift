import LVSCareSettings
import Testing

@Suite struct GoDurationTests {
    static let written: [(String, Duration)] = [
        ("0", .zero), ("5", .seconds(5)), ("+5", .seconds(5)), ("0s", .zero), ("-0", .zero),
        ("500ms", .milliseconds(500)), ("1m30s", .seconds(90)), ("1.5s", .milliseconds(1500)),
        ("1h2m3s4ms5us6ns", .nanoseconds(3_723_004_005_006)), ("5\u{b5}s", .microseconds(5)),
        ("5\u{3bc}s", .microseconds(5)), (".5s", .milliseconds(500)), ("5.s", .seconds(5)),
        ("0.000000001s", .nanoseconds(1)), ("0.0000000001s", .zero), ("1.000000000000000000000001s", .seconds(1)),
        ("0.5h", .seconds(1800)), ("9223372036s", .seconds(9_223_372_036)),
    ]

    @Test(arguments: written)
    func `a duration is read as Go reads it`(_ text: String, _ duration: Duration) throws {
        #expect(try GoDuration.parse(text) == duration)
    }

    static let wrong: [(String, GoDuration.Problem)] = [
        ("", .empty), ("-5s", .negative), ("-1", .negative), ("-1ns", .negative), ("s", .noNumber(at: "s")),
        (".", .noNumber(at: ".")), (".s", .noNumber(at: ".s")), ("1.5", .missingUnit(number: "1.5")),
        ("1m30", .missingUnit(number: "30")), ("5x", .unknownUnit("x")), ("5 s", .unknownUnit(" s")),
        ("1d", .unknownUnit("d")), ("5S", .unknownUnit("S")), ("five", .noNumber(at: "five")),
        ("99999999999999999999", .tooLong), ("99999999999999999999s", .tooLong), ("9223372037s", .tooLong),
        ("9999999999999999999h", .tooLong), ("+", .empty), ("--5s", .noNumber(at: "-5s")), ("1e3s", .unknownUnit("e")),
    ]

    @Test(arguments: wrong)
    func `a text that is no duration is refused`(_ text: String, _ problem: GoDuration.Problem) {
        #expect(throws: problem) { try GoDuration.parse(text) }
    }
}
