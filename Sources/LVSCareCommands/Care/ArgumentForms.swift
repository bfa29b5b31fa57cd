/// Brings the forms of flags that Go programs take into those that ArgumentParser knows.
enum ArgumentForms {
    /// `arguments` with `--clean=false` as `--no-clean`, `--mode=` as `--mode` and an empty argument, `-iNAME` as `-i`
    /// and `NAME`.
    ///
    /// The value of a flag stays as it is, even if it looks like another flag; so does all behind `--`.
    static func normalise(_ arguments: [String]) throws(UsageError) -> [String] {
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

    private static func forms(_ argument: String) throws(UsageError) -> [String] {
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

    private static func form(_ flag: CareFlag, _ text: String) throws(UsageError) -> String {
        guard let boolean = GoBoolean.parse(text) else {
            throw UsageError(
                RawValue(text: text, origin: .flag(flag.spelling)), "it is not a truth value",
                expected: GoBoolean.expectation)
        }
        return boolean ? flag.spelling : flag.negatedSpelling
    }

    /// The flags that take a value, by every spelling.
    static let valueFlags = bySpelling(spellings) { !$0.isBoolean }
    /// The flags that stand alone, by every spelling.
    static let booleanFlags = bySpelling(spellings) { $0.isBoolean }
    /// The flags that stand alone, by the spelling that turns them off.
    static let negatedFlags = bySpelling({ [$0.negatedSpelling] }) { $0.isBoolean }

    private static func bySpelling(
        _ spellings: (CareFlag) -> [String], where isWanted: (CareFlag) -> Bool
    ) -> [String: CareFlag] {
        Dictionary(
            uniqueKeysWithValues: CareFlag.allCases.filter(isWanted).flatMap { flag in
                spellings(flag).map { ($0, flag) }
            })
    }

    private static func spellings(_ flag: CareFlag) -> [String] {
        [flag.spelling, flag.alias.map { "--\($0)" }, flag.shortName.map { "-\($0)" }].compactMap(\.self)
    }
}
