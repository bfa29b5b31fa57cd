package import Addressing
import LVSCareSystem

/// Source ports for probes that no client of this node has.
///
/// The connection of a client on this node that goes through the VIP reaches the real server with the client's own
/// address and port. A probe with the same address and port would be the same connection there: the real server takes
/// its SYN for one of the client's packets and does not answer, so a healthy real server seems to be dead. Clients get
/// their ports from `net.ipv4.ip_local_port_range`; probes take theirs from beyond it, one after the other.
///
/// A packet filter that was written for Linux clients may drop what comes from there. So a probe that follows one
/// without a connection tries a usual port, too (``Doubts``).
package final class SourcePorts {
    /// `nil` where the clients' range leaves too few: then the kernel chooses for probes, too.
    package let ports: ClosedRange<UInt16>?
    private var last: UInt16
    /// To whom they may not lead.
    package var doubts = Doubts()

    /// Fewer ports would come round again while the kernel still keeps the last connection's (a minute).
    private static let fewest = 512
    /// Below the clients' range are the ports of servers, so only a part of it is taken.
    private static let mostBelow: UInt16 = 8192

    /// No ports, so that the kernel chooses, as it does for clients.
    package static var chosenByKernel: SourcePorts { SourcePorts(beyond: 1...UInt16.max) }

    /// Ports beyond the range from which clients get theirs.
    package init(beyond clients: ClosedRange<UInt16>) {
        ports = [
            clients.upperBound < .max ? (clients.upperBound + 1)...UInt16.max : nil,
            clients.lowerBound > 1024 + Self.mostBelow
                ? (clients.lowerBound - Self.mostBelow)...(clients.lowerBound - 1) : nil,
        ].lazy.compactMap(\.self).first { $0.count >= Self.fewest }
        last = ports?.randomElement() ?? 0
    }

    /// Ports for this network namespace. `sysctl net.ipv4.ip_local_port_range`
    package convenience init() { self.init(beyond: Self.clients() ?? 32768...60999) }

    /// The next port; `nil` where the kernel has to choose.
    package func next() -> UInt16? {
        guard let ports else { return nil }
        last = last < ports.upperBound ? last + 1 : ports.lowerBound
        return last
    }

    /// How the probe that starts now goes to `endpoint`.
    package func plan(for endpoint: Endpoint) -> PortPlan { ports == nil ? .usual : doubts.plan(for: endpoint) }

    /// Where connections of a probe with `plan` came from, for a message; empty where the kernel chose.
    package func origin(_ plan: PortPlan) -> String {
        guard let ports, plan != .usual else { return "" }
        let range = "\(ports.lowerBound)-\(ports.upperBound)"
        return plan == .own ? " (from ports \(range))" : " (from ports \(range), then from one of clients)"
    }

    private static func clients() -> ClosedRange<UInt16>? {
        (try? FileReader.kernelText("/proc/sys/net/ipv4/ip_local_port_range")).flatMap { clients(in: $0) }
    }

    /// The range in `32768	60999`.
    package static func clients(in text: String) -> ClosedRange<UInt16>? {
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
        return numbers.count == 2 && numbers[0] <= numbers[1] ? numbers[0]...numbers[1] : nil
    }
}
