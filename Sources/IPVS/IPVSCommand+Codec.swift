import Netlink

extension IPVSCommand {
    /// The message that has the kernel do it.
    func request(_ family: GenericNetlinkFamily) -> NetlinkRequest {
        switch self {
        case .addService(let identity, let configuration):
            family.request(.newService, service: identity, configuration)
        case .setService(let identity, let configuration):
            family.request(.setService, service: identity, configuration)
        case .deleteService(let identity):
            family.request(.deleteService, service: identity)
        case .flush:
            family.request(.flush)
        case .addDestination(let identity, let configuration, let service):
            family.request(.newDestination, destination: identity, configuration, of: service)
        case .setDestination(let identity, let configuration, let service):
            family.request(.setDestination, destination: identity, configuration, of: service)
        case .deleteDestination(let identity, let service):
            family.request(.deleteDestination, destination: identity, nil, of: service)
        case .zero(let identity?):
            family.request(.zero, service: identity)
        case .zero(nil):
            family.request(.zero)
        case .setTimeouts(let timeouts):
            family.request(.setConfig) { timeouts.encode(into: &$0) }
        case .startDaemon(let daemon):
            family.request(.newDaemon) { writer in
                writer.nest(CommandAttribute.daemon.rawValue) { daemon.encode(into: &$0) }
            }
        case .stopDaemon(let state):
            family.request(.deleteDaemon) { writer in
                writer.nest(CommandAttribute.daemon.rawValue) {
                    $0.integer(DaemonAttribute.state.rawValue, state.rawValue)
                }
            }
        }
    }
}

extension GenericNetlinkFamily {
    /// A request about a service; with a configuration where the command wants one.
    func request(
        _ command: Command, service identity: Service.Identity, _ configuration: Service.Configuration? = nil
    ) -> NetlinkRequest {
        request(command) { writer in
            writer.nest(CommandAttribute.service.rawValue) {
                identity.encode(into: &$0)
                configuration?.encode(into: &$0, family: identity.family)
            }
        }
    }

    /// A request about a real server; with a configuration where the command wants one.
    fileprivate func request(
        _ command: Command, destination identity: Destination.Identity, _ configuration: Destination.Configuration?,
        of service: Service.Identity
    ) -> NetlinkRequest {
        request(command) { writer in
            writer.nest(CommandAttribute.service.rawValue) { service.encode(into: &$0) }
            writer.nest(CommandAttribute.destination.rawValue) {
                Destination.encode(identity, into: &$0)
                configuration?.encode(into: &$0)
            }
        }
    }
}
