import Glibc
import Testing

@testable import LVSCare

@Suite struct ProcessStatusTests {
    /// `setpriv --reuid=65534 --inh-caps=+net_admin --ambient-caps=+net_admin cat /proc/self/status`, in parts.
    static let captured = """
        Name:\tcat
        Umask:\t0022
        State:\tR (running)
        Uid:\t65534\t65534\t65534\t65534
        Gid:\t0\t0\t0\t0
        CapInh:\t0000000000001000
        CapPrm:\t0000000000001000
        CapEff:\t0000000000001000
        CapBnd:\t000001fffeffffff
        """

    @Test func readsWhatTheKernelWrites() throws {
        let status = try #require(ProcessStatus(parsing: Self.captured))
        #expect(status.user == 65534)
        #expect(status.mayChangeTheNetwork)
        let powerless = Self.captured.split(separator: "CapEff:\t0000000000001000").joined(separator: "CapEff:\t0000")
        #expect(try #require(ProcessStatus(parsing: powerless)).mayChangeTheNetwork == false)
    }

    @Test(arguments: ["", "Uid:\t1\t1\t1\t1", "Uid:\t1\nCapEff:\t0", "Uid:\t1\t1\t1\t1\nCapEff:\tx"])
    func refusesWhatItDoesNotUnderstand(text: String) { #expect(ProcessStatus(parsing: text) == nil) }

    @Test func aProcessCanLookAtItself() {
        #expect(ProcessStatus(of: getpid())?.user == geteuid())
        #expect(ProcessStatus(of: 0) == nil)
    }
}
