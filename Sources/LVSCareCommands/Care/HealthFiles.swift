import Glibc
import LVSCare
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// The files that the flags of a health check name, looked at before anything is touched.
enum HealthFiles {
    /// Refuses a file that cannot be used, unless it may come later.
    ///
    /// With `--run-once` nothing is probed, and the node may get its files only when it joins: what is missing is no
    /// mistake then. With `--clean` no file is looked at: what it removes must go even when the certificates are gone.
    static func check(_ settings: CareSettings, _ source: SettingSource) throws(UsageError) {
        let healthCheck = settings.specification.healthCheck
        switch settings.task {
        case .keep: try check(healthCheck, source)
        case .runOnce: try check(healthCheck, source) { access($0, F_OK) == 0 }
        case .clean, .cleanAll: try check(healthCheck, source) { _ in false }
        }
    }

    /// Refuses a file that cannot be used and that `matters`, unless it may come later.
    static func check(
        _ healthCheck: HealthCheck, _ source: SettingSource, matters: (String) -> Bool = { _ in true }
    ) throws(UsageError) {
        if try source.boolean(.healthFilesLater, default: false) { return }
        if let mistake = try mistake(healthCheck, source, matters: matters) { throw mistake }
    }

    /// What is wrong with a file that cannot be used and that `matters`, whether or not it may come later.
    static func mistake(
        _ healthCheck: HealthCheck, _ source: SettingSource, matters: (String) -> Bool = { _ in true }
    ) throws(UsageError) -> UsageError? {
        _ = try source.boolean(.healthFilesLater, default: false)
        do throws(UnusableFile) {
            try HealthProbe.checkFiles(of: healthCheck)
            return nil
        } catch {
            guard matters(error.path), let value = error.use.setting.flatMap({ source.value($0) }) else { return nil }
            return error.mistake(at: value, of: source)
        }
    }
}
