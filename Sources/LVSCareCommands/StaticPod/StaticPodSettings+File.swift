import Addressing
import LVSCareSettings
import StaticPod

/// A configuration file of the node, whose folder the pod gets.
extension StaticPodSettings {
    /// The path in `value`, which says all that `source` has to say of services.
    static func configurationFile(_ value: RawValue, _ source: SettingSource) throws(UsageError) -> String {
        for setting in [StaticPodSetting.masters, StaticPodSetting.virtualServer] {
            guard let other = source.value(setting) else { continue }
            throw UsageError(
                other, "\(value.origin) \(value.text.abbreviated.quoted) says what is wanted",
                expected: "one of the two")
        }
        if let problem = problem(with: value.text) {
            throw UsageError(value, problem, expected: StaticPodSetting.configurationFile.expectation)
        }
        return value.text
    }

    /// Folders that a container has itself, or gets of its runtime: nothing may lie over them.
    private static let occupied = ["/dev", "/etc", "/lib/modules", "/proc", "/sys", "/usr/bin"]
    /// Those in which the container has something else than the node.
    private static let foreign = ["/dev/", "/proc/", "/sys/"]

    /// Why a container cannot have the file at `path`, with its folder, as the node has it; `nil` when it can.
    private static func problem(with path: String) -> String? {
        guard path.hasPrefix("/"), !path.hasSuffix("/") else { return "it is no absolute path of a file" }
        guard !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return "it has control characters" }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        // Kubernetes takes no ".." in the path of a node's folder, and no colon in that of a mount.
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            return "it has parts that are empty, \".\" or \"..\""
        }
        guard !parts.dropLast().contains(where: { $0.contains(":") }) else {
            return "its folder has a colon in its name"
        }
        let folder = "/" + parts.dropLast().joined(separator: "/")
        let isOccupied = occupied.contains { $0 == folder || folder == "/" || $0.hasPrefix(folder + "/") }
        guard !isOccupied, !foreign.contains(where: folder.hasPrefix) else {
            return "the pod cannot have the folder \(folder.quoted) of the node, it has one itself"
        }
        return nil
    }
}
