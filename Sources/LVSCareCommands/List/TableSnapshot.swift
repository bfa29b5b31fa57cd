import IPVS

/// What `lvscare list` shows: the kernel's table as it was at one time.
struct TableSnapshot: Hashable, Sendable {
    typealias Entry = TableEntry

    /// Version and size of the kernel's load balancer.
    var info: Info
    /// The services, in the order of the kernel.
    var entries: [Entry]

    /// The same in the order in which `ipvsadm` lists it.
    var sorted: TableSnapshot {
        var result = self
        result.entries = entries.sortedLikeIPVSADM(by: TableOrder.compare).map { entry in
            Entry(
                service: entry.service,
                destinations: entry.destinations.sortedLikeIPVSADM(by: TableOrder.compare))
        }
        return result
    }
}
