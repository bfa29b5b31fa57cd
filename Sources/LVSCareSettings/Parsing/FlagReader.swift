import Addressing

/// Reads the arguments of one command, in every form that Go's programs take.
///
/// A flag with a value takes what is behind it whatever it looks like, so that `--interval -5s` is told that a duration
/// cannot be negative: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`, `-n=VALUE`. One without is on or off: `--name`,
/// `--name=false`, `--name false`, `--no-name`, and letters may stand together, `-ab`.
struct FlagReader {
    private let settings: [Setting]
    private var invocation: Invocation
    private var words: [String] = []
    private var wantsHelp = false
    private var wantsVersion = false

    /// A reader of the arguments of the command of `program` at `path`.
    init(_ command: Command, of program: Command, path: [String]) {
        settings = command.settings
        invocation = Invocation(command: command, program: program, path: path)
    }

    /// What `arguments` ask for. Throws the first thing that is wrong with them.
    ///
    /// Behind a command, help is given whatever stands beside the wish for it. The version, and help of the program itself,
    /// stand alone.
    func request(_ arguments: [String]) throws(UsageError) -> Request {
        var reader = self
        var problem: UsageError?
        do throws(UsageError) { try reader.read(arguments) } catch { problem = error }
        let (command, path) = (invocation.command, invocation.path)
        let isRoot = path.count == 1
        if reader.wantsVersion || reader.wantsHelp && isRoot {
            let isWish = { reader.wantsVersion ? $0 == Self.version : Self.isHelp($0) }
            if let wish = arguments.first(where: isWish), let other = arguments.first(where: { !isWish($0) }) {
                throw UsageError("\(wish) stands alone: unexpected argument '\(other.abbreviated)'")
            }
            return reader.wantsVersion ? .version : .help(command, path: path)
        }
        if reader.wantsHelp { return .help(command, path: path) }
        if let problem { throw problem }
        return .run(try reader.complete())
    }

    /// Whether `argument` asks for help.
    static func isHelp(_ argument: String) -> Bool { argument == help || argument == "-h" }

    private static let help = "--help"
    private static let version = "--version"

    /// Goes on behind a mistake, because help may be asked for there; throws the first.
    private mutating func read(_ arguments: [String]) throws(UsageError) {
        var problem: UsageError?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                break
            }
            do throws(UsageError) { try read(argument, &rest) } catch { problem = problem ?? error }
        }
        if let problem { throw problem }
    }

    private mutating func read(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        guard argument.hasPrefix("-"), argument != "-" else {
            words.append(argument)
            return
        }
        if Self.isHelp(argument) { return wantsHelp = true }
        if argument == Self.version { return wantsVersion = true }
        if argument.hasPrefix("--") {
            try readLong(argument, &rest)
        } else {
            try readLetters(argument, &rest)
        }
    }

    private mutating func readLong(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let flag = parts[0]
        let text = parts.count > 1 ? String(parts[1]) : nil
        let name = flag.dropFirst(2)
        let negated = settings.first { $0.isBoolean && $0.negatedSpelling == flag }
        if text != nil, negated != nil || [Self.help, Self.version].contains(where: { $0 == flag }) {
            throw UsageError("unexpected value in '\(argument.abbreviated)'")
        }
        if let setting = settings.first(where: { $0.isCalled(name) }) {
            try take(setting, text, &rest)
        } else if let negated {
            invocation.flags.append("false", for: negated)
        } else {
            throw unknown(String(flag)) { $0.isCalled(name) || $0.negatedSpelling == flag && $0.isBoolean }
        }
    }

    private mutating func readLetters(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            if letter == "h", !settings.contains(where: { $0.letter == letter }) {
                wantsHelp = true
                continue
            }
            guard let setting = settings.first(where: { $0.letter == letter }) else {
                throw unknown("-\(letter)") { $0.letter == letter }
            }
            let isLast = letters.isEmpty || letters.first == "=" || !setting.isBoolean
            let text = letters.first == "=" ? letters.dropFirst() : letters
            if isLast { return try take(setting, letters.isEmpty ? nil : String(text), &rest) }
            invocation.flags.append("true", for: setting)
        }
    }

    /// Takes a flag with the text that is attached to it, or else what is behind it.
    private mutating func take(
        _ setting: Setting, _ attached: String?, _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        if setting.isBoolean { return try takeBoolean(setting, attached, &rest) }
        guard let text = attached ?? rest.popFirst() else {
            throw UsageError("missing value for '\(setting.spelling) <\(setting.placeholder)>'")
        }
        invocation.flags.append(text, for: setting)
    }

    /// Go's parser ignores a word behind such a flag, and the flag is on; here the word counts, and one that turns it off is
    /// noted.
    private mutating func takeBoolean(
        _ setting: Setting, _ attached: String?, _ rest: inout ArraySlice<String>
    ) throws(UsageError) {
        if let attached {
            guard let isOn = GoBoolean.parse(attached) else {
                throw UsageError(notATruthValue: RawValue(text: attached, origin: .flag(setting.spelling)))
            }
            return invocation.flags.append(isOn ? "true" : "false", for: setting)
        }
        let isOn = rest.first.flatMap(GoBoolean.parse)
        if isOn != nil, let word = rest.popFirst(), isOn == false {
            invocation.warnings.append(.turnedOff(flag: setting.spelling, by: word))
        }
        invocation.flags.append(isOn == false ? "false" : "true", for: setting)
    }

    private func unknown(_ flag: String, isMeant: (Setting) -> Bool) -> UsageError {
        if let foreign = invocation.command.foreign, foreign.settings.contains(where: isMeant) {
            return UsageError("\(flag) \(foreign.refusal)")
        }
        let words = (invocation.command.shownSettings.flatMap(\.spellings) + [Self.help, Self.version]).filter {
            $0.hasPrefix("--")
        }
        let word = String(flag.drop { $0 == "-" })
        let meant = Spelling.meant(by: word, among: words.map { String($0.dropFirst(2)) })
        return UsageError(
            "unknown option '\(flag.abbreviated)'" + (meant.map { ". Did you mean '--\($0)'?" } ?? ""))
    }

    /// The invocation, with its word.
    private func complete() throws(UsageError) -> Invocation {
        var invocation = invocation
        guard let operand = invocation.command.operand else {
            if words.isEmpty { return invocation }
            throw UsageError(unexpected: words)
        }
        guard words.count <= 1 else { throw UsageError(unexpected: Array(words.dropFirst())) }
        guard let word = words.first else {
            if operand.isRequired { throw UsageError("missing expected argument '<\(operand.placeholder)>'") }
            return invocation
        }
        if !operand.choices.isEmpty, !operand.choices.contains(word) {
            throw UsageError(
                "\(word.quoted): there is no such \(operand.placeholder); expected "
                    + SettingKind.alternatives(operand.choices))
        }
        invocation.operand = word
        return invocation
    }
}

extension Setting {
    /// Whether this is one of its long names.
    fileprivate func isCalled(_ name: some StringProtocol) -> Bool {
        self.name == name || aliases.contains { $0 == name }
    }
}
