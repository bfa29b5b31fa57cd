import Addressing
import ArgumentParser
import IPVS

/// `lvscare list`: shows the kernel's table.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the kernel's IPVS table, as \"ipvsadm -Ln\" does.",
        discussion: """
            Shows all virtual services, whoever made them. Needs CAP_NET_ADMIN.

            The API servers and how many connections each has:
              lvscare list -t 10.103.97.2:6443

            The weights of all real servers, for a script:
              lvscare list --json | jq '.services[].realServers[] | {address, port, weight}'

            Exit status:
              0   done
              1   there is no such service
              64  invalid flag
              69  this kernel has no IPVS
              74  standard output cannot be written to
              77  CAP_NET_ADMIN is missing
            """)

    @OptionGroup var options: ListOptions

    func run() throws {
        let wanted = try options.filter()
        do {
            let table = try TableSnapshot(of: IPVSClient(), only: wanted).sorted
            guard wanted.isEmpty || !table.entries.isEmpty else {
                let names = wanted.map { "\($0)" }.joined(separator: ", ")
                throw StatusError(.failure, "no such virtual service: \(names)")
            }
            if options.json {
                try StandardStream.printOutput(table.json.pretty + "\n")
            } else {
                let text = TableText(columns: options.columns, isExact: options.exact)
                try StandardStream.printOutput(wanted.isEmpty ? text.listing(table) : text.listing(table.entries))
            }
        } catch let error as IPVSError {
            throw StatusError(ExitStatus(error.reason), "\(error)")
        }
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
