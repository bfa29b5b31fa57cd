import Addressing
import Director
import Glibc
import SystemPackage
import Testing

@testable import LVSCare

/// The lock on a virtual service, with the kernel's real names. Each test has a service of its own.
@Suite struct ServiceClaimTests {
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
        let refused = refusal(of: service(1))
        #expect(refused?.kind == .alreadyLookedAfter)
        #expect(
            refused?.description == "cannot look after 127.0.0.1:1: this process does so already")
        #expect(refused?.hint == .otherWouldUndo)
        #expect(refusal(of: service(2)) == nil)
        withExtendedLifetime(first) {}
        first = nil
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

    @Test func whoNeverLetsAnybodyInKeepsNobodyFromWorking() throws {
        let claim = try ServiceClaim(to: service(4))
        defer { withExtendedLifetime(claim) {} }
        let name = ServiceClaim.name(service(4))
        // More than any kernel's usual longest queue (net.core.somaxconn).
        let last = Result { for _ in 0..<100_000 { _ = try name.listener() } }
        #expect(throws: Errno.resourceTemporarilyUnavailable) { try last.get() }
        let refused = refusal(of: service(4))
        #expect(refused?.kind == .other)
        #expect(
            refused?.message == "the lock name @lvscare/127.0.0.1:4 is held by a process that accepts no connections")

        claim.dismissVisitors()
        #expect(refusal(of: service(4))?.kind == .alreadyLookedAfter)
    }

    @Test func whoDoesNotListenKeepsNobodyFromWorking() throws {
        let name = ServiceClaim.name(service(5))
        let squatter = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(squatter) }
        #expect(name.withSocketAddress { bind(squatter, $0, $1) } == 0)
        let refused = refusal(of: service(5))
        #expect(refused?.kind == .other)
        #expect(refused?.code == ECONNREFUSED)
    }

    @Test func theLongestNameFits() throws {
        let endpoint = try Endpoint("[2001:db8:1111:2222:3333:4444:5555:6666]:65535")
        let claim = try ServiceClaim(to: VirtualService(endpoint))
        #expect(refusal(of: VirtualService(endpoint))?.kind == .alreadyLookedAfter)
        withExtendedLifetime(claim) {}
    }
}
