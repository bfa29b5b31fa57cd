import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// A command as users call it, by one of the names of the program.
struct DocumentedCommand: Sendable, CustomTestStringConvertible {
    let program: Command
    let command: Command

    var testDescription: String { "\(program.name) \(command.name)" }

    static let programs = [LVSCareCommand.command, SealctlCommand.command]

    /// All that are shown.
    static let all = programs.flatMap { program in
        program.shownSubcommands.map { DocumentedCommand(program: program, command: $0) }
    }
}

/// A setting of a command.
struct DocumentedSetting: Sendable, CustomTestStringConvertible {
    let place: DocumentedCommand
    let setting: Setting

    var testDescription: String { "\(place.testDescription) \(setting.spelling)" }

    /// All settings of all commands.
    static let all = DocumentedCommand.all.flatMap { place in
        place.command.settings.map { DocumentedSetting(place: place, setting: $0) }
    }
}
