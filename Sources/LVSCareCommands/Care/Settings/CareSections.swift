import LVSCareConfiguration
import LVSCareSettings

/// The settings of `lvscare care` and `sealctl ipvs`, some of which are those of `lvscare check`, too.
extension Command.Section {
    static let care = [service, task, path, healthCheck, reaction, log]

    static let service = Command.Section(
        "Virtual service", [.virtualServer, .realServers, .scheduler, .configurationFile])
    static let task = Command.Section("Task", [.runOnce, .clean, .repairInterval])
    static let path = Command.Section(
        "Path to the virtual service",
        [.mode, .address, .hostsFile, .interface, .masqueradeBit, .verifyPath])
    static let healthCheck = Command.Section(
        "Health check",
        [
            .interval, .healthTimeout, .healthScheme, .healthPath, .healthMethod, .healthHeaders, .healthBody,
            .healthStatus,
            .healthRedirects, .healthGRPCService, .healthTokenFile, .skipVerify, .healthIssuers, .healthCertificate,
            .healthKey, .healthServerName, .healthFilesLater,
        ])
    static let reaction = Command.Section(
        "Reaction to failures",
        [.unhealthyInterval, .fall, .rise, .watch, .jitter, .allDown, .drainTimeout])
    static let log = Command.Section("Log", [.logLevel, .logFormat])
}

extension Setting {
    /// All settings of `lvscare care`.
    static let ofCare = Command.Section.care.flatMap(\.settings)
}

extension SettingSource {
    /// The variables that do not count because a configuration file says what is wanted.
    var overruledVariables: [SettingWarning] {
        guard let file = value(.configurationFile) else { return [] }
        return Setting.ofCare.filter { !Setting.besideConfiguration.contains($0.name) }.compactMap { setting in
            guard case .variable(let name)? = value(setting)?.origin else { return nil }
            return .overruledVariable(name, by: "\(file.origin)")
        }
    }

    /// The variables that are named like those of `lvscare care`, or of every command, and are none of them.
    var unknownVariables: [SettingWarning] {
        guard let prefix else { return [] }
        return unknownVariables(beginningWith: [prefix, "LVSCARE_"]) {
            Setting.ofCare.flatMap { $0.variables(prefix: prefix) }
                + [CareSettings.nodeVariable]
        }
    }
}
