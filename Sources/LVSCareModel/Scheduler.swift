/// Name of the algorithm that picks the real server of a new connection, as `ipvsadm -s` takes it.
public struct Scheduler: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's name, without the `ip_vs_` of its module.
    public var rawValue: String

    /// A scheduler of its name; whether the kernel knows it turns out when a service is created.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// `rr`: one after the other.
    public static let roundRobin = Scheduler(rawValue: "rr")

    /// The name.
    public var description: String { rawValue }
}
