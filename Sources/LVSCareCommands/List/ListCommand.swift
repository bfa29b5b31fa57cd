import Addressing
import IPVS
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// `lvscare list`: shows the kernel's table. Its flags have the names that `ipvsadm` gives them.
enum ListCommand {
    static func command(_ name: String, of _: String) -> Command {
        var command = Command(name, "Show the kernel's IPVS table, as \"ipvsadm -Ln\" does.")
        command.discussion = ["Shows all virtual services, whoever made them. Needs CAP_NET_ADMIN."]
        command.sections = [
            .init("Table", [stats, rate, exact, json, configuration, tcp, udp, sctp, firewallMark])
        ]
        command.statuses =
            [ExitStatus.success.entry, ExitStatus.failure.entry(meaning: "there is no such service")]
            + [.usage, .unavailable, .outputUnwritten, .noPermission].map(\ExitStatus.entry)
        command.examples = [
            .init("The API servers and how many connections each has:", "lvscare list -t 10.103.97.2:6443"),
            .init(
                "The weights of all real servers, for a script:", "lvscare list --json |",
                "  jq '.services[].realServers[] | {address, port, weight}'"),
        ]
        command.related = ["ipvsadm(8)"]
        command.run = { try run($0.source()) }
        return command
    }

    private static let stats = Setting(
        switch: "stats", "Totals since each service was made, instead of connections.")
    private static let rate = Setting(switch: "rate", "Averages per second, instead of connections.")
    private static let exact = Setting(switch: "exact", "Large numbers in full.")
    private static let json = Setting(switch: "json", "Everything, as one JSON object.")
    private static let configuration = Setting(
        "config", .file("the path of a configuration file"), "file",
        "A configuration file; the services that have a name in it are shown with it.")
    private static let tcp = endpoint("tcp-service", letter: "t", "Only this TCP service.")
    private static let udp = endpoint("udp-service", letter: "u", "Only this UDP service.")
    private static let sctp = endpoint("sctp-service", letter: nil, "Only this SCTP service.")
    private static let firewallMark = Setting(
        "fwmark-service", letter: "f", .number(1...Int(UInt32.max), "a firewall mark"), "mark",
        "Only the services of this firewall mark.")

    private static func endpoint(_ name: String, letter: Character?, _ help: String) -> Setting {
        Setting(name, letter: letter, .text("IP:port"), "ip:port", help)
    }

    private static func run(_ source: SettingSource) throws {
        let wanted = try services(source)
        // Totals go before rates where both are asked for, as with `ipvsadm`.
        let columns: TableText.Columns =
            try source.boolean(stats, default: false)
            ? .statistics : source.boolean(rate, default: false) ? .rates : .connections
        var text = TableText(columns: columns, isExact: try source.boolean(exact, default: false))
        text.names = try names(source)
        let isJSON = try source.boolean(json, default: false)
        do {
            let table = try TableSnapshot(of: IPVSClient(), only: wanted).sorted
            guard wanted.isEmpty || !table.entries.isEmpty else {
                let names = wanted.map { "\($0)" }.joined(separator: ", ")
                throw StatusError(.failure, "no such virtual service: \(names)")
            }
            if isJSON {
                try StandardStream.printOutput(table.json(names: text.names).pretty + "\n")
            } else {
                try StandardStream.printOutput(wanted.isEmpty ? text.listing(table) : text.listing(table.entries))
            }
        } catch let error as IPVSError {
            throw StatusError(ExitStatus(error.reason), "\(error)")
        }
    }

    /// What the configuration file calls its services; nothing without one.
    private static func names(_ source: SettingSource) throws -> [Service.Identity: String] {
        guard let file = try source.path(configuration) else { return [:] }
        let reading = ConfigurationReader.ofThisNode(checksFiles: false).read(file)
        guard let specification = reading.specification else {
            throw StatusError(.usage, reading.complaint(about: file))
        }
        let named = specification.services.compactMap { service in service.name.map { (service.service, $0) } }
        return Dictionary(named, uniquingKeysWith: { first, _ in first })
    }

    /// The services that are asked for; empty for all.
    private static func services(_ source: SettingSource) throws(UsageError) -> [Service.Identity] {
        var services: [Service.Identity] = []
        for (transport, setting) in [(TransportProtocol.tcp, tcp), (.udp, udp), (.sctp, sctp)] {
            guard let value = source.value(setting) else { continue }
            services.append(.endpoint(transport, try Endpoint(value, expected: setting.expectation)))
        }
        if let mark = try source.number(firewallMark) {
            services += [.firewallMark(UInt32(mark), .ipv4), .firewallMark(UInt32(mark), .ipv6)]
        }
        return services
    }
}

extension TableSnapshot {
    /// What the kernel has now, or only the `wanted` services when there are any.
    ///
    /// A service that is deleted while the table is read is not in it.
    init(of client: IPVSClient, only wanted: [Service.Identity]) throws(IPVSError) {
        info = try client.info()
        guard !wanted.isEmpty else {
            entries = try client.table()
            return
        }
        entries = []
        for identity in wanted {
            if let entry = try client.tableEntry(identity) { entries.append(entry) }
        }
    }
}

extension ExitStatus {
    /// How a command ends that the kernel refused for this reason.
    init(_ reason: IPVSError.Reason) {
        self =
            switch reason {
            case .unavailable: .unavailable
            case .notPermitted: .noPermission
            default: .failure
            }
    }
}
