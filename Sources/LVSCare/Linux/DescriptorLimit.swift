import Director
import Glibc
import LVSCareModel
import Synchronization

/// A share of the connections that this process can have: all that exist at a time are equal.
///
/// The kernel gives its limit to the process as a whole, so this is the one thing that cores in it have in common.
final class DescriptorShare {
    /// Those who share.
    final class Pool: Sendable {
        /// The descriptors of this process.
        static let ofThisProcess = Pool()

        fileprivate let shares = Atomic(0)
    }

    private let pool: Pool

    /// Takes one more share of `pool`.
    init(of pool: Pool = .ofThisProcess) {
        self.pool = pool
        pool.shares.add(1, ordering: .relaxed)
    }

    deinit { pool.shares.subtract(1, ordering: .relaxed) }

    /// Number of shares that there are now.
    var count: Int { pool.shares.load(ordering: .relaxed) }
}

extension ProbeLimits {
    /// Descriptors that are left to everything but probes: netlink, the loop, the log, and whatever else the
    /// process does.
    private static let reserve = 128

    /// One of `shares` equal parts of what this process may open, after its limit was raised as far as it may be
    /// (`RLIMIT_NOFILE`, `ulimit -n`).
    ///
    /// Half of it, less a reserve: after a probe its descriptor stays open until the real server has closed, too.
    static func ofThisProcess(sharedBy shares: Int) -> ProbeLimits {
        let defaults = ProbeLimits()
        let connections = (descriptors() - reserve) / 2 / max(1, shares)
        return ProbeLimits(
            probes: min(defaults.probes, connections), connections: connections)
    }

    /// Number of descriptors that this process may have; as many as it may ask for, as long as a table of them is small.
    private static func descriptors() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        let wanted = min(limit.rlim_max, 65_536)
        if limit.rlim_cur < wanted {
            let before = limit.rlim_cur
            limit.rlim_cur = wanted
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(min(limit.rlim_cur, 1_048_576))
    }
}
