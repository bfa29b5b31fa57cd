import ArgumentParser

/// `lvscare version`: says which build this is.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version, as JSON or as one word.")

    @Flag(help: "Print only the version itself.")
    var short = false

    func run() throws {
        let version = Version.current
        try StandardStream.printOutput((short ? version.gitVersion : version.json.pretty) + "\n")
    }
}
