import Director
import Glibc
import LVSCareModel
import Testing

@testable import LVSCare

@Suite struct DescriptorLimitTests {
    @Test func `the limit is raised and half of it is used`() {
        let limits = ProbeLimits.ofThisProcess(sharedBy: 1)
        var limit = rlimit()
        #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        #expect(limit.rlim_cur >= min(limit.rlim_max, 65_536))
        #expect(limits.connections * 2 <= Int(min(limit.rlim_cur, 1_048_576)))
        #expect(limits.probes <= limits.connections)
        #expect(limits == .ofThisProcess(sharedBy: 1), "the second time there is nothing to raise")
    }

    @Test func `shares are equal and never nothing`() {
        let whole = ProbeLimits.ofThisProcess(sharedBy: 1)
        let third = ProbeLimits.ofThisProcess(sharedBy: 3)
        #expect(third.connections == whole.connections / 3)
        #expect(third.probes == min(whole.probes, third.connections))
        #expect(ProbeLimits.ofThisProcess(sharedBy: 1_000_000) == ProbeLimits(probes: 1, connections: 1))
    }

    @Test func `a share counts as long as it is held`() {
        let pool = DescriptorShare.Pool()
        let first = DescriptorShare(of: pool)
        #expect(first.count == 1)
        var others = (0..<3).map { _ in DescriptorShare(of: pool) }
        #expect(first.count == 4)
        others.removeLast(2)
        #expect(first.count == 2)
    }
}
