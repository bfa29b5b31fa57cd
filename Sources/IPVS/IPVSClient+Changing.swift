public import Addressing

extension IPVSClient {
    /// Makes a virtual service without real servers. `ipvsadm -A -t ADDRESS:PORT -s SCHEDULER`
    ///
    /// Throws with the reasons ``IPVSError/Reason/alreadyExists``, ``IPVSError/Reason/unknownScheduler``.
    public func addService(
        _ identity: Service.Identity, _ configuration: Service.Configuration
    ) throws(IPVSError) {
        try apply(.addService(identity, configuration))
    }

    /// Gives an existing virtual service another configuration; its real servers stay. `ipvsadm -E`
    ///
    /// Throws with the reasons ``IPVSError/Reason/noSuchService``, ``IPVSError/Reason/unknownScheduler``.
    public func setService(
        _ identity: Service.Identity, _ configuration: Service.Configuration
    ) throws(IPVSError) {
        try apply(.setService(identity, configuration))
    }

    /// Removes a virtual service with all its real servers. `ipvsadm -D -t ADDRESS:PORT`
    ///
    /// Throws with the reason ``IPVSError/Reason/noSuchService``.
    public func deleteService(_ identity: Service.Identity) throws(IPVSError) {
        try apply(.deleteService(identity))
    }

    /// Removes all virtual services with all their real servers. `ipvsadm -C`
    public func flush() throws(IPVSError) { try apply(.flush) }

    /// Adds a real server to a virtual service. `ipvsadm -a -t ADDRESS:PORT -r ADDRESS:PORT`
    ///
    /// Throws with the reasons ``IPVSError/Reason/noSuchService``, ``IPVSError/Reason/alreadyExists``,
    /// ``IPVSError/Reason/outOfRange``, ``IPVSError/Reason/invalid`` (an address that is not unicast).
    public func addDestination(
        _ identity: Destination.Identity, _ configuration: Destination.Configuration, to service: Service.Identity
    ) throws(IPVSError) {
        try apply(.addDestination(identity, configuration, to: service))
    }

    /// Gives a real server of a virtual service another configuration. `ipvsadm -e -t ADDRESS:PORT -r ADDRESS:PORT`
    ///
    /// Throws with the reasons ``IPVSError/Reason/noSuchService``, ``IPVSError/Reason/noSuchDestination``,
    /// ``IPVSError/Reason/outOfRange``.
    public func setDestination(
        _ identity: Destination.Identity, _ configuration: Destination.Configuration, of service: Service.Identity
    ) throws(IPVSError) {
        try apply(.setDestination(identity, configuration, of: service))
    }

    /// Removes a real server from a virtual service. `ipvsadm -d -t ADDRESS:PORT -r ADDRESS:PORT`
    ///
    /// Throws with the reasons ``IPVSError/Reason/noSuchService``, ``IPVSError/Reason/noSuchDestination``.
    public func deleteDestination(
        _ identity: Destination.Identity, of service: Service.Identity
    ) throws(IPVSError) {
        try apply(.deleteDestination(identity, of: service))
    }

    /// Sets the statistics of `service` and its real servers to 0; those of all services without one. `ipvsadm -Z`
    ///
    /// Throws with the reason ``IPVSError/Reason/noSuchService``.
    public func zero(_ service: Service.Identity? = nil) throws(IPVSError) { try apply(.zero(service)) }

    /// Sets how long idle connections stay; 0 leaves a time as it is. `ipvsadm --set TCP TCPFIN UDP`
    ///
    /// Throws with the reason ``IPVSError/Reason/invalid``.
    public func setTimeouts(_ timeouts: Timeouts) throws(IPVSError) { try apply(.setTimeouts(timeouts)) }

    /// Starts a synchronization daemon. `ipvsadm --start-daemon master --mcast-interface IFACE`
    ///
    /// Throws with the reasons ``IPVSError/Reason/alreadyExists``, ``IPVSError/Reason/noSuchInterface``,
    /// ``IPVSError/Reason/invalid``.
    public func startDaemon(_ daemon: SyncDaemon) throws(IPVSError) { try apply(.startDaemon(daemon)) }

    /// Stops a synchronization daemon. `ipvsadm --stop-daemon master`
    ///
    /// Throws with the reason ``IPVSError/Reason/noSuchDaemon``.
    public func stopDaemon(_ state: SyncDaemon.State) throws(IPVSError) { try apply(.stopDaemon(state)) }
}
