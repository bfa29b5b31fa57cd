/// Numbers of connections of a real server between which the kernel schedules new ones to it. `ipvsadm -x UPPER -y LOWER`
///
/// Unit: connections.
public struct ConnectionThresholds: Hashable, Sendable {
    /// Above so many connections, the kernel stops scheduling new ones to the real server; 0 disables the limit.
    ///
    /// Wire: `IPVS_DEST_ATTR_U_THRESH`, u32, host order (`linux/ip_vs.h`).
    public var upper: UInt32
    /// Below so many, scheduling begins again after the upper threshold was passed; 0 means three quarters of it. The kernel
    /// refuses more than the upper threshold with `ERANGE`.
    ///
    /// Wire: `IPVS_DEST_ATTR_L_THRESH`, u32, host order.
    public var lower: UInt32

    /// Thresholds of their numbers; none by default.
    public init(upper: UInt32 = 0, lower: UInt32 = 0) {
        self.upper = upper
        self.lower = lower
    }

    /// No limit.
    public static let none = ConnectionThresholds()
}
