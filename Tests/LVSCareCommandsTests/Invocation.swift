import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// One way to call `lvscare care`: all that its settings are made of.
struct Invocation {
    var arguments: [String]
    var environment: [String: String] = [:]
    /// What the hosts file says.
    var hosts = ""

    /// The settings that the program makes of it, through the same steps.
    func settings() throws -> CareSettings {
        let source = try Self.source(CareCommand.name, arguments, environment)
        return try CareSettings(source) { HostsFile(path: $0, text: hosts) }
    }

    /// What the flags and the environment of a command of `lvscare` say.
    static func source(
        _ command: String, _ arguments: [String], _ environment: [String: String]
    ) throws -> SettingSource {
        guard case .run(let call) = try LVSCareCommand.command.request([command] + arguments) else {
            throw UsageError("nothing was called")
        }
        return call.source(Environment(environment))
    }
}
