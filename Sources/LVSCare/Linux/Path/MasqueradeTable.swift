import Addressing
import Director
import NFTables

/// The table of nf_tables that lets clients reach a VIP whose packets are routed through this node.
///
/// Their packets keep the client's address behind the balancer, so the real server would answer past this node. The
/// table marks what is for the VIP before the balancer rewrites it, and gives what leaves for another node one of this
/// node's addresses:
///
///     table ip lvscare-10.103.97.2-6443 {
///         chain input {
///             type filter hook input priority filter
///             ip daddr VIP tcp dport PORT mark set mark | BIT
///         }
///         chain output {
///             type filter hook output priority mangle
///             ip saddr != SOURCE ip daddr VIP tcp dport PORT mark set mark | BIT
///         }
///         chain postrouting {
///             type nat hook postrouting priority srcnat
///             oifname != "lo" mark & BIT == BIT ct original ip daddr VIP ct original proto-dst PORT masquerade
///         }
///     }
///
/// Somebody else may set the same bit on other packets, so it alone does not count.
///
/// Clients on this node that have the SOURCE which the route gave to them need none of it, and so lose nothing when
/// somebody flushes the rules; only those that chose another address, such as 127.0.0.1, are masqueraded.
///
/// Each virtual service has a table of its own, so that several processes never touch each other's rules. Packets are
/// marked where they arrive at this node and not when they enter it, so that no policy rule that looks at the same
/// bit sends them elsewhere.
final class MasqueradeTable: PathPart {
    /// How long a kernel without nf_tables is left in peace: each attempt has it look for modules.
    static let patience: Duration = .seconds(60)

    private let identity: Table.Identity
    private let endpoint: Endpoint
    private let mark: UInt32
    private let source: () -> IPAddress?
    private var client: NFTablesClient?
    /// The ruleset's generation at which our table was as wanted, and what was wanted.
    private var verified: (generation: UInt32, table: Table)?
    /// A table and what the kernel made of it, where that reads otherwise than it was written.
    private var asKept: (written: Table, read: Table)?
    private var lacking: (shortcoming: Shortcoming, since: ContinuousClock.Instant)?
    private var hasCreated = false

    /// The table for `service`; `bit` (0–31) is the bit of the packet mark that it uses, and `source` tells the address
    /// from which clients on this node need no masquerading, `nil` when there is none.
    init(for service: VirtualService, bit: Int, sparing source: @escaping () -> IPAddress?) {
        identity = Self.identity(of: service)
        endpoint = service.endpoint
        mark = 1 << UInt32(bit)
        self.source = source
    }

    /// `ip lvscare-10.103.97.2-6443`; the `nft` command takes no colons in names.
    static func identity(of service: VirtualService) -> Table.Identity {
        let address = "\(service.endpoint.address)".map { $0 == ":" ? "_" : $0 }
        return Table.Identity(
            service.endpoint.address.family == .ipv4 ? .ip : .ip6,
            "lvscare-\(String(address))-\(service.endpoint.port)")
    }

    static func table(
        _ identity: Table.Identity, for endpoint: Endpoint, mark: UInt32, sparing source: IPAddress?
    ) -> Table {
        let tag: [Expression] =
            .destination(endpoint.address) + .transportProtocol(.tcp) + .destinationPort(endpoint.port)
            + .setMark(mark, mask: mark)
        return Table(
            identity, comment: Comment("made by lvscare"),
            chains: [
                // Before the balancer, which takes packets at `input` (98) and `output` (-99).
                Chain("input", hook: Hook(.filter, .input, priority: .filter), rules: [Rule(tag)]),
                Chain(
                    "output", hook: Hook(.filter, .output, priority: .mangle),
                    rules: [Rule(source.map { .source($0, is: .notEqual) } ?? [], tag)]),
                Chain(
                    "postrouting", hook: Hook(.nat, .postrouting, priority: .sourceNAT),
                    rules: [
                        Rule(
                            .outputInterface("lo", is: .notEqual), .mark(mark, mask: mark),
                            .originalDestination(endpoint.address), .transportProtocol(.tcp),
                            .originalDestinationPort(endpoint.port), .masquerade(.fullyRandom))
                    ]),
            ])
    }

    /// Whether this kernel was found to have no nf_tables.
    var isLacking: Bool { lacking != nil }

    // MARK: PathPart

    func restore(_ report: inout PathReport) {
        hasCreated = false
        if let lacking, .now - lacking.since < Self.patience {
            report.shortcomings.append(lacking.shortcoming)
            return
        }
        lacking = nil
        do throws(NFTablesError) {
            try restoreTable(&report)
        } catch {
            verified = nil
            if error.notSupported {
                let shortcoming = Self.shortcoming(error)
                lacking = (shortcoming: shortcoming, since: .now)
                report.shortcomings.append(shortcoming)
            } else {
                report.failures.append(KernelFailure(error))
            }
        }
    }

    func rollBack(_ report: inout PathReport) {
        if hasCreated { remove(&report) }
    }

    func remove(_ report: inout PathReport) {
        do throws(NFTablesError) {
            if try connection().delete(identity) { report.changes.append(PathChange(.removed, "table \(identity)")) }
            verified = nil
        } catch {
            // Where there can be no tables there is none.
            if !error.notSupported { report.failures.append(KernelFailure(error)) }
        }
    }

    // MARK: Table

    private func connection() throws(NFTablesError) -> NFTablesClient {
        if let client { return client }
        let client = try NFTablesClient()
        self.client = client
        return client
    }

    private func restoreTable(_ report: inout PathReport) throws(NFTablesError) {
        let client = try connection()
        let generation = try client.generation()
        let wanted = Self.table(identity, for: endpoint, mark: mark, sparing: source())
        // Nobody changed any table since, and nothing else is wanted.
        if let verified, verified == (generation, wanted) { return }
        let found = try client.table(identity)
        if let found, isAsWanted(found, wanted) {
            verified = (generation, wanted)
            return
        }
        let transactions = try client.put(wanted, insteadOf: found)
        hasCreated = found == nil
        report.changes.append(
            found == nil
                ? PathChange(.added, "table \(identity)")
                : PathChange(.replaced, "table \(identity)", found: "other rules in it"))
        // Others may have changed something meanwhile, so the next pass has to look again.
        verified = nil
        if let kept = try client.table(identity), !isAsWanted(kept, wanted), asKept?.written != wanted,
            // Else what was read may be what somebody made of it meanwhile, and would be taken for right for ever.
            try client.generation() == generation &+ UInt32(transactions)
        {
            asKept = (written: wanted, read: kept)
        }
    }

    private func isAsWanted(_ found: Table, _ wanted: Table) -> Bool {
        if let asKept, asKept == (wanted, found) { return true }
        var found = found
        // Old kernels do not keep it.
        found.comment = wanted.comment
        return found == wanted
    }

    private static func shortcoming(_ error: NFTablesError) -> Shortcoming {
        Shortcoming(
            missing: "nf_tables in this kernel (\(error.underlying))",
            consequence:
                "clients that are routed through this node do not reach remote real servers; those on this node do",
            remedy: "load its modules on the node (modprobe -a nf_tables nft_chain_nat nft_masq)")
    }
}
