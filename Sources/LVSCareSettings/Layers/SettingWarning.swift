import Addressing

/// Something that was written and is no mistake, but probably not understood as it was meant.
package enum SettingWarning: Hashable, Sendable {
    /// The word behind a flag that stands alone turned the flag off.
    case turnedOff(flag: String, by: String)
    /// A variable is set that does not count, because something else says all.
    case overruledVariable(String, by: String)
    /// A variable is named like a flag that has none.
    case flagOnly(String, flag: String)
    /// A variable is named like those of this command and is none of them; `meant` is one with a similar name.
    case unknownVariable(String, meant: String?)
}

extension SettingSource {
    /// The variables whose names begin with one of `prefixes`, and that are none of `known`; of `flagsOnly` only the flags count.
    package func unknownVariables(
        beginningWith prefixes: [String], flagsOnly: [Setting] = [], known: () -> [String]
    ) -> [SettingWarning] {
        let names = prefixes.flatMap { environment.names(beginningWith: $0) }.filter { !Self.isServiceLink($0) }
        guard !names.isEmpty else { return [] }
        let known = known()
        return names.filter { !known.contains($0) }.map { name in
            if let flag = flagsOnly.first(where: { $0.variableNames(prefix: prefix ?? "").contains(name) }) {
                return .flagOnly(name, flag: flag.spelling)
            }
            return .unknownVariable(name, meant: Spelling.meant(by: name.abbreviated, among: known))
        }
    }

    /// Whether the kubelet makes such a variable for a service of the cluster, which may have our name:
    /// `CARE_SERVICE_HOST`, `CARE_PORT_80_TCP_ADDR`. None of ours has a port.
    private static func isServiceLink(_ name: String) -> Bool {
        let words = name.split(separator: "_")
        return words.contains("PORT") || words.suffix(2) == ["SERVICE", "HOST"]
    }
}
