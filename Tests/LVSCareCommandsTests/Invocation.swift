@testable import LVSCareCommands

/// One way to call `lvscare care`: all that its settings are made of.
struct Invocation {
    var arguments: [String]
    var environment: [String: String] = [:]
    /// What the hosts file says.
    var hosts = ""

    /// The settings that the program makes of it, through the same steps.
    func settings() throws -> CareSettings {
        let command: any Error
        do {
            let parsed = try RootCommand.parse(program: ["care"] + arguments)
            guard let care = parsed as? CareCommand else { throw UsageError("another command was called") }
            return try CareSettings(care.source(Environment(environment))) { HostsFile(path: $0, text: hosts) }
        } catch {
            command = error
        }
        throw command as? UsageError ?? UsageError(parsing: command)
    }
}
