/// The configuration of a virtual service.
///
/// Equal configurations have the same effect: what the kernel sets by itself (the "hashed" flag) and what has no
/// effect (timeout and netmask of a service that is not persistent) is no part of it. So what was written and what
/// is read back compare equal.
public struct ServiceConfiguration: Hashable, Sendable {
    /// How real servers are chosen.
    public var scheduler: Scheduler
    /// One-packet scheduling and the scheduler's own options.
    public var flags: Flags
    /// For how long, and for which clients together, the choice of a real server holds; `nil` for one connection.
    public var persistence: Persistence?
    /// Name of the engine that finds what connections belong together in the packets' content: `sip`.
    ///
    /// Wire: `IPVS_SVC_ATTR_PE_NAME`, string with NUL; not sent when `nil`. `ipvsadm --pe NAME`
    /// Throws `ENOENT` when the kernel cannot load the module `ip_vs_pe_NAME`, `EINVAL` when it is empty.
    public var persistenceEngine: String?

    /// Creates a configuration, by default without flags and persistence.
    public init(
        scheduler: Scheduler, flags: Flags = [], persistence: Persistence? = nil, persistenceEngine: String? = nil
    ) {
        self.scheduler = scheduler
        self.flags = flags
        self.persistence = persistence
        self.persistenceEngine = persistenceEngine
    }
}

extension ServiceConfiguration {
    /// Sends all connections of a client to the same real server for some time. `ipvsadm -p TIMEOUT -M NETMASK`
    public struct Persistence: Hashable, Sendable {
        /// How long the choice outlives the client's last connection.
        ///
        /// Range: up to ``longestTimeout``, else `EINVAL` and nothing is sent; `ipvsadm` takes 1 to 2,678,400 s (31 days),
        /// and 360 s when none is named.
        /// Wire: `IPVS_SVC_ATTR_TIMEOUT`, u32, host order, seconds.
        public var timeout: Seconds
        /// Which clients count as one.
        public var netmask: Netmask

        /// The longest time that the kernel can count in 32 bits with a thousand ticks a second, almost 50 days.
        public static let longestTimeout: Seconds = 4_294_967

        /// Creates persistence, by default of 360 seconds for each client address.
        public init(timeout: Seconds = 360, netmask: Netmask = .host) {
            self.timeout = timeout
            self.netmask = netmask
        }
    }

    /// Options of a virtual service that are on or off; the meaning of the last three depends on the scheduler.
    ///
    /// Wire: `IPVS_SVC_ATTR_FLAGS`, `struct ip_vs_flags` of two u32 in host order, flags and mask (`linux/ip_vs.h`).
    /// The wire's "persistent" is ``ServiceConfiguration/persistence``; its "hashed" belongs to the kernel.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits `IP_VS_SVC_F_…`.
        public let rawValue: UInt32

        /// Flags of their bits; "persistent" and "hashed" are taken out.
        public init(rawValue: UInt32) { self.rawValue = rawValue & ~(Self.persistentBit | Self.hashedBit) }

        /// `IP_VS_SVC_F_PERSISTENT`.
        package static let persistentBit: UInt32 = 0x1
        /// `IP_VS_SVC_F_HASHED`.
        package static let hashedBit: UInt32 = 0x2

        /// `IP_VS_SVC_F_ONEPACKET`: every datagram is scheduled for itself; UDP only. `ipvsadm -o`
        public static let onePacket = Flags(rawValue: 0x4)
        /// `IP_VS_SVC_F_SCHED1`: the scheduler's first option. `ipvsadm -b flag-1`
        public static let scheduler1 = Flags(rawValue: 0x8)
        /// `IP_VS_SVC_F_SCHED2`: the scheduler's second option. `ipvsadm -b flag-2`
        public static let scheduler2 = Flags(rawValue: 0x10)
        /// `IP_VS_SVC_F_SCHED3`: the scheduler's third option. `ipvsadm -b flag-3`
        public static let scheduler3 = Flags(rawValue: 0x20)

        /// `sh`: another real server when the chosen one is unavailable. `ipvsadm -b sh-fallback`
        public static let sourceHashingFallback = scheduler1
        /// `sh`: the source port is hashed, too. `ipvsadm -b sh-port`
        public static let sourceHashingPort = scheduler2
        /// `mh`: another real server when the chosen one is unavailable. `ipvsadm -b mh-fallback`
        public static let maglevFallback = scheduler1
        /// `mh`: the source port is hashed, too. `ipvsadm -b mh-port`
        public static let maglevPort = scheduler2
    }
}

extension ServiceConfiguration: CustomStringConvertible {
    /// The scheduler, and behind it what is not usual: `rr`, `sh, persistent 360 s, flags 0x10`.
    public var description: String {
        var parts = [scheduler.rawValue]
        if let persistence {
            let mask = persistence.netmask == .host ? "" : " mask \(persistence.netmask)"
            parts.append("persistent \(persistence.timeout)\(mask)")
        }
        if let persistenceEngine { parts.append("engine \(persistenceEngine)") }
        if !flags.isEmpty { parts.append("flags 0x\(String(flags.rawValue, radix: 16))") }
        return parts.joined(separator: ", ")
    }
}
