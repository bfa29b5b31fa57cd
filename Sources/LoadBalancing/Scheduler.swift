/// The algorithm that chooses a real server for a new connection, by the name that its kernel module registers.
///
/// Any name can be given: the kernel loads the module `ip_vs_NAME` when it is first used. A name that it cannot load is
/// refused with `ENOENT`, one of more than 15 bytes with `EINVAL`.
///
/// Wire: `IPVS_SVC_ATTR_SCHED_NAME`, string with NUL (`linux/ip_vs.h`). `ipvsadm -s NAME`
public struct Scheduler: RawRepresentable, Hashable, Sendable {
    /// The name.
    public var rawValue: String

    /// A scheduler of its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Round robin.
    public static let roundRobin: Scheduler = "rr"
    /// Round robin, each real server as often as its weight says.
    public static let weightedRoundRobin: Scheduler = "wrr"
    /// The real server with the fewest connections.
    public static let leastConnection: Scheduler = "lc"
    /// The real server with the fewest connections for its weight; what `ipvsadm` takes when none is named.
    public static let weightedLeastConnection: Scheduler = "wlc"
    /// The real server that this destination address had before, unless it is overloaded.
    public static let localityBasedLeastConnection: Scheduler = "lblc"
    /// The same with a set of real servers for each destination address.
    public static let localityBasedLeastConnectionWithReplication: Scheduler = "lblcr"
    /// A hash of the destination address.
    public static let destinationHashing: Scheduler = "dh"
    /// A hash of the source address; see ``ServiceConfiguration/Flags/sourceHashingFallback``.
    public static let sourceHashing: Scheduler = "sh"
    /// The real server that will be the first to finish, by connections and weight.
    public static let shortestExpectedDelay: Scheduler = "sed"
    /// An idle real server, else the one with the shortest expected delay.
    public static let neverQueue: Scheduler = "nq"
    /// The available real server with the highest weight takes all.
    public static let weightedFailover: Scheduler = "fo"
    /// The real server with the highest weight, up to that many connections, then the next.
    public static let weightedOverflow: Scheduler = "ovf"
    /// Google's Maglev hashing; see ``ServiceConfiguration/Flags/maglevFallback``.
    public static let maglevHashing: Scheduler = "mh"
}

extension Scheduler: ExpressibleByStringLiteral {
    /// A scheduler from a literal name.
    public init(stringLiteral value: String) { self.init(rawValue: value) }
}

extension Scheduler: CustomStringConvertible {
    /// The name.
    public var description: String { rawValue }
}
