import Director
import LVSCareModel
import NFTables
import Netlink

/// The shared tables of one kind, in which this process keeps the elements of what it looks after.
///
/// What is wanted is noted first, for as many owners as there are, and then written where it differs, in one transaction. The
/// tables are read once for all of them, and only where somebody has changed any table of the node.
final class SharedTables {
    /// How long a kernel without nf_tables is left in peace: each attempt has it look for modules.
    static let retryInterval: Duration = .seconds(60)
    /// How long a reading has to be the same, at the same generation, to be taken for certain. Readings may fall into
    /// somebody's transaction that is half done, at the generation of before or after; on a slow machine several do.
    static let settlingTime: Duration = .milliseconds(500)
    /// How often a decision is made anew because somebody else was faster.
    static let attempts = 16

    let kind: SharedTableKind
    /// Whether nothing is written.
    private let isDry: Bool
    let connect: () throws(NFTablesError) -> NFTablesClient
    private let now: () -> ContinuousClock.Instant

    /// What is to be there, and for whose path.
    private var wanted: [TableOwner: (share: TableShare, path: ObjectIdentifier)] = [:]
    /// Whose elements are to go.
    private var going: Set<TableOwner> = []
    /// Grows when something else is wanted.
    private var revision = 0
    /// Whether something was noted since all of it was looked at.
    private var isDue = false
    /// What happened and was not yet told.
    private var outcomes: [TableOwner: PathStepOutcome] = [:]

    /// For whom something was to be changed the last time; `nil` where the tables could not be read.
    private var concerned: Set<TableOwner>?

    /// When the tables were as wanted for some time, and what was wanted.
    private var verified: Moment?
    /// What was written last, and the generation that this made if nobody else changed anything.
    private var written: Moment?
    /// What the latest passes have read, at which generation, and since when it has been the same.
    private var latest: (generation: UInt32, found: FoundTables, since: ContinuousClock.Instant)?
    /// Tables without elements, and what this kernel makes of them where that reads otherwise than it was written.
    private var asKept: [Table.Identity: Table] = [:]
    private var lacking: (limitation: Limitation, since: ContinuousClock.Instant)?

    private struct Moment: Equatable {
        var generation: UInt32
        var revision: Int
    }

    /// The tables of `kind`, of which dry ones only say what would be done. `connect` gives the way to the kernel.
    init(
        _ kind: SharedTableKind, isDry: Bool = false, now: @escaping () -> ContinuousClock.Instant = { .now },
        connect: @escaping () throws(NFTablesError) -> NFTablesClient
    ) {
        self.kind = kind
        self.isDry = isDry
        self.now = now
        self.connect = connect
    }

    // MARK: What is wanted

    /// Notes what is to be there for an owner, on behalf of `path`.
    func want(_ share: TableShare, for path: ObjectIdentifier) {
        isDue = true
        going.remove(share.owner)
        if wanted[share.owner]?.share != share { revision += 1 }
        wanted[share.owner] = (share, path)
    }

    /// Notes that nothing is to be there for an owner, whoever made what there is.
    func remove(_ owner: TableOwner) {
        isDue = true
        if wanted.removeValue(forKey: owner) != nil { revision += 1 }
        going.insert(owner)
    }

    /// Leaves what there is on behalf of `path` alone from now on.
    func forget(_ path: ObjectIdentifier) {
        let owners = wanted.filter { $0.value.path == path }.keys
        for owner in owners {
            wanted[owner] = nil
            outcomes[owner] = nil
        }
        if !owners.isEmpty { revision += 1 }
    }

    /// What became of what was noted for `owner`; all that was noted since the last time is carried out first.
    func outcome(of owner: TableOwner) -> PathStepOutcome {
        if isDue { carryOut() }
        return outcomes.removeValue(forKey: owner) ?? .done(nil)
    }

    // MARK: Carrying out

    private func carryOut() {
        isDue = false
        defer { going = [] }
        if let lacking, now() - lacking.since < Self.retryInterval { return tell(lacking.limitation) }
        lacking = nil
        do throws(NFTablesError) {
            tell(try restore()?.news ?? [:])
        } catch {
            verified = nil
            guard error.notSupported else { return tell(KernelFailure(error)) }
            let limitation = Limitation(
                missing: "nf_tables in this kernel (\(error.underlying))", consequence: kind.consequence,
                remedy: "load its modules on the node (modprobe -a nf_tables nft_chain_nat nft_masq)")
            lacking = (limitation: limitation, since: now())
            tell(limitation)
        }
    }

