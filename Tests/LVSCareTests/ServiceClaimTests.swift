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
            let claims = ServiceClaims()
            try claims.claim([service])
            return withExtendedLifetime(claims) { nil }
        } catch {
            return error
        }
    }

    @Test func `one process has the claim, and the next when it is gone`() throws {
        var first: ServiceClaims? = ServiceClaims()
        try first?.claim([service(1)])
        #expect(ServiceClaims().heldByOthers { [service(1), service(2)] } == [service(1)])
        let refused = refusal(of: service(1))
        #expect(refused?.kind == .alreadyLookedAfter)
        #expect(
            refused?.description == "cannot look after 127.0.0.1:1: this process does so already")
        #expect(refused?.hint == .otherWouldUndo)
        #expect(refusal(of: service(2)) == nil)
        withExtendedLifetime(first) {}
        first = nil
        #expect(ServiceClaims().heldByOthers { [service(1)] }.isEmpty)
        #expect(refusal(of: service(1)) == nil)
    }

    @Test func `started programs do not inherit the claim`() throws {
        var claims: ServiceClaims? = ServiceClaims()
        try claims?.claim([service(3)])
        var child: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
        defer { for argument in arguments { free(argument) } }
        #expect(posix_spawn(&child, "/bin/sleep", nil, nil, &arguments, nil) == 0)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        claims = nil
        // The new program runs a moment before the kernel closes what it does not inherit.
        let deadline = ContinuousClock.now + .seconds(20)
        while refusal(of: service(3)) != nil, .now < deadline { usleep(1_000) }
        #expect(refusal(of: service(3)) == nil)
    }

    /// However many try at the same moment, there are never two, and one gets it in the end.
    @Test func `one of many processes gets the claim`() async throws {
        let service = service(4)
        let most = await withTaskGroup(of: Int.self) { group in
            let holders = Counter()
            for _ in 0..<16 {
                group.addTask {
                    let deadline = ContinuousClock.now + .seconds(60)
                    while .now < deadline {
                        let claims = ServiceClaims()
                        guard (try? claims.claim([service])) != nil else { continue }
                        let count = holders.enter()
                        usleep(2_000)
                        holders.leave()
                        return withExtendedLifetime(claims) { count }
                    }
                    return 0
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(most == Array(repeating: 1, count: 16))
    }

    @Test func `many are claimed together, all or none more than before`() throws {
        let services = (10..<200).map { service($0) }
        let holder = ServiceClaims()
        try holder.claim([services[100]])
        let claims = ServiceClaims()
        try claims.claim(Array(services[..<50]))
        let failure = #expect(throws: KernelFailure.self) { try claims.claim(services) }
        #expect(failure?.object == services[100].name)
        // What was not to be had has not cost what was.
        #expect(Set(ServiceClaims().heldByOthers { services }) == Set(services[..<50] + [services[100]]))
        holder.release(services[100])
        try claims.claim(services)
        #expect(ServiceClaims().heldByOthers { services } == services)
        #expect(claims.heldByOthers { services }.isEmpty)
    }

    @Test func `different services have different groups`() throws {
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
