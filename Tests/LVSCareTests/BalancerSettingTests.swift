import Director
import Testing

@testable import LVSCare

/// Settings that cannot be had; kernel tests have those that can.
@Suite struct BalancerSettingTests {
    @Test func anUnknownSettingIsAShortcoming() throws {
        let setting = BalancerSetting(
            sysctl: Sysctl(name: "net.ipv4.vs.no_such_setting"), value: "1", consequence: "nobody notices")
        var report = PathReport()
        BalancerSettings([setting]).restore(&report)
        #expect(report.failures.isEmpty)
        #expect(report.changes.isEmpty)
        #expect(
            report.shortcomings == [
                Shortcoming(
                    missing: "net.ipv4.vs.no_such_setting=1 (cannot read it: No such file or directory)",
                    consequence: "nobody notices",
                    remedy: "set it on the node: sysctl -w net.ipv4.vs.no_such_setting=1")
            ])
    }

    /// The kernel's version can be read by everybody and written by nobody.
    @Test func aSettingThatCannotBeWrittenIsAShortcoming() throws {
        let setting = BalancerSetting(
            sysctl: Sysctl(name: "kernel.osrelease"), value: "1", consequence: "it stays as it is")
        var report = PathReport()
        BalancerSettings([setting]).restore(&report)
        let shortcoming = try #require(report.shortcomings.first)
        #expect(shortcoming.missing.hasPrefix("kernel.osrelease=1 (found "))
        #expect(shortcoming.missing.contains("cannot set it: "))
    }

    @Test func aSettingThatIsRightIsLeftAlone() throws {
        let sysctl = Sysctl(name: "kernel.osrelease")
        let setting = BalancerSetting(sysctl: sysctl, value: try sysctl.read(), consequence: "")
        var report = PathReport()
        BalancerSettings([setting]).restore(&report)
        #expect(report == PathReport())
    }
}
