import LVSCareConfiguration
import LVSCareSettings

/// What remedies call settings: by their flags, or by the keys of a configuration file.
enum SettingWords {
    case flags
    case file

    /// A setting: `--health-ca`, or `"ca"`.
    func callAsFunction(_ setting: Setting) -> String {
        switch self {
        case .flags: setting.spelling
        case .file where setting.name == Setting.realServers.name: ConfigurationKey.realServers.quoted
        case .file: (ConfigurationKey.name(of: setting) ?? setting.name).quoted
        }
    }

    /// Another kind of check, or one of two: `use --health-schem tcp`, `use a check of the kind tcp`.
    func use(_ schemes: HealthScheme...) -> String {
        let names = schemes.map(\.rawValue).joined(separator: " or ")
        return switch self {
        case .flags: "use \(Setting.healthScheme.spelling) \(names)"
        case .file: "use a check of the kind \(names)"
        }
    }

    /// One more healthy status: `add --health-status 401`, `add 401 to "healthyStatuses"`.
    func add(status: Int) -> String {
        switch self {
        case .flags: "add \(Setting.healthStatus.spelling) \(status)"
        case .file: "add \(status) to \(self(.healthStatus))"
        }
    }
}
