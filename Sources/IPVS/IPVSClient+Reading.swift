public import Addressing
import Netlink

extension IPVSClient {
    /// Version of IPVS and size of its connection table. `ipvsadm -Ln | head -1`
    public func info() throws(IPVSError) -> Info {
        try wrapping(.getInfo) { () throws(NetlinkError) in
            try connection.reply(to: family.request(.getInfo)) { (_, payload) throws(NetlinkDecodingError) in
                try Info(payload)
            }
        }
    }

    /// All virtual services with configuration and statistics; empty when there are none. `ipvsadm -Ln`
    ///
    /// The kernel fills the list in pieces of up to 32 KiB (some 90 services) and lets others change the table between
    /// two of them, so one of several changes made meanwhile may be missing. A next look shows it.
    ///
    /// With `isWanted`, only those; of the others nothing is read but who they are.
    public func services(
        where isWanted: (Service.Identity) -> Bool = { _ in true }
    ) throws(IPVSError) -> [Service] {
        try wrapping(.listServices) { () throws(NetlinkError) in
            try connection.dump(family.request(.getService)) { (_, payload) throws(NetlinkDecodingError) in
                let service = try payload.nested(.service) { (attributes) throws(NetlinkDecodingError) -> Service? in
                    let identity = try Service.Identity(attributes)
                    return isWanted(identity) ? try Service(identity, attributes) : nil
                }
                return service ?? nil
            }
        }
    }

    /// The virtual service `identity`; `nil` when the kernel has no such service. `ipvsadm -Ln -t ADDRESS:PORT`
    public func service(_ identity: Service.Identity) throws(IPVSError) -> Service? {
        do throws(IPVSError) {
            return try existingService(identity)
        } catch {
            guard error.reason == .noSuchService else { throw error }
            return nil
        }
    }

    /// The real servers of `service` with configuration and statistics; empty when there are none.
    ///
    /// The kernel's list comes in pieces as that of ``services(where:)`` does.
    ///
    /// Throws an error whose reason is ``IPVSError/Reason/noSuchService`` when the kernel has no such service.
    public func destinations(of service: Service.Identity) throws(IPVSError) -> [Destination] {
        let destinations = try wrapping(.listDestinations, "\(service)") { () throws(NetlinkError) in
            try connection.dump(family.request(.getDestination, service: service)) {
                (_, payload) throws(NetlinkDecodingError) in
                try payload.destination(of: service)
            }
        }
        // For the kernel, the list of a service that does not exist is empty, too.
        if destinations.isEmpty { _ = try existingService(service, for: .listDestinations) }
        return destinations
    }

    /// Hands the real servers of `service` to `body` as they come from the kernel, so that memory does not grow with
    /// their number. `ipvsadm -Sn`
    ///
    /// `body` must not use this client. Throws as ``destinations(of:)`` does, maybe after some were handed over.
    public func forEachDestination(
        of service: Service.Identity, _ body: (Destination) -> Void
    ) throws(IPVSError) {
        var isEmpty = true
        try wrapping(.listDestinations, "\(service)") { () throws(NetlinkError) in
            try connection.forEachPart(ofDump: family.request(.getDestination, service: service)) {
                (_, payload) throws(NetlinkDecodingError) in
                guard let destination = try payload.destination(of: service) else { return }
                isEmpty = false
                body(destination)
            }
        }
        // For the kernel, the list of a service that does not exist is empty, too.
        if isEmpty { _ = try existingService(service, for: .listDestinations) }
    }

    /// The real server `identity` of `service`; `nil` when the service has no such real server.
    ///
    /// The kernel tells real servers only all at once, so this costs as much as ``destinations(of:)``.
    ///
    /// Throws an error whose reason is ``IPVSError/Reason/noSuchService`` when the kernel has no such service.
    public func destination(
        _ identity: Destination.Identity, of service: Service.Identity
    ) throws(IPVSError) -> Destination? {
        try destinations(of: service).first { $0.identity == identity }
    }

    /// How long idle connections stay in the table. `ipvsadm -L --timeout`
    public func timeouts() throws(IPVSError) -> Timeouts {
        try wrapping(.getTimeouts) { () throws(NetlinkError) in
            try connection.reply(to: family.request(.getConfig)) { (_, payload) throws(NetlinkDecodingError) in
                try Timeouts(payload)
            }
        }
    }

    /// The synchronization daemons that run, none to two. `ipvsadm -L --daemon`
    public func daemons() throws(IPVSError) -> [SyncDaemon] {
        try wrapping(.listDaemons) { () throws(NetlinkError) in
            try connection.dump(family.request(.getDaemon)) { (_, payload) throws(NetlinkDecodingError) in
                try payload.nested(.daemon) { (attributes) throws(NetlinkDecodingError) in try SyncDaemon(attributes) }
            }
        }
    }

    private func existingService(
        _ identity: Service.Identity, for operation: IPVSError.Operation = .getService
    ) throws(IPVSError) -> Service {
        let service = try wrapping(operation, "\(identity)") { () throws(NetlinkError) in
            try connection.reply(to: family.request(.getService, service: identity)) {
                (_, payload) throws(NetlinkDecodingError) in
                try payload.nested(.service) { (attributes) throws(NetlinkDecodingError) in try Service(attributes) }
            }
        }
        guard let service else { throw IPVSError(operation, "\(identity)", underlying: .noReply) }
        return service
    }

    private func wrapping<Result>(
        _ operation: IPVSError.Operation, _ object: String = "", _ body: () throws(NetlinkError) -> Result
    ) throws(IPVSError) -> Result {
        do throws(NetlinkError) {
            return try body()
        } catch {
            throw IPVSError(operation, object, underlying: error)
        }
    }
}

extension RawSpan {
    /// The real server in an `IPVS_CMD_NEW_DEST` message.
    fileprivate func destination(of service: Service.Identity) throws(NetlinkDecodingError) -> Destination? {
        try nested(.destination) { (attributes) throws(NetlinkDecodingError) in
            try Destination(attributes, serviceFamily: service.family)
        }
    }

    /// What `decode` makes of the nested attribute `wanted` of a message that starts with its generic header; `nil`
    /// when it has no such attribute.
    fileprivate func nested<Value>(
        _ wanted: CommandAttribute, _ decode: (RawSpan) throws(NetlinkDecodingError) -> Value
    ) throws(NetlinkDecodingError) -> Value? {
        var result: Value?
        try forEachAttribute(from: GenericNetlinkFamily.headerSize) { (type, value) throws(NetlinkDecodingError) in
            if type == wanted.rawValue { result = try decode(value) }
        }
        return result
    }
}
