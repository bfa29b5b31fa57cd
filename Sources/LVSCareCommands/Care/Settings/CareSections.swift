import LVSCareConfiguration
import LVSCareSettings

/// The settings of `lvscare care` and `sealctl ipvs`, some of which are those of `lvscare check`, too.
extension Command.Section {
    static let care = [service, task, path, healthCheck, reaction, log]

    static let service = Command.Section(
        "Virtual service", [.virtualServer, .realServers, .scheduler, .configurationFile])
    static let task = Command.Section("Task", [.runOnce, .clean, .everything, .repairInterval])
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
        [.unhealthyInterval, .fall, .rise, .watch, .heartbeat, .jitter, .allDown, .drainTimeout, .abortWaiting])
    static let log = Command.Section("Log", [.logLevel, .logFormat])
}

extension Setting {
    /// All settings of `lvscare care`.
    static let ofCare = Command.Section.care.flatMap(\.settings)
}

extension SettingSource {
    /// The configuration file that says what is wanted; `nil` where flags and variables do.
    ///
    /// A file that a variable names gives way to a virtual service that is named, by a flag or by a variable: so a unit can name
    /// a file for whoever names nothing, and a flag goes before a variable, as ever.
    var configurationFile: RawValue? {
        guard let file = value(.configurationFile) else { return nil }
        if case .variable = file.origin, value(.virtualServer) != nil { return nil }
        return file
    }

    /// The variables that do not count: those beside a configuration file that says what is wanted, or that of a file that gives
    /// way.
    var overruledVariables: [SettingWarning] {
        if let everything = value(.everything), (try? boolean(.everything, default: false)) == true {
            let kept: Set<String> = Set([Setting.clean, .everything, .logLevel, .logFormat].map(\.name))
            return overruled(by: "\(everything.origin)", except: kept)
        }
        guard let file = configurationFile else {
            guard case .variable(let name)? = value(.configurationFile)?.origin, let service = value(.virtualServer)
            else { return [] }
            return [.overruledVariable(name, by: "\(service.origin)")]
        }
        return overruled(by: "\(file.origin)", except: Setting.besideConfiguration)
    }

    private func overruled(by origin: String, except kept: Set<String>) -> [SettingWarning] {
        Setting.ofCare.filter { !kept.contains($0.name) }.compactMap { setting in
            guard case .variable(let name)? = value(setting)?.origin else { return nil }
            return .overruledVariable(name, by: origin)
        }
    }

    /// The variables that are named like those of `lvscare care`, or of every command, and are none of them.
    var unknownVariables: [SettingWarning] {
        guard let prefix else { return [] }
        let flagsOnly = Setting.ofCare.filter(\.isFlagOnly)
        return unknownVariables(beginningWith: [prefix, "LVSCARE_"], flagsOnly: flagsOnly) {
            Setting.ofCare.flatMap { $0.variables(prefix: prefix) }
                + [CareSettings.nodeVariable]
        }
    }
}
