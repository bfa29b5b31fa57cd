import Netlink

extension IPVSError {
    /// The error of a command that was refused.
    init(_ command: IPVSCommand, underlying: NetlinkError) {
        self.init(command.operation, command.object, underlying: underlying)
    }
}

extension IPVSCommand {
    var operation: IPVSError.Operation {
        switch self {
        case .addService: .addService
        case .setService: .setService
        case .deleteService: .deleteService
        case .flush: .flush
        case .addDestination: .addDestination
        case .setDestination: .setDestination
        case .deleteDestination: .deleteDestination
        case .zero: .zero
        case .setTimeouts: .setTimeouts
        case .startDaemon: .startDaemon
        case .stopDaemon: .stopDaemon
        }
    }

    /// What the command is about, in words.
    var object: String {
        switch self {
        case .addService(let identity, let configuration), .setService(let identity, let configuration):
            // The name may be what the kernel does not like.
            if let engine = configuration.persistenceEngine {
                "\(identity) with scheduler \(configuration.scheduler) and persistence engine \(engine)"
            } else {
                "\(identity) with scheduler \(configuration.scheduler)"
            }
        case .deleteService(let identity): "\(identity)"
        case .addDestination(let identity, _, let service): "\(identity) to \(service)"
        case .setDestination(let identity, _, let service), .deleteDestination(let identity, let service):
            "\(identity) of \(service)"
        case .zero(let identity): identity.map { "\($0)" } ?? "all virtual services"
        case .flush, .setTimeouts: ""
        case .startDaemon(let daemon): "\(daemon.state) on \(daemon.interface)"
        case .stopDaemon(let state): "\(state)"
        }
    }
}
