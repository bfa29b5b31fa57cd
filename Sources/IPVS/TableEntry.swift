/// A virtual service with its real servers, as the kernel has them.
public struct TableEntry: Hashable, Sendable {
    /// The service.
    public var service: Service
    /// Its real servers, in the order of the kernel.
    public var destinations: [Destination]

    /// Creates an entry, by default of a service without real servers.
    public init(service: Service, destinations: [Destination] = []) {
        self.service = service
        self.destinations = destinations
    }
}
