import Director
import Glibc
import LVSCareModel

/// The kernel's settings of this network namespace, each read once a pass however many paths rely on it.
final class NodeSettings {
    private var known: [String: Result<String, UnreadableSetting>] = [:]

    /// Reads all anew from now on.
    func forget() { known = [:] }

    /// The value of a setting. `sysctl -n NAME`
    func read(_ name: String) -> Result<String, UnreadableSetting> {
        if let value = known[name] { return value }
        let value = Result { () throws(SysctlError) in try Sysctl(name: name).read() }
            .mapError { error in
                UnreadableSetting(
                    message: error.message, isOwnTrouble: [EMFILE, ENFILE, ENOMEM].contains(error.code))
            }
        known[name] = value
        return value
    }

    /// Sets a setting. `sysctl -w NAME=VALUE`
    func write(_ value: String, to name: String) throws(SysctlError) {
        known[name] = nil
        try Sysctl(name: name).write(value)
    }
}