    /// Nothing was refused.
    private func tell(_ news: [TableOwner: PathChange]) {
        outcomes = outcomes.filter { if case .done = $0.value { true } else { false } }
        for (owner, change) in news { outcomes[owner] = .done(change) }
    }

    /// The transaction concerns all for whom anything was to be changed; where that is not known, everybody.
    private func tell(_ failure: KernelFailure) {
        tell([:])
        for owner in concerned ?? going.union(wanted.keys) { outcomes[owner] = .failed(failure) }
    }

    /// Where there can be no tables there is nothing to remove.
    private func tell(_ limitation: Limitation) {
        for owner in wanted.keys { outcomes[owner] = .lacking(limitation) }
        for owner in going { outcomes[owner] = nil }
    }

    /// Writes what differs. Returns the plan that what was found at first has led to; `nil` where all was right for certain.
    private func restore() throws(NFTablesError) -> TablePlan? {
        concerned = nil
        var first: TablePlan?
        return try decide(to: .change) { (client, generation) throws(NFTablesError) in
            let moment = Moment(generation: generation, revision: revision)
            // Nobody changed any table since, and nothing else is wanted.
            if going.isEmpty, verified == moment { return .done(first) }
            let found = try read(through: client)
            let isSteady = isSteady(found, at: generation)
            let plan = makePlan(from: found)
            if first == nil { first = plan }
            concerned = Set(plan.news.keys)
            if plan.isEmpty {
                if isSteady { verified = moment }
                return .done(first)
            }
            if going.isEmpty, written == moment {
                // Nobody changed any table since it was written, so that is how this kernel keeps it.
                if isSteady { for table in found.tables { asKept[table.identity] = table.withoutElements } }
                return .done(nil)
            }
            if isDry { return .done(first) }
            // Others may have changed something meanwhile, so the next passes have to look again.
            verified = nil
            guard let count = try write(plan, found, at: generation, through: client) else { return .again }
            written = Moment(generation: generation &+ UInt32(count), revision: revision)
            return .done(first)
        }
    }

    private func makePlan(from found: FoundTables) -> TablePlan {
        TablePlan(kind, found: found, wanted: wanted.mapValues(\.share), going: going) { found, wanted in
            if asKept[wanted.identity] == found { return true }
            var found = found
            // Old kernels do not keep it.
            found.comment = wanted.comment
            return found == wanted
        }
    }

    /// Whether what was read has been the same for some time.
    private func isSteady(_ found: FoundTables, at generation: UInt32) -> Bool {
        let isSame = latest.map { ($0.generation, $0.found) == (generation, found) } ?? false
        let since = isSame ? latest?.since ?? now() : now()
        latest = (generation, found, since)
        return now() - since >= Self.settlingTime
    }

    /// What there is; with `onlyOwn` without tables whose remark says that somebody else made them.
    func read(through client: NFTablesClient, onlyOwn: Bool = false) throws(NFTablesError) -> FoundTables {
        var found = FoundTables()
        for (identity, comment) in try client.tables(of: kind.family)
        where kind.isOwn(identity, onlyOwn ? comment : nil) {
            if kind.base(identity) == nil {
                found.former.insert(identity)
            } else if let table = try client.table(identity) {
                found.tables.append(table)
            }
        }
        return found
    }

    /// Carries out a plan, and returns the number of transactions; `nil` where more is to be done.
    private func write(
        _ plan: TablePlan, _ found: FoundTables, at generation: UInt32, through client: NFTablesClient
    ) throws(NFTablesError) -> Int? {
        // Where no table has connections tracked yet, those that there are have to be spared.
        let isFirst = found.former.isEmpty && !found.tables.contains(where: \.tracksConnections)
        if isFirst, let (table, found) = plan.replacements.first {
            let count = try client.put(table, insteadOf: found, at: generation)
            return plan.replacements.count == 1 && plan.changes.isEmpty ? count : nil
        }
        try client.commit(plan.replacements.map { .replace($0.table) } + plan.changes, at: generation)
        return 1
    }
}
