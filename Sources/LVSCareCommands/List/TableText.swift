import Addressing
import IPVS

/// The kernel's table in the layout of `ipvsadm -Ln` 1.31, byte for byte, peculiarities included.
struct TableText {
    /// What is told of each service and real server.
    enum Columns: Hashable, Sendable, CaseIterable {
        /// Scheduler and flags; forwarding method, weight and connections. `ipvsadm -Ln`
        case connections
        /// Totals since the service was made or zeroed. `ipvsadm -Ln --stats`
        case statistics
        /// Averages per second. `ipvsadm -Ln --rate`
        case rates
    }

    /// What is told.
    var columns: Columns
    /// Whether large numbers are written in full instead of in thousands, millions and so on. `ipvsadm --exact`
    var isExact = false
    /// What people call services, shown behind them; `ipvsadm` knows no names.
    var names: [Service.Identity: String] = [:]

    /// The listing of a whole table, which begins with the version of the load balancer.
    func listing(_ table: TableSnapshot) -> String {
        "IP Virtual Server version \(table.info.version) (size=\(table.info.connectionTableSize))\n"
            + listing(table.entries)
    }

    /// The listing of some services.
    func listing(_ entries: [TableSnapshot.Entry]) -> String {
        var text = title
        for entry in entries {
            text += line(entry.service)
            for destination in entry.destinations { text += line(destination) }
        }
        return text
    }

    private var title: String {
        switch columns {
        case .connections:
            """
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port           Forward Weight ActiveConn InActConn

            """
        case .statistics: title("Conns", "InPkts", "OutPkts", "InBytes", "OutBytes")
        case .rates: title("CPS", "InPPS", "OutPPS", "InBPS", "OutBPS")
        }
    }

    private func title(_ names: String...) -> String {
        "Prot LocalAddress:Port".padded(to: 33) + names.map { " " + $0.leftPadded(to: 8) }.joined()
            + "\n  -> RemoteAddress:Port\n"
    }

    private func line(_ service: Service) -> String {
        let name = Self.name(service.identity)
        let line =
            switch columns {
            case .connections: "\(name) \(service.configuration.scheduler)\(Self.options(service))"
            case .statistics: name.padded(to: 33) + numbers(service.statistics)
            case .rates: name.padded(to: 33) + numbers(service.statistics.rates)
            }
        return line + (names[service.identity].map { "  # \($0)" } ?? "") + "\n"
    }

    private func line(_ destination: Destination) -> String {
        let name = "  -> " + "\(destination.identity)".padded(to: 28)
        switch columns {
        case .connections:
            let connections = destination.connections
            return name + " " + "\(destination.configuration.forwarding)".padded(to: 7) + " "
                + "\(destination.configuration.weight)".padded(to: 6) + " " + "\(connections.active)".padded(to: 10)
                + " " + "\(connections.inactive)".padded(to: 10) + "\n"
        case .statistics: return name + numbers(destination.statistics) + "\n"
        case .rates:
            let rates = destination.statistics.rates
            // Only of a real server, and only these three, are never shortened.
            let whole = [rates.connections, rates.incomingPackets, rates.outgoingPackets]
            return name + whole.map { " " + "\($0)".leftPadded(to: 8) }.joined() + number(rates.incomingBytes)
                + number(rates.outgoingBytes) + "\n"
        }
    }

    private func numbers(_ statistics: Statistics) -> String {
        [
            statistics.connections, statistics.incomingPackets, statistics.outgoingPackets, statistics.incomingBytes,
            statistics.outgoingBytes,
        ].map(number).joined()
    }

    private func numbers(_ rates: Statistics.Rates) -> String {
        [
            rates.connections, rates.incomingPackets, rates.outgoingPackets, rates.incomingBytes, rates.outgoingBytes,
        ].map(number).joined()
    }

    /// Nine columns, or a blank and more columns than that; in thousands (K) from 100 million on, in millions (M) from
    /// one billion on, then G from 100 billion on and T from 100 trillion on.
    private func number(_ value: UInt64) -> String {
        if isExact { return " " + "\(value)".leftPadded(to: 8) }
        return switch value {
        case ..<100_000_000: "\(value)".leftPadded(to: 9)
        case ..<1_000_000_000: "\(value / 1_000)".leftPadded(to: 8) + "K"
        case ..<100_000_000_000: "\(value / 1_000_000)".leftPadded(to: 8) + "M"
        case ..<100_000_000_000_000: "\(value / 1_000_000_000)".leftPadded(to: 8) + "G"
        default: "\(value / 1_000_000_000_000)".leftPadded(to: 8) + "T"
        }
    }
}

extension TableText {
    /// `TCP  10.0.0.1:80`, `FWM  7`, `FWM  8 IPv6`. A mark from 2³¹ on is shown as a negative number.
    private static func name(_ service: Service.Identity) -> String {
        switch service {
        case .endpoint(let transport, let endpoint): "\(transport)".uppercased().padded(to: 4) + " \(endpoint)"
        case .firewallMark(let mark, .ipv4): "FWM  \(Int32(bitPattern: mark))"
        case .firewallMark(let mark, .ipv6): "FWM  \(Int32(bitPattern: mark)) IPv6"
        }
    }

    private static func options(_ service: Service) -> String {
        let configuration = service.configuration
        var text = ""
        let flags = configuration.flags
        if !flags.isDisjoint(with: [.scheduler1, .scheduler2, .scheduler3]) {
            text += " (\(flags.names(for: configuration.scheduler).joined(separator: ",")))"
        }
        if let persistence = configuration.persistence {
            text += " persistent \(persistence.timeout.rawValue)"
            if persistence.netmask != .host { text += " mask \(persistence.netmask)" }
        }
        if let engine = configuration.persistenceEngine { text += " pe \(engine)" }
        if flags.contains(.onePacket) { text += " ops" }
        return text
    }
}

extension Service.Flags {
    /// What `ipvsadm -b` calls the scheduler's options; for `sh` and `mh`, the third has no name.
    func names(for scheduler: IPVS.Scheduler) -> [String] {
        let names: [(Service.Flags, String)] =
            switch scheduler {
            case .sourceHashing, .maglevHashing:
                [(.scheduler1, "\(scheduler)-fallback"), (.scheduler2, "\(scheduler)-port")]
            default: [(.scheduler1, "flag-1"), (.scheduler2, "flag-2"), (.scheduler3, "flag-3")]
            }
        return names.filter { contains($0.0) }.map(\.1)
    }
}

extension String {
    /// The text with blanks behind it up to this width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - utf8.count)) }

    /// The text with blanks before it up to this width.
    func leftPadded(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - utf8.count)) + self }
}
