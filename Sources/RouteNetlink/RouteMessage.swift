/// Message types of the `NETLINK_ROUTE` family that this library speaks, `RTM_…` (`linux/rtnetlink.h`).
///
/// `new…` is at once the request that creates, the reply that describes and the notification of a change; `delete…` is
/// the request that removes and the notification of it.
enum RouteMessage: UInt16 {
    case newLink = 16
    case deleteLink = 17
    case getLink = 18
    case newAddress = 20
    case deleteAddress = 21
    case getAddress = 22
    case newRoute = 24
    case deleteRoute = 25
    case getRoute = 26
    case newNeighbour = 28
    case deleteNeighbour = 29
    case getNeighbour = 30
    case newRule = 32
    case deleteRule = 33
}
