import Director
import Glibc
import LVSCareModel
import Netlink
import SystemPackage

/// The right to look after virtual services, each of which one process of a network namespace has at a time.
///
/// For each service it is a netlink socket that has joined groups which stand for the service (`ClaimGroups`). Whoever comes
/// second sees the first, and lets go again.
final class ServiceClaims {
    private var sockets: [VirtualService: ClaimSocket] = [:]
    /// For the addresses of sockets; asking the kernel for each would be a third system call of every claim.
    private var generator = SplitMix64(seed: .random(in: .min ... .max))

    /// How often, and how far apart in microseconds, a claim is tried before its holder is believed to stay: it may have just
    /// ended, or be somebody who tries at the same moment and lets go as well.
    private static let attempts = 6
    private static let pause: ClosedRange<UInt32> = 1_000...10_000

    /// Claims all of `services`, or none more than before; those that are claimed already stay so.
    ///
    /// Throws a failure of the kind `alreadyLookedAfter` when another process has claimed one of them. Any other failure says
    /// why there can be no claim (`EMFILE`, `ENFILE`, `EPERM`, or `ENOENT` without `/proc`); that is no reason not to look
    /// after the services.
    func claim(_ services: [VirtualService]) throws(KernelFailure) {
        var missing = services.filter { sockets[$0] == nil }
        let wanted = missing
        var attempt = 1
        do throws(KernelFailure) {
            while !missing.isEmpty {
                try join(missing)
                let others = try holders(besidesFor: missing[0])
                let held = missing.filter { others[ClaimGroups(of: $0).mask] != nil }
                guard let first = held.first, let holder = others[ClaimGroups(of: first).mask] else { return }
                guard attempt < Self.attempts else {
                    throw KernelFailure(
                        operation: "look after", object: first.name, code: 0,
                        message: "\(holder.words) does so already", hint: .otherWouldUndo, kind: .alreadyLookedAfter)
                }
                attempt += 1
                for service in held { release(service) }
                missing = held
                usleep(.random(in: Self.pause))
            }
        } catch {
            for service in wanted { release(service) }
            throw error
        }
    }

    /// Lets go of `service`.
    func release(_ service: VirtualService) { sockets[service] = nil }

    /// Those of `services` that another process looks after, none where that cannot be told.
    func heldByOthers(of services: () -> [VirtualService]) -> [VirtualService] {
        guard let others = try? others(), !others.isEmpty else { return [] }
        return services().filter { others[ClaimGroups(of: $0).mask] != nil }
    }

    /// Who looks after those of `services` that another process does, as the subject of a sentence; none where that cannot be told.
    func holders(of services: [VirtualService]) -> [VirtualService: String] {
        guard let others = try? others(), !others.isEmpty else { return [:] }
        var holders: [VirtualService: ClaimHolder] = [:]
        for service in services { holders[service] = others[ClaimGroups(of: service).mask] }
        let processes = ClaimHolder.processes(of: Array(holders.values))
        return holders.mapValues { ClaimHolder.words(for: processes[$0.inode]) }
    }

    /// Those of `services` that a process looks after which looks after one of `known`, too, without these.
    static func companions(of known: Set<VirtualService>, among services: [VirtualService]) -> [VirtualService] {
        guard let holders = try? holders(besides: []) else { return [] }
        func holder(_ service: VirtualService) -> ClaimHolder? { holders[ClaimGroups(of: service).mask] }
        let others = services.filter { !known.contains($0) && holder($0) != nil }
        guard !others.isEmpty else { return [] }
        let processes = ClaimHolder.processes(of: (others + known).compactMap(holder))
        let own = Set(known.compactMap { holder($0).flatMap { processes[$0.inode] } })
        return others.filter { service in
            holder(service).flatMap { processes[$0.inode] }.map(own.contains) == true
        }
    }

    private func join(_ services: [VirtualService]) throws(KernelFailure) {
        for service in services {
            do throws(Errno) {
                sockets[service] = try ClaimSocket(joining: ClaimGroups(of: service), using: &generator)
            } catch {
                throw Self.failure(of: service, error)
            }
        }
    }

    private func holders(besidesFor service: VirtualService) throws(KernelFailure) -> [UInt32: ClaimHolder] {
        do throws(Errno) { return try others() } catch { throw Self.failure(of: service, error) }
    }

    /// The holders besides this one, by the mask of their groups.
    private func others() throws(Errno) -> [UInt32: ClaimHolder] {
        try Self.holders(besides: Set(sockets.values.map(\.port)))
    }

    /// The holders without those at these addresses, by the mask of their groups.
    private static func holders(besides own: Set<UInt32>) throws(Errno) -> [UInt32: ClaimHolder] {
        let found = try ClaimGroups.holders().filter { !own.contains($0.holder.port) }
        return Dictionary(found.map { ($0.mask, $0.holder) }, uniquingKeysWith: { first, _ in first })
    }

    private static func failure(of service: VirtualService, _ error: Errno) -> KernelFailure {
        KernelFailure(
            operation: "lock virtual service", object: service.name, code: error.rawValue, message: "\(error)",
            hint: .unclaimed)
    }
}
