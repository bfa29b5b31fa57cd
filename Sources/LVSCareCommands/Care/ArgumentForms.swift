/// Brings the forms of flags that Go programs take into those that ArgumentParser knows.
struct ArgumentForms<Flag: CommandFlag> {
    /// The flags that take a value, by every spelling.
    let valueFlags = Self.bySpelling(Self.spellings) { !$0.isBoolean }
    /// The flags that stand alone, by every spelling.
    let booleanFlags = Self.bySpelling(Self.spellings) { $0.isBoolean }
    /// The flags that stand alone, by the spelling that turns them off.
    let negatedFlags = Self.bySpelling({ [$0.negatedSpelling] }) { $0.isBoolean }

    /// `arguments` with `--clean=false` and `--clean false` as `--no-clean`, `--mode=` as `--mode` and an empty argument,
    /// `-iNAME` as `-i` and `NAME`.
    ///
    /// The value of a flag stays as it is, even if it looks like another flag; so does all behind `--`. `note` is called
    /// with each flag that the word behind it turns off: Go's parser ignores such a word, and the flag is on.
    func normalise(
        _ arguments: [String], noting note: (_ flag: String, _ word: String) -> Void = { _, _ in }
    ) throws(UsageError) -> [String] {
        var result: [String] = []
        var isValue = false
        // The flag that stands alone, as far as we know by now.
        var lone: Flag?
        for (index, argument) in arguments.enumerated() {
            if !isValue && argument == "--" { return result + arguments[index...] }
            if let flag = lone, let isOn = GoBoolean.parse(argument) {
                lone = nil
                if isOn { continue }
                result[result.count - 1] = flag.negatedSpelling
                note(flag.spelling, argument)
            } else if isValue {
                isValue = false
                result.append(argument)
            } else if valueFlags[argument] != nil {
                (isValue, lone) = (true, nil)
                result.append(argument)
            } else {
                lone = booleanFlags[argument]
                result += try forms(argument)
            }
        }
        return result
    }

    /// The flags that the word behind them turns off.
    func turnedOff(in arguments: [String]) -> [SettingWarning] {
        guard arguments.contains(where: { GoBoolean.parse($0) == false }) else { return [] }
        var found: [SettingWarning] = []
        _ = try? normalise(arguments) { found.append(.turnedOff(flag: $0, by: $1)) }
        return found
    }

    /// Arguments in the form of ``normalise(_:noting:)``, each with its place.
    func places(of arguments: some Sequence<String>) -> [(argument: String, place: ArgumentPlace)] {
        var place = ArgumentPlace.open
        return arguments.map { argument in
            defer {
                switch place {
                case .behindEnd: break
                case .value: place = .open
                case .open: place = argument == "--" ? .behindEnd : valueFlags[argument] != nil ? .value : .open
                }
            }
            return (argument, place)
        }
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

/// What an argument is by its place.
enum ArgumentPlace {
    /// The value of the flag in front of it.
    case value
    /// Behind `--`.
    case behindEnd
    /// Neither: a flag, or a word by itself.
    case open
}

extension ArgumentForms<CareFlag> {
    /// The forms of the flags of `lvscare care`.
    static let care = ArgumentForms()
}
