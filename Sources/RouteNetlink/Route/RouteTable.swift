/// The number of a routing table, `RT_TABLE_…` (`linux/rtnetlink.h`).
///
/// Wire: `RTA_TABLE`, u32, host order; numbers below 256 also in `rtm_table`.
public struct RouteTable: RawRepresentable, Hashable, Sendable {
    /// The number.
    public var rawValue: UInt32

    /// A table of its number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `RT_TABLE_DEFAULT`: looked up last.
    public static let `default` = RouteTable(rawValue: 253)
    /// `RT_TABLE_MAIN`: where routes go that do not say otherwise.
    public static let main = RouteTable(rawValue: 254)
    /// `RT_TABLE_LOCAL`: looked up first; the kernel keeps the node's own addresses in it.
    public static let local = RouteTable(rawValue: 255)
}

extension RouteTable: CustomStringConvertible {
    /// The name that the `ip` command uses, or the number.
    public var description: String {
        switch self {
        case .default: "default"
        case .main: "main"
        case .local: "local"
        default: "\(rawValue)"
        }
    }
}
