import Addressing
import Director
public import LVSCareModel

/// What became of everything that this program has made on a node, of whatever process and with whatever flags.
///
/// All tables of nf_tables with its remark go, all links, routes and addresses with its mark, and the virtual services at VIPs to
/// which one of these led, unless it is in doubt whose they are (``doubtful``). A service without a path of this program looks like
/// anybody's, and stays. So do the services that a running process looks after, and the paths to their VIPs.
public struct NodeCleanup: Hashable, Sendable {
    /// What was removed of each virtual service, and what the kernel refused.
    public internal(set) var reports: [VirtualService: PassReport] = [:]
    /// What was removed besides: at VIPs that have no service.
    public internal(set) var rest = PathReport()
    /// The virtual services that were left, and who looks after each of them: `process 4711`.
    public internal(set) var kept: [VirtualService: String] = [:]
    /// The virtual services that were left because they may be somebody else's: at a VIP of this program that a link of somebody else
    /// has as well, or that other services in its tables have and these are not in.
    public internal(set) var doubtful: [VirtualService] = []

    /// Removes all of it.
    ///
    /// Whatever is refused keeps nothing else from being removed. Throws when the kernel has no IPVS and when the process may not
    /// use it (`CAP_NET_ADMIN`), with nothing changed.
    public static func run() throws(KernelFailure) -> NodeCleanup {
        let kernel = try KernelAccess()
        kernel.beginPass()
        let remains = try kernel.remains()
        var cleanup = NodeCleanup()
        let going = cleanup.claim(remains.services, through: kernel)
        let running = kernel.holders(of: remains.doubtful)
        cleanup.kept.merge(running) { first, _ in first }
        cleanup.doubtful = remains.doubtful.filter { running[$0] == nil }
        var reconciler = Reconciler(kernel.plane)
        for service in going { reconciler.add(service) }
        var lonely: [any VIPPath] = []
        for vip in remains.vips {
            let path = try kernel.path(
                WantedPath(
                    to: vip, for: going.filter { $0.endpoint?.address == vip },
                    mode: .link(name: VIPLinkMark.usualName, masqueradeBit: 0), realServers: []))
            reconciler[pathTo: vip] = path
            // Where no service of it goes, nobody would remove it.
            if reconciler[pathTo: vip] == nil { lonely.append(path) }
        }
        for path in lonely { cleanup.rest.add(path.remove()) }
        for path in lonely { cleanup.rest.add(path.finish()) }
        cleanup.reports = reconciler.cleanUp(going).filter { $0.value.changedAnything || !$0.value.failures.isEmpty }
        cleanup.rest.add(kernel.removeRest(keeping: Set(cleanup.kept.keys)))
        return cleanup
    }

    /// Claims what nobody looks after, so that nobody begins to meanwhile, and notes the others.
    private mutating func claim(_ services: [VirtualService], through kernel: KernelAccess) -> [VirtualService] {
        var going = services
        while true {
            kept.merge(kernel.holders(of: going)) { $1 }
            going.removeAll { kept[$0] != nil }
            do throws(KernelFailure) {
                try kernel.claim(going)
                return going
            } catch {
                // Somebody was faster, and is seen the next time. Where there can be no claims at all, nobody has one.
                guard error.kind == .alreadyLookedAfter, !kernel.holders(of: going).isEmpty else { return going }
            }
        }
    }

    /// Whether there was nothing to remove.
    public var isEmpty: Bool { reports.isEmpty && rest.changes.isEmpty && rest.failures.isEmpty }
}
