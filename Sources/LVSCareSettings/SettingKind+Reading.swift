/// What a value of each kind says; throws what is wrong with it.
extension SettingKind {
    /// A duration; `nil` for 0, which is the default.
    package func duration(_ value: RawValue) throws(UsageError) -> Duration? {
        guard case .duration(let range) = self else { preconditionFailure("\(value.origin) is no duration") }
        let duration = try UsageError.wrap(value, expected: expectation) { text throws(GoDuration.Problem) in
            try GoDuration.parse(text)
        }
        if duration == .zero { return nil }
        guard duration >= range.lowerBound else { throw UsageError(value, "it is too short", expected: expectation) }
        guard duration <= range.upperBound else { throw UsageError(value, "it is too long", expected: expectation) }
        return duration
    }

    /// A whole number, or per cent.
    package func number(_ value: RawValue) throws(UsageError) -> Int {
        switch self {
        case .number(let range, _):
            guard let number = Int(value.text), range ~= number else {
                throw UsageError(value, "it is not such a number", expected: expectation)
            }
            return number
        case .percentage(let range):
            let digits = value.text.hasSuffix("%") ? value.text.dropLast() : value.text[...]
            guard let percent = Int(digits), range ~= percent else {
                throw UsageError(value, "it is not a percentage", expected: expectation)
            }
            return percent
        default: preconditionFailure("\(value.origin) is no number")
        }
    }

    /// One of the words of a choice.
    package func choice<Choice: RawRepresentable<String>>(
        _ value: RawValue, as type: Choice.Type = Choice.self
    ) throws(UsageError) -> Choice {
        var word = value.text
        if case .choice(_, ignoresCase: true) = self { word = word.lowercased() }
        guard let choice = Choice(rawValue: word) else {
            throw UsageError(value, "there is no such choice", expected: expectation)
        }
        return choice
    }
}
