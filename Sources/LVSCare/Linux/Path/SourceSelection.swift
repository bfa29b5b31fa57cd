import Addressing
import Director
import RouteNetlink

/// Finds the address of this node from which clients should talk to the VIP when nobody named one.
///
/// It is the one that the kernel would use to reach the first real server on another node, so that its answers come
/// back; with real servers on this node alone, the address that reaches the first of these.
struct SourceSelection: Hashable, Sendable {
    /// Most addresses that are looked up in one pass.
    private static let limit = 32

    private let family: IPAddress.Family?
    private let hasLoopback: Bool
    /// The addresses of the real servers outside the loopback network, each once, in declared order.
    private let addresses: [IPAddress]

    init(realServers: [RealServer]) {
        var seen: Set<IPAddress> = []
        var addresses: [IPAddress] = []
        var hasLoopback = false
        for address in realServers.lazy.map(\.endpoint.address) {
            if address.isLoopback {
                hasLoopback = true
            } else if addresses.count < Self.limit, seen.insert(address).inserted {
                addresses.append(address)
            }
        }
        family = realServers.first?.endpoint.address.family
        self.hasLoopback = hasLoopback
        self.addresses = addresses
    }

    /// The source, by asking `lookUp` for the routes to real servers; `nil` stands for "unreachable".
    func select(lookUp: (IPAddress) -> Route?) throws(KernelFailure) -> IPAddress {
        var local: IPAddress?
        for address in addresses {
            guard let route = lookUp(address), let source = route.preferredSource else { continue }
            if route.type != .local { return source }
            local = local ?? source
        }
        if let local { return local }
        if hasLoopback, let family { return .loopback(family) }
        throw KernelFailure(
            operation: "find", object: "the source address for the VIP", code: 0,
            message: "no real server can be reached from this node: "
                + addresses.prefix(3).map { "no route to \($0)" }.joined(separator: ", "),
            hint: .needsSource)
    }
}
