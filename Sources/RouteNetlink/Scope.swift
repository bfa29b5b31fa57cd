/// How far away the destination of a route is, or how far an address is known, `RT_SCOPE_…` (`linux/rtnetlink.h`).
///
/// The kernel uses it for IPv4; IPv6 routes always have ``universe``, and IPv6 addresses have what their prefix says.
public struct Scope: RawRepresentable, Hashable, Sendable {
    /// The number on the wire, u8.
    public var rawValue: UInt8

    /// A scope of its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `RT_SCOPE_UNIVERSE`, `global`: anywhere, behind a gateway.
    public static let universe = Scope(rawValue: 0)
    /// `RT_SCOPE_SITE`, `site`: within this site (IPv6).
    public static let site = Scope(rawValue: 200)
    /// `RT_SCOPE_LINK`, `link`: on the link itself, without a gateway.
    public static let link = Scope(rawValue: 253)
    /// `RT_SCOPE_HOST`, `host`: on this machine.
    public static let host = Scope(rawValue: 254)
    /// `RT_SCOPE_NOWHERE`, `nowhere`: does not exist.
    public static let nowhere = Scope(rawValue: 255)
}

extension Scope: CustomStringConvertible {
    /// The name that the `ip` command uses, or the number.
    public var description: String {
        switch self {
        case .universe: "global"
        case .site: "site"
        case .link: "link"
        case .host: "host"
        case .nowhere: "nowhere"
        default: "\(rawValue)"
        }
    }
}
