/// One place where settings are written: a command line, the environment, a document.
///
/// Whatever the place, a value is read through the setting's declaration, and a message about it names the place.
package protocol SettingLayer: Sendable {
    /// What is written of `setting` here, in order; empty where the next place counts.
    func values(of setting: Setting) -> [RawValue]
    /// What a message calls the setting here.
    func spelling(of setting: Setting) -> String
}

extension SettingLayer {
    /// Its flag, for which other places only stand in.
    package func spelling(of setting: Setting) -> String { setting.spelling }
}

/// The environment variables that stand in for the flags of a command.
package struct EnvironmentLayer: SettingLayer {
    /// The variables of the process.
    package let environment: Environment
    /// What the names of the variables begin with: `CARE_`.
    package let prefix: String

    /// The variables of `environment` that begin with `prefix`.
    package init(_ environment: Environment, prefix: String) {
        self.environment = environment
        self.prefix = prefix
    }

    package func values(of setting: Setting) -> [RawValue] {
        for name in setting.variables(prefix: prefix) {
            if let text = environment[name] { return [RawValue(text: text, origin: .variable(name))] }
        }
        return []
    }
}
