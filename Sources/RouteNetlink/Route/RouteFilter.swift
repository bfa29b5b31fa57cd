public import Addressing

/// Which routes to list.
public struct RouteFilter: Hashable, Sendable {
    /// Only this family; `nil` for both.
    public var family: IPAddress.Family?
    /// Only this table; `nil` for all.
    public var table: RouteTable?
    /// Only routes to exactly this block; `nil` for all.
    public var destination: CIDR?

    /// All routes of `table` to exactly `destination`, or fewer restrictions where one is `nil`.
    ///
    /// The family is the destination's where there is one.
    public init(family: IPAddress.Family? = nil, table: RouteTable? = nil, destination: CIDR? = nil) {
        self.family = destination?.address.family ?? family
        self.table = table
        self.destination = destination
    }

    /// The default routes of one family. `ip route show default`, `ip -6 route show default`
    ///
    /// Their gateways are in ``Route/hops``. Policy rules may send packets to default routes of other tables; `nil` is
    /// for those of all. The kernel knows no such filter, so that it sends the whole table (one dump).
    public static func defaultRoutes(_ family: IPAddress.Family, table: RouteTable? = .main) -> RouteFilter {
        RouteFilter(table: table, destination: CIDR(all: family))
    }

    /// Whether `route` is to be listed.
    func admits(_ route: Route) -> Bool {
        // Exceptions that the kernel learned, such as a path's MTU, are in no table.
        !route.flags.contains(.cloned)
            && (family == nil || route.family == family)
            && (table == nil || route.table == table)
            && (destination == nil || route.destination == destination)
    }
}

extension RouteFilter: CustomStringConvertible {
    /// `table local 10.9.9.9/32`, as the `ip route show` command takes it.
    public var description: String {
        var words = ["table", table.map(String.init(describing:)) ?? "all"]
        if let destination {
            words.append("\(destination)")
        } else if let family {
            words.append(family == .ipv4 ? "0.0.0.0/0" : "::/0")
        }
        return words.joined(separator: " ")
    }
}
