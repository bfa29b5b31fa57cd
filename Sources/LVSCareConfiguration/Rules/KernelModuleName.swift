package import LVSCareModel
package import LVSCareSettings

/// The names by which the kernel finds modules of IPVS: schedulers and persistence engines.
package enum KernelModuleName {
    /// Octets that a name may have: `IP_VS_SCHEDNAME_MAXLEN` and `IP_VS_PENAME_MAXLEN` are 16 with their NUL
    /// (`linux/ip_vs.h`).
    package static let longest = 15

    /// Whether a module may have this name.
    package static func isPossible(_ name: String) -> Bool {
        1...longest ~= name.utf8.count
            && name.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Scheduler {
    /// The scheduler that `value` names; the kernel is free to have others than the usual ones.
    package init(_ value: LVSCareSettings.RawValue) throws(UsageError) {
        guard KernelModuleName.isPossible(value.text) else {
            throw UsageError(value, "it is not the name of a scheduler", expected: Setting.scheduler.expectation)
        }
        self.init(rawValue: value.text)
    }
}
