import Director
import Glibc
import Testing

@testable import LVSCare

@Suite struct DescriptorLimitTests {
    @Test func theLimitIsRaisedAndHalfOfItIsUsed() {
        let limits = ProbeLimits.ofThisProcess(sharedBy: 1)
        var limit = rlimit()
        #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        #expect(limit.rlim_cur >= min(limit.rlim_max, 65_536))
        #expect(limits.connections * 2 <= Int(min(limit.rlim_cur, 1_048_576)))
        #expect(limits.probes <= limits.connections)
        #expect(limits == .ofThisProcess(sharedBy: 1), "the second time there is nothing to raise")
    }

    @Test func sharesAreEqualAndNeverNothing() {
        let whole = ProbeLimits.ofThisProcess(sharedBy: 1)
        let third = ProbeLimits.ofThisProcess(sharedBy: 3)
        #expect(third.connections == whole.connections / 3)
        #expect(third.probes == min(whole.probes, third.connections))
        #expect(ProbeLimits.ofThisProcess(sharedBy: 1_000_000) == ProbeLimits(probes: 1, connections: 1))
    }

    @Test func aShareCountsAsLongAsItIsHeld() {
        let first = DescriptorShare()
        let before = first.count
        do {
            let second = DescriptorShare()
            // Other tests have theirs at the same time.
            #expect(second.count >= 2)
        }
        #expect(before >= 1)
    }
}
