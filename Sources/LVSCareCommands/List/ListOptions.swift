import Addressing
import ArgumentParser
import IPVS

/// The flags of `lvscare list`, with the names that `ipvsadm` gives them.
struct ListOptions: ParsableArguments {
    @Flag(help: "Totals since each service was made, instead of connections.")
    var stats = false

    @Flag(help: "Averages per second, instead of connections.")
    var rate = false

    @Flag(help: "Large numbers in full.")
    var exact = false

    @Flag(help: "Everything, as one JSON object.")
    var json = false

    @Option(
        name: [.customShort("t"), .customLong("tcp-service")], parsing: .unconditional,
        help: .init("Only this TCP service.", valueName: "ip:port"))
    var tcp: String?

    @Option(
        name: [.customShort("u"), .customLong("udp-service")], parsing: .unconditional,
        help: .init("Only this UDP service.", valueName: "ip:port"))
    var udp: String?

    @Option(
        name: .customLong("sctp-service"), parsing: .unconditional,
        help: .init("Only this SCTP service.", valueName: "ip:port"))
    var sctp: String?

    @Option(
        name: [.customShort("f"), .customLong("fwmark-service")], parsing: .unconditional,
        help: .init("Only the services of this firewall mark.", valueName: "mark"))
    var firewallMark: String?

    /// Totals go before rates where both are asked for, as with `ipvsadm`.
    var columns: TableText.Columns { stats ? .statistics : rate ? .rates : .connections }

    /// The services that are asked for; empty for all.
    func filter() throws(UsageError) -> [Service.Identity] {
        var services: [Service.Identity] = []
        let endpoints: [(TransportProtocol, String, String?)] = [
            (.tcp, "--tcp-service", tcp), (.udp, "--udp-service", udp), (.sctp, "--sctp-service", sctp),
        ]
        for case (let transport, let flag, let text?) in endpoints {
            let value = RawValue(text: text, origin: .flag(flag))
            services.append(.endpoint(transport, try Endpoint(value, expected: "IP:port")))
        }
        if let firewallMark {
            guard let mark = UInt32(firewallMark), mark > 0 else {
                throw UsageError(
                    RawValue(text: firewallMark, origin: .flag("--fwmark-service")), "it is not a firewall mark",
                    expected: "a number from 1 to \(UInt32.max)")
            }
            services += [.firewallMark(mark, .ipv4), .firewallMark(mark, .ipv6)]
        }
        return services
    }
}
