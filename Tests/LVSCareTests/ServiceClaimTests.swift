import Addressing
import Glibc
import LVSCareModel
import Synchronization
import Testing

@testable import LVSCare

/// The lock on a virtual service, with the kernel's real sockets, for which this must be root. Each test has a service of its own.
@Suite(.enabled(if: geteuid() == 0, "needs CAP_NET_ADMIN; KernelTests.ClaimTests has it in any case"))
struct ServiceClaimTests {
    private func service(_ port: UInt16) -> VirtualService {
        VirtualService(Endpoint(address: .loopback(.ipv4), port: port))
    }

    private func refusal(of service: VirtualService) -> KernelFailure? {
        do throws(KernelFailure) {
            let claim = try ServiceClaim(to: service)
            return withExtendedLifetime(claim) { nil }
        } catch {
            return error
        }
    }

    @Test func oneHasItAndTheNextWhenItIsGone() throws {
        var first: ServiceClaim? = try ServiceClaim(to: service(1))
        #expect(ServiceClaim.isHeld(on: service(1)))
        let refused = refusal(of: service(1))
        #expect(refused?.kind == .alreadyLookedAfter)
        #expect(
            refused?.description == "cannot look after 127.0.0.1:1: this process does so already")
        #expect(refused?.hint == .otherWouldUndo)
        #expect(refusal(of: service(2)) == nil)
        withExtendedLifetime(first) {}
        first = nil
        #expect(!ServiceClaim.isHeld(on: service(1)))
        #expect(refusal(of: service(1)) == nil)
    }

    @Test func startedProgramsDoNotInheritIt() throws {
        var claim: ServiceClaim? = try ServiceClaim(to: service(3))
        withExtendedLifetime(claim) {}
        var child: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
        defer { for argument in arguments { free(argument) } }
        #expect(posix_spawn(&child, "/bin/sleep", nil, nil, &arguments, nil) == 0)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        claim = nil
        // The new program runs a moment before the kernel closes what it does not inherit.
        let deadline = ContinuousClock.now + .seconds(20)
        while refusal(of: service(3)) != nil, .now < deadline { usleep(1_000) }
        #expect(refusal(of: service(3)) == nil)
    }

    /// However many try at the same moment, there are never two, and one gets it in the end.
    @Test func ofManyOneGetsIt() async throws {
        let service = service(4)
        let most = await withTaskGroup(of: Int.self) { group in
            let holders = Counter()
            for _ in 0..<16 {
                group.addTask {
                    let deadline = ContinuousClock.now + .seconds(60)
                    while .now < deadline {
                        guard let claim = try? ServiceClaim(to: service) else { continue }
                        let count = holders.enter()
                        usleep(2_000)
                        holders.leave()
                        return withExtendedLifetime(claim) { count }
                    }
                    return 0
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(most == Array(repeating: 1, count: 16))
    }

    @Test func differentServicesHaveDifferentGroups() throws {
        var masks: Set<UInt32> = []
        for port in 0..<20_000 { masks.insert(ClaimGroups(of: service(UInt16(port))).mask) }
        #expect(masks.count == 20_000)
        #expect(masks.allSatisfy { $0 >> 31 == 1 })
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    func enter() -> Int {
        count.withLock {
            $0 += 1; return $0
        }
    }
    func leave() { count.withLock { $0 -= 1 } }
}
