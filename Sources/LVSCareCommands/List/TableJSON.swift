import Addressing
import IPVS

extension TableSnapshot {
    /// The table as one JSON object, all that the kernel tells included.
    ///
    /// Stable: members may be added, none changes its meaning or goes away. Times are in seconds, numbers are exact.
    ///
    ///     { "version": "1.2.1", "connectionTableSize": 4096,
    ///       "services": [ { "protocol": "tcp", "address": "10.0.0.1", "port": 80, "scheduler": "rr", …,
    ///                       "realServers": [ { "address": "192.168.0.2", "port": 8080, "forwarding": "masquerade",
    ///                                          "weight": 1, "activeConnections": 0, … } ] } ] }
    ///
    /// A service that `names` has begins with its `name`. A firewall-mark service has `firewallMark` and `family` in place of protocol, address and port.
    func json(names: [Service.Identity: String]) -> JSON {
        [
            "version": .string("\(info.version)"), "connectionTableSize": .unsigned(UInt64(info.connectionTableSize)),
            "services": .array(
                entries.map { entry in
                    let name = names[entry.service.identity].map { ["name": .string($0)] as JSON } ?? .object([])
                    return name.adding(entry.json)
                }),
        ]
    }
}

extension TableSnapshot.Entry {
    fileprivate var json: JSON {
        let configuration = service.configuration
        return service.identity.json
            .adding([
                "scheduler": .string(configuration.scheduler.rawValue),
                "schedulerFlags": .array(configuration.flags.names(for: configuration.scheduler).map(JSON.string)),
                "onePacket": .boolean(configuration.flags.contains(.onePacket)),
                "persistence": configuration.persistence?.json(engine: configuration.persistenceEngine) ?? .null,
                "statistics": service.statistics.json,
                "realServers": .array(destinations.map(\.json)),
            ])
    }
}

extension Service.Identity {
    fileprivate var json: JSON {
        switch self {
        case .endpoint(let transport, let endpoint):
            [
                "protocol": .string("\(transport)"), "address": .string("\(endpoint.address)"),
                "port": .unsigned(UInt64(endpoint.port)),
            ]
        case .firewallMark(let mark, let family):
            ["firewallMark": .unsigned(UInt64(mark)), "family": .string("\(family)")]
        }
    }
}

extension Service.Persistence {
    fileprivate func json(engine: String?) -> JSON {
        [
            "timeout": .unsigned(UInt64(timeout.rawValue)), "netmask": netmask == .host ? .null : .string("\(netmask)"),
            "engine": engine.map(JSON.string) ?? .null,
        ]
    }
}

extension Destination {
    fileprivate var json: JSON {
        [
            "address": .string("\(identity.address)"), "port": .unsigned(UInt64(identity.port)),
            "forwarding": .string(configuration.forwarding.name), "tunnel": configuration.forwarding.tunnel,
            "weight": .unsigned(UInt64(configuration.weight.rawValue)),
            "upperThreshold": .unsigned(UInt64(configuration.thresholds.upper)),
            "lowerThreshold": .unsigned(UInt64(configuration.thresholds.lower)),
            "activeConnections": .unsigned(UInt64(connections.active)),
            "inactiveConnections": .unsigned(UInt64(connections.inactive)),
            "persistentConnections": .unsigned(UInt64(connections.persistent)), "statistics": statistics.json,
        ]
    }
}

extension ForwardingMethod {
    fileprivate var name: String {
        switch self {
        case .masquerade: "masquerade"
        case .local: "local"
        case .tunnel: "tunnel"
        case .directRoute: "directRoute"
        case .bypass: "bypass"
        case .other(let number): "\(number)"
        }
    }

    fileprivate var tunnel: JSON {
        guard case .tunnel(let tunnel) = self else { return .null }
        let kind =
            switch tunnel.kind {
            case .ipip: "ipip"
            case .gue: "gue"
            case .gre: "gre"
            default: "\(tunnel.kind.rawValue)"
            }
        let checksum =
            switch tunnel.checksum {
            case .none: "none"
            case .full: "full"
            case .remote: "remote"
            default: "\(tunnel.checksum.rawValue)"
            }
        return ["type": .string(kind), "port": .unsigned(UInt64(tunnel.port)), "checksum": .string(checksum)]
    }
}

extension Statistics {
    fileprivate var json: JSON {
        [
            "connections": .unsigned(connections), "incomingPackets": .unsigned(incomingPackets),
            "outgoingPackets": .unsigned(outgoingPackets), "incomingBytes": .unsigned(incomingBytes),
            "outgoingBytes": .unsigned(outgoingBytes),
            "perSecond": [
                "connections": .unsigned(rates.connections), "incomingPackets": .unsigned(rates.incomingPackets),
                "outgoingPackets": .unsigned(rates.outgoingPackets), "incomingBytes": .unsigned(rates.incomingBytes),
                "outgoingBytes": .unsigned(rates.outgoingBytes),
            ],
        ]
    }
}
