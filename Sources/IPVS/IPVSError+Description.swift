import Netlink

extension IPVSError: CustomStringConvertible {
    /// The operation, its object, the failure in words, the kernel's message and a remedy, in one line.
    public var description: String {
        let subject = object.isEmpty ? "" : " \(object)"
        return "cannot \(operation.rawValue)\(subject): \(explanation) (\(underlying))"
    }

    /// The failure in words, and a remedy where there is one.
    public var explanation: String {
        switch reason {
        case .unavailable: "this kernel has no IPVS; load it with `modprobe ip_vs`, on the host if this is a container"
        case .notPermitted: "it needs the capability CAP_NET_ADMIN; run as root, or give it to the container"
        case .noSuchService: "there is no such virtual service"
        case .noSuchDestination: "the virtual service has no such real server"
        case .noSuchDaemon: "it is not running"
        case .noSuchInterface: "there is no such network interface"
        case .alreadyExists: operation == .startDaemon ? "it is running already" : "it exists already"
        case .unknownScheduler: "the kernel cannot load this scheduler; it would be in the module ip_vs_NAME"
        case .invalid: wasSent ? invalidArgument : "it was not sent, for the kernel would take it for something else"
        case .outOfRange: "the weight is above 2147483647, or the lower threshold above the upper one"
        case .unsupportedFamily: "this kernel does not balance addresses of this family"
        case .outOfMemory: "the kernel has no memory for it"
        case .unanswered where operation.isReading: "the kernel's answer did not come whole"
        case .unanswered: "the kernel's answer did not come whole, and it may have been done or not"
        case .other: "the kernel refused"
        }
    }

    private var wasSent: Bool {
        switch underlying {
        case .invalid, .attributeTooLong: false
        default: true
        }
    }

    /// What `EINVAL` can mean for the operation.
    private var invalidArgument: String {
        switch operation {
        case .addDestination, .setDestination:
            "the kernel takes unicast addresses only, of the service's family unless they are reached by a tunnel"
        case .addService, .setService: "the netmask or a name does not fit this service"
        case .setTimeouts: "a time is too long"
        case .startDaemon:
            "a value is out of range, or a service has real servers of both address families, which cannot be synchronized"
        default: "the kernel does not take this value"
        }
    }
}

extension IPVSError.Operation {
    /// Whether it leaves everything as it is.
    fileprivate var isReading: Bool {
        switch self {
        case .connect, .getInfo, .listServices, .getService, .listDestinations, .getTimeouts, .listDaemons: true
        case .addService, .setService, .deleteService, .flush, .addDestination, .setDestination, .deleteDestination,
            .zero, .setTimeouts, .startDaemon, .stopDaemon:
            false
        }
    }
}
