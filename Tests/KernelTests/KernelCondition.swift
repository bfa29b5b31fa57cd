import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// Runs where the test bed promises a kernel with IPVS that belongs to the tests, and nowhere else.
    ///
    /// Inside the test bed a missing IPVS is a failure of the tests, not a reason to skip them.
    static var kernel: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["LVSCARE_KERNEL_TESTS"] == "1",
            "needs a kernel with IPVS of its own: the test bed sets LVSCARE_KERNEL_TESTS=1 inside one")
    }

    /// Runs where the test bed promises that this kernel has nf_tables as well; there it is a failure if it has not.
    static var nftables: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["LVSCARE_NFT_TESTS"] == "1",
            "needs a kernel with nf_tables: the test bed sets LVSCARE_NFT_TESTS=1 inside one")
    }

    /// Runs where the kernel was booted for the tests, so that they may change settings of all of it.
    static var ownKernel: Self {
        .enabled(if: access(firstNetworkNamespace, F_OK) == 0, "needs a kernel that was booted for the tests")
    }
}

/// What `scripts/kernel/init` makes: the network namespace that sees settings of the whole kernel.
let firstNetworkNamespace = "/dev/shm/first-network"
