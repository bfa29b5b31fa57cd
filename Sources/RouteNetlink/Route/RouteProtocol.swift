/// The maker of a route, `RTPROT_…` (`linux/rtnetlink.h`); the kernel stores it and gives it no meaning.
///
/// Programs that keep routes may take a number of their own above 4; `/etc/iproute2/rt_protos` lists the known ones.
public struct RouteProtocol: RawRepresentable, Hashable, Sendable {
    /// The number on the wire, u8.
    public var rawValue: UInt8

    /// A protocol of its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `RTPROT_UNSPEC`: not told.
    public static let unspecified = RouteProtocol(rawValue: 0)
    /// `RTPROT_KERNEL`: made by the kernel along with an address.
    public static let kernel = RouteProtocol(rawValue: 2)
    /// `RTPROT_BOOT`: made by hand; what the `ip` command gives to its routes.
    public static let boot = RouteProtocol(rawValue: 3)
    /// `RTPROT_STATIC`: configured by the administrator.
    public static let `static` = RouteProtocol(rawValue: 4)
}

extension RouteProtocol: CustomStringConvertible {
    /// The name that the `ip` command uses, or the number.
    public var description: String {
        switch self {
        case .kernel: "kernel"
        case .boot: "boot"
        case .static: "static"
        default: "\(rawValue)"
        }
    }
}
