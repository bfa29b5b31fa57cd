import Testing

@testable import LVSCareCommands

/// One way to call `lvscare care`: all that its settings are made of.
struct Invocation {
    var arguments: [String]
    var environment: [String: String] = [:]
    /// What the hosts file says.
    var hosts = ""

    /// The settings that the program makes of it, through the same steps.
    ///
    /// Where the program would do without ArgumentParser, both ways must come to the same.
    func settings() throws -> CareSettings {
        let explained = Result { try settingsThroughArgumentParser() }
        switch (Result { try settingsWithoutArgumentParser() }, explained) {
        case (.success(nil), _): break
        case (.success(let plain?), .success(let settings)): #expect(plain == settings)
        case (.failure(let plain), .failure(let error)): #expect("\(plain)" == "\(error)")
        case (let plain, _): Issue.record("\(plain) without ArgumentParser, \(explained) with it")
        }
        return try explained.get()
    }

    private func settingsWithoutArgumentParser() throws -> CareSettings? {
        guard let flags = try PlainFlags.read(arguments) else { return nil }
        let source = SettingSource(
            flags: flags, environment: Environment(environment), prefix: CareCommand.variablePrefix)
        return try CareSettings(source) { HostsFile(path: $0, text: hosts) }
    }

    private func settingsThroughArgumentParser() throws -> CareSettings {
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
