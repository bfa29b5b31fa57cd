import Addressing
import Director
import LVSCareModel
import NFTables

/// The tables of nf_tables of this network namespace, for all paths of this process: one of each kind, whose sets hold what is
/// wanted for services and VIPs.
final class NodeTables {
    private let link: Link
    private let kinds: [SharedTableKind: SharedTables]

    /// The one connection to the kernel, opened when it is needed.
    private final class Link {
        private(set) var client: NFTablesClient?
        private let open: () throws(NFTablesError) -> NFTablesClient

        init(_ open: @escaping () throws(NFTablesError) -> NFTablesClient) { self.open = open }

        func connect() throws(NFTablesError) -> NFTablesClient {
            if let client { return client }
            let client = try open()
            self.client = client
            return client
        }
    }

    /// The tables; with dry ones each step says what it would change, and nothing is written.
    init(
        isDry: Bool = false,
        connect: @escaping () throws(NFTablesError) -> NFTablesClient = { () throws(NFTablesError) in
            try NFTablesClient()
        }
    ) {
        let link = Link(connect)
        self.link = link
        kinds = Dictionary(
            uniqueKeysWithValues: SharedTableKind.all.map { kind in
                (kind, SharedTables(kind, isDry: isDry) { () throws(NFTablesError) in try link.connect() })
            })
    }

    /// The kernel's number for this process's side of the connection, which its notices tell of what this process changed
    /// itself; `nil` before anything was asked.
    var port: UInt32? { link.client?.port }

    /// Notes a step about tables on behalf of `path`, to be carried out with all others; false for one that is none, or that
    /// nothing has to be done for.
    func note(_ step: PathStep, for path: ObjectIdentifier) -> Bool {
        guard let owner = TableOwner(of: step) else { return false }
        switch step {
        case .masquerade(let wanted): kinds[owner.kind]?.want(MasqueradeTable.share(wanted), for: path)
        case .silenceResolution(let vip): kinds[owner.kind]?.want(ResolutionTable.share(vip), for: path)
        default: kinds[owner.kind]?.remove(owner)
        }
        return true
    }

    /// What became of a step; all that was noted is carried out first.
    func outcome(of step: PathStep) -> PathStepOutcome {
        TableOwner(of: step).flatMap { kinds[$0.kind]?.outcome(of: $0) } ?? .done(nil)
    }

    /// Whose elements stand in these tables, and whose tables of an earlier version are there.
    func owners() throws(KernelFailure) -> Set<TableOwner> {
        var owners: Set<TableOwner> = []
        for tables in kinds.values { owners.formUnion(try tables.owners()) }
        return owners
    }

    /// Removes all of this program's tables but what is there for `kept`, and says what it removed.
    func removeAll(keeping kept: Set<TableOwner>) throws(KernelFailure) -> [PathChange] {
        var changes: [PathChange] = []
        for kind in SharedTableKind.all { changes += try kinds[kind]?.removeAll(keeping: kept) ?? [] }
        return changes
    }

    /// Leaves what there is on behalf of `path` alone from now on.
    func forget(_ path: ObjectIdentifier) { for tables in kinds.values { tables.forget(path) } }
}

extension TableOwner {
    /// Whom a step is about; `nil` where it is about no table, and for a service without an address.
    fileprivate init?(of step: PathStep) {
        switch step {
        case .masquerade(let wanted): self = .service(wanted.transport, wanted.endpoint)
        case .stopMasquerading(.endpoint(let transport, let endpoint)): self = .service(transport, endpoint)
        case .silenceResolution(let vip): self = .vip(vip)
        case .answerResolution(let vip) where vip.family == .ipv4: self = .vip(vip)
        default: return nil
        }
    }
}
