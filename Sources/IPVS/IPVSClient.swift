public import Netlink

/// The kernel's IPVS table and what belongs to it: reading, changing, many changes at once.
///
///     let ipvs = try IPVSClient()
///     let web = Service.Identity.endpoint(.tcp, try Endpoint("10.0.0.1:80"))
///     let errors = ipvs.apply([
///         .addService(web, .init(scheduler: .weightedRoundRobin)),
///         .addDestination(try Endpoint("192.168.0.2:8080"), .init(forwarding: .masquerade, weight: 3), to: web),
///         .addDestination(try Endpoint("192.168.0.3:8080"), .init(forwarding: .masquerade), to: web),
///     ])
///     for case let error? in errors { print(error) }
///     for server in try ipvs.destinations(of: web) {
///         print(server.identity, server.configuration.weight, server.connections.active)
///     }
///
/// A client speaks to the network namespace of the thread that made it, and is used by one owner at a time. Every
/// operation needs the capability `CAP_NET_ADMIN` there; without it, it throws an error whose reason is
/// ``IPVSError/Reason/notPermitted``.
public final class IPVSClient {
    let connection: NetlinkConnection
    let family: GenericNetlinkFamily

    /// A client over a new generic netlink socket; the kernel loads IPVS if it can and has not done so.
    ///
    /// Throws an error whose reason is ``IPVSError/Reason/unavailable`` when this kernel has no IPVS.
    public convenience init() throws(IPVSError) {
        let connection: NetlinkConnection
        do throws(NetlinkError) {
            connection = try NetlinkConnection(.generic)
        } catch {
            throw IPVSError(.connect, underlying: error)
        }
        try self.init(over: connection)
    }

    /// A client over a connection to generic netlink, whose owner it becomes.
    ///
    /// Throws an error whose reason is ``IPVSError/Reason/unavailable`` when the kernel has no IPVS.
    public init(over connection: NetlinkConnection) throws(IPVSError) {
        self.connection = connection
        do throws(NetlinkError) {
            family = try connection.family(named: "IPVS")
        } catch {
            throw IPVSError(.connect, underlying: error)
        }
    }

    /// Largest number of commands that are held as encoded messages at the same time.
    private static let encodedAtOnce = 2048

    /// Has the kernel do `command`.
    public func apply(_ command: IPVSCommand) throws(IPVSError) {
        if let error = apply([command]).first ?? nil { throw error }
    }

    /// Has the kernel do `commands` in order, and returns for each of them why it failed, `nil` for success.
    ///
    /// A command that fails does not keep the following ones from being done. Hundreds of commands share two system
    /// calls, and the memory for messages does not grow with the number of commands.
    public func apply(_ commands: [IPVSCommand]) -> [IPVSError?] {
        var errors: [IPVSError?] = []
        errors.reserveCapacity(commands.count)
        for start in stride(from: 0, to: commands.count, by: Self.encodedAtOnce) {
            let part = commands[start..<min(start + Self.encodedAtOnce, commands.count)]
            var requests = part.map { $0.request(family) }
            // The kernel (6.1) answers neither yes nor no when it stops a daemon whose thread never ran yet (`EINTR`
            // inside, which netlink swallows). Only the last of several requests has to be answered: a harmless one.
            if case .stopDaemon = part.last { requests.append(IPVSCommand.nothing.request(family)) }
            for (command, answer) in zip(part, connection.execute(requests)) {
                errors.append(answer.map { IPVSError(command, underlying: $0) })
            }
        }
        return errors
    }
}

extension IPVSCommand {
    /// Leaves every timeout as it is.
    fileprivate static let nothing = setTimeouts(Timeouts())
}
