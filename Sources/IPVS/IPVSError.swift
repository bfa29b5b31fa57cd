public import Netlink
public import SystemPackage

/// Why the kernel did not do, or did not tell, what was asked of IPVS.
public struct IPVSError: Error, Hashable, Sendable {
    /// The operation that failed.
    @nonexhaustive
    public enum Operation: String, Hashable, Sendable, CaseIterable {
        /// Opening the socket and finding the netlink family `IPVS`.
        case connect = "connect to IPVS"
        /// `IPVS_CMD_GET_INFO`
        case getInfo = "read the version of IPVS"
        /// `IPVS_CMD_GET_SERVICE` for all.
        case listServices = "list the virtual services"
        /// `IPVS_CMD_GET_SERVICE` for one.
        case getService = "read virtual service"
        /// `IPVS_CMD_GET_DEST`
        case listDestinations = "list the real servers of"
        /// `IPVS_CMD_GET_CONFIG`
        case getTimeouts = "read the timeouts of IPVS"
        /// `IPVS_CMD_GET_DAEMON`
        case listDaemons = "list the synchronization daemons"
        /// `IPVS_CMD_NEW_SERVICE`
        case addService = "add virtual service"
        /// `IPVS_CMD_SET_SERVICE`
        case setService = "change virtual service"
        /// `IPVS_CMD_DEL_SERVICE`
        case deleteService = "delete virtual service"
        /// `IPVS_CMD_FLUSH`
        case flush = "delete all virtual services"
        /// `IPVS_CMD_NEW_DEST`
        case addDestination = "add real server"
        /// `IPVS_CMD_SET_DEST`
        case setDestination = "change real server"
        /// `IPVS_CMD_DEL_DEST`
        case deleteDestination = "delete real server"
        /// `IPVS_CMD_ZERO`
        case zero = "zero the statistics of"
        /// `IPVS_CMD_SET_CONFIG`
        case setTimeouts = "set the timeouts of IPVS"
        /// `IPVS_CMD_NEW_DAEMON`
        case startDaemon = "start the synchronization daemon"
        /// `IPVS_CMD_DEL_DAEMON`
        case stopDaemon = "stop the synchronization daemon"
    }

    /// The meaning of the kernel's answer to this operation.
    @nonexhaustive
    public enum Reason: Hashable, Sendable, CaseIterable {
        /// This kernel has no IPVS and can load none, or it was unloaded meanwhile (`ENOENT`, `EPROTONOSUPPORT`).
        case unavailable
        /// The capability `CAP_NET_ADMIN` is missing (`EPERM`).
        case notPermitted
        /// There is no such virtual service (`ESRCH`); for who deletes it, the goal is reached.
        case noSuchService
        /// The virtual service has no such real server (`ENOENT`); for who deletes it, the goal is reached.
        case noSuchDestination
        /// No such synchronization daemon is running (`ESRCH`); for who stops it, the goal is reached.
        case noSuchDaemon
        /// There is no network interface of this name (`ENODEV`).
        case noSuchInterface
        /// It is there already (`EEXIST`); whether with the configuration that was wanted, a look will tell.
        case alreadyExists
        /// The kernel knows no scheduler, or no persistence engine, of this name and can load none (`ENOENT`).
        case unknownScheduler
        /// A value, or the combination of some, that the kernel does not take, or that was not even sent (`EINVAL`).
        case invalid
        /// A weight above 2³¹−1, or a lower threshold above the upper one (`ERANGE`).
        case outOfRange
        /// This kernel balances no addresses of this family (`EAFNOSUPPORT`).
        case unsupportedFamily
        /// The kernel has no memory for it (`ENOMEM`).
        case outOfMemory
        /// The answer was lost or could not be read: a change may have taken effect or not.
        case unanswered
        /// Something else; see ``IPVSError/errno``.
        case other
    }

    /// The operation that failed.
    public var operation: Operation
    /// To what; empty where there is only one.
    public var object: String
    /// The meaning of the kernel's answer.
    public var reason: Reason
    /// The failure on the socket, with the kernel's own message where it had one.
    public var underlying: NetlinkError

    /// An error of its operation, object and cause; the reason follows from operation and cause.
    public init(_ operation: Operation, _ object: String = "", underlying: NetlinkError) {
        self.operation = operation
        self.object = object
        self.underlying = underlying
        reason = Reason(operation, underlying)
    }

    /// The errno of the refusal or of the failed system call; `nil` when there was none.
    public var errno: Errno? { underlying.errno }
}
