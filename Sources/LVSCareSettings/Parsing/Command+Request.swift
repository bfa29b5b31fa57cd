import Addressing

extension Command {
    /// What `arguments`, without the program's name, ask of the program whose root this is. Throws what is wrong with them.
    ///
    /// A program that has commands explains itself where none is named.
    package func request(_ arguments: [String]) throws(UsageError) -> Request {
        guard !subcommands.isEmpty else { return try FlagReader(self, of: self, path: [name]).request(arguments) }
        guard let first = arguments.first else { return .help(self, path: [name]) }
        let rest = Array(arguments.dropFirst())
        if first == Self.helpName { return try helpTopic(rest) }
        if let (subcommand, rest) = subcommand(calledBy: first, rest) {
            let command = subcommand.command(of: name)
            return try FlagReader(command, of: self, path: [name, command.name]).request(rest)
        }
        guard !first.hasPrefix("-") else { return try FlagReader(self, of: self, path: [name]).request(arguments) }
        throw unknownSubcommand(first)
    }

    private static let helpName = "help"

    /// The subcommand by one of its names; a hidden one may have the first of its words behind a `=`.
    private func subcommand(calledBy word: String, _ rest: [String]) -> (Subcommand, [String])? {
        if let command = subcommands.first(where: { $0.name == word }) { return (command, rest) }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let command = subcommands.first(where: { $0.hiddenName.map { $0 == parts[0] } == true }) else {
            return nil
        }
        return (command, parts.dropFirst().map(String.init) + rest)
    }

    private func helpTopic(_ words: [String]) throws(UsageError) -> Request {
        guard let topic = words.first else { return .help(self, path: [name]) }
        if let flag = words.first(where: { $0.hasPrefix("-") }) {
            guard FlagReader.isHelp(flag) else { throw UsageError("unknown option '\(flag.abbreviated)'") }
            return .help(self, path: [name])
        }
        guard words.count == 1 else { throw UsageError(unexpected: Array(words.dropFirst())) }
        if topic == Self.helpName { return .help(self, path: [name]) }
        guard let command = subcommands.first(where: { $0.name == topic }) else { throw unknownSubcommand(topic) }
        return .help(command.command(of: name), path: [name, command.name])
    }

    private func unknownSubcommand(_ word: String) -> UsageError {
        UsageError("\(word.quoted) \(absence(subcommands.filter { !$0.isHidden }.map(\.name).joined(separator: ", ")))")
    }
}

extension UsageError {
    /// An error about words that nobody takes; of a hundred, the first are enough.
    init(unexpected words: [String]) {
        let names = words.prefix(3).map { "'\($0.abbreviated)'" }.joined(separator: ", ")
        self.init(
            words.count == 1
                ? "unexpected argument \(names)"
                : "\(words.count) unexpected arguments: \(names)\(words.count > 3 ? ", …" : "")")
    }
}
