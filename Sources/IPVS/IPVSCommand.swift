/// One change of the kernel's IPVS state, for the client to apply.
@nonexhaustive
public enum IPVSCommand: Hashable, Sendable {
    /// Makes a virtual service without real servers. `ipvsadm -A`
    case addService(Service.Identity, Service.Configuration)
    /// Gives an existing virtual service another configuration; its real servers stay. `ipvsadm -E`
    case setService(Service.Identity, Service.Configuration)
    /// Removes a virtual service with all its real servers. `ipvsadm -D`
    case deleteService(Service.Identity)
    /// Removes all virtual services with all their real servers. `ipvsadm -C`
    case flush
    /// Adds a real server to a virtual service. `ipvsadm -a`
    ///
    /// One that was removed while it had connections comes back with these and with its statistics.
    case addDestination(Destination.Identity, Destination.Configuration, to: Service.Identity)
    /// Gives a real server of a virtual service another configuration. `ipvsadm -e`
    case setDestination(Destination.Identity, Destination.Configuration, of: Service.Identity)
    /// Removes a real server from a virtual service. `ipvsadm -d`
    ///
    /// What becomes of its connections is said by the settings `net.ipv4.vs.expire_nodest_conn` and
    /// `net.ipv4.vs.expire_quiescent_template`.
    case deleteDestination(Destination.Identity, of: Service.Identity)
    /// Sets the statistics of a virtual service and its real servers to 0; with `nil`, those of all. `ipvsadm -Z`
    case zero(Service.Identity?)
    /// Sets how long idle connections stay; 0 leaves a time as it is. `ipvsadm --set`
    case setTimeouts(Timeouts)
    /// Starts a synchronization daemon. `ipvsadm --start-daemon`
    case startDaemon(SyncDaemon)
    /// Stops a synchronization daemon. `ipvsadm --stop-daemon`
    case stopDaemon(SyncDaemon.State)
}
