/// Brings the forms of flags that Go programs take into those that ArgumentParser knows.
struct ArgumentForms<Flag: CommandFlag> {
    /// The flags that take a value, by every spelling.
    let valueFlags = Self.bySpelling(Self.spellings) { !$0.isBoolean }
    /// The flags that stand alone, by every spelling.
    let booleanFlags = Self.bySpelling(Self.spellings) { $0.isBoolean }
    /// The flags that stand alone, by the spelling that turns them off.
    let negatedFlags = Self.bySpelling({ [$0.negatedSpelling] }) { $0.isBoolean }

    /// `arguments` with `--clean=false` as `--no-clean`, `--mode=` as `--mode` and an empty argument, `-iNAME` as `-i`
    /// and `NAME`.
    ///
    /// The value of a flag stays as it is, even if it looks like another flag; so does all behind `--`.
    func normalise(_ arguments: [String]) throws(UsageError) -> [String] {
        var result: [String] = []
        var isValue = false
        for (index, argument) in arguments.enumerated() {
            if !isValue && argument == "--" { return result + arguments[index...] }
            if isValue {
                isValue = false
                result.append(argument)
            } else if valueFlags[argument] != nil {
                isValue = true
                result.append(argument)
            } else {
                result += try forms(argument)
            }
        }
        return result
    }

    private func forms(_ argument: String) throws(UsageError) -> [String] {
        if let equals = argument.firstIndex(of: "=") {
            let flag = String(argument[..<equals])
            let text = String(argument[argument.index(after: equals)...])
            if valueFlags[flag] != nil { return [flag, text] }
            if let boolean = booleanFlags[flag] { return [try form(boolean, text)] }
        }
        let (flag, text) = (String(argument.prefix(2)), String(argument.dropFirst(2)))
        if !flag.hasPrefix("--"), valueFlags[flag] != nil, !text.isEmpty { return [flag, text] }
        return [argument]
    }

    private func form(_ flag: Flag, _ text: String) throws(UsageError) -> String {
        guard let boolean = GoBoolean.parse(text) else {
            throw UsageError(
                RawValue(text: text, origin: .flag(flag.spelling)), "it is not a truth value",
                expected: GoBoolean.expectation)
        }
        return boolean ? flag.spelling : flag.negatedSpelling
    }

    private static func bySpelling(
        _ spellings: (Flag) -> [String], where isWanted: (Flag) -> Bool
    ) -> [String: Flag] {
        Dictionary(
            uniqueKeysWithValues: Flag.allCases.filter(isWanted).flatMap { flag in
                spellings(flag).map { ($0, flag) }
            })
    }

    private static func spellings(_ flag: Flag) -> [String] {
        [flag.spelling, flag.alias.map { "--\($0)" }, flag.shortName.map { "-\($0)" }].compactMap(\.self)
    }
}

extension ArgumentForms<CareFlag> {
    /// The forms of the flags of `lvscare care`.
    static let care = ArgumentForms()
}
