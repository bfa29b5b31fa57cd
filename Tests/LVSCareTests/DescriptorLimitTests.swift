import Director
import Glibc
import Testing

@testable import LVSCare

@Suite struct DescriptorLimitTests {
    @Test func theLimitIsRaisedAndHalfOfItIsUsed() {
        let limits = ProbeLimits.ofThisProcess
        var limit = rlimit()
        #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        #expect(limit.rlim_cur >= min(limit.rlim_max, 65_536))
        #expect(limits.connections * 2 <= Int(min(limit.rlim_cur, 1_048_576)))
        #expect(limits.probes <= limits.connections)
        #expect(limits == .ofThisProcess, "the second time there is nothing to raise")
    }
}
