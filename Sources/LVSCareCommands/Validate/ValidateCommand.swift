import LVSCareConfiguration
import LVSCareSettings

/// `lvscare validate`: tells all that is wrong with a configuration file.
enum ValidateCommand {
    /// What it is called by.
    static let name = "validate"

    static func command(_ name: String, of _: String) -> Command {
        var command = Command(name, "Tell all mistakes in a configuration file.")
        command.synopsis = "<file> [<options>]"
        command.discussion = [
            """
            Reads the file and those that it includes, and tells every mistake with its file, line and column, what is \
            expected, and the key that was probably meant. Touches nothing and needs no privilege. Tells what is no mistake but \
            probably not meant as a warning.
            """
        ]
        command.operand = .init("file", "The configuration file", choices: [], isRequired: true, isFile: true)
        command.sections = [.init("Form", [output, files])]
        command.statuses = [
            ExitStatus.success.entry(meaning: "the file can be used"),
            ExitStatus.usage.entry(meaning: "it has mistakes, or cannot be read"), ExitStatus.outputUnwritten.entry,
        ]
        command.examples = [
            .init("Before the daemon gets it:", "lvscare validate /etc/lvscare/lvscare.yaml"),
            .init("On a machine that has none of the node's certificates:", "lvscare validate --no-files lvscare.yaml"),
            .init(
                "The places of all mistakes, for an editor:", "lvscare validate -o json lvscare.yaml |",
                "  jq -r '.mistakes[] | \"\\(.file):\\(.line):\\(.column)\"'"),
        ]
        command.topics = ConfigurationTopics.all
        command.related = ["lvscare-care(8)"]
        command.run = run
        return command
    }

    private static let output = OutputForm.setting(json: "one JSON object with all places")
    private static let files = Setting(
        switch: "files", default: .text("true"),
        "Look at the certificates, keys and tokens that health checks name, too, as the daemon does when it starts.")

    private static func run(_ invocation: Invocation) throws {
        guard let path = invocation.operand else { return }
        let source = invocation.source()
        let form = try output.kind.choice(source.valueOrDefault(output), as: OutputForm.self)
        let looksAtFiles = try source.boolean(files, default: true)
        let report = ValidationReport(ConfigurationReader.ofThisNode(checksFiles: looksAtFiles).read(path))
        switch form {
        case .text: try StandardStream.printOutput(report.text)
        case .json: try StandardStream.printOutput(report.json.pretty + "\n")
        }
        let count = report.reading.mistakes.count
        guard count == 0 else {
            throw StatusError(.usage, "\(path.quoted): \(count == 1 ? "1 mistake" : "\(count) mistakes")")
        }
    }
}
