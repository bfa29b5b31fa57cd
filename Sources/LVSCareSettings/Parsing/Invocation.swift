/// A call of a command, read and not yet carried out.
package struct Invocation: Sendable {
    /// The command.
    package let command: Command
    /// The program, of which it is a command.
    package let program: Command
    /// The words that call it: `lvscare care`.
    package let path: [String]
    /// Its flags.
    package var flags = GivenFlags()
    /// The word that it takes; `nil` where none was given.
    package var operand: String?
    /// What was probably not understood as it was meant.
    package var warnings: [SettingWarning] = []

    /// What the flags and, where the command has variables, this environment say.
    package func source(_ environment: Environment = .process) -> SettingSource {
        SettingSource(flags: flags, environment: environment, prefix: command.variablePrefix)
    }
}

/// What the arguments of a program ask for.
package enum Request: Sendable {
    /// To carry out a command.
    case run(Invocation)
    /// To explain the command of this path.
    case help(Command, path: [String])
    /// To tell the version.
    case version
}
