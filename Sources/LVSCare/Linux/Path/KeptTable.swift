import Director
import LVSCareModel
import NFTables

/// A table of nf_tables that is kept as it is wanted: written where it differs, and looked at only where somebody has changed
/// any table.
final class KeptTable {
    /// How long a kernel without nf_tables is left in peace: each attempt has it look for modules.
    static let retryInterval: Duration = .seconds(60)

    /// What it is called.
    let identity: Table.Identity
    /// Whether nothing is written.
    private let isDry: Bool
    /// What clients lack where there are no tables.
    private let consequence: String
    private var client: NFTablesClient?
    /// How long a reading has to be the same, at the same generation, to be taken for certain.
    static let settlingTime: Duration = .milliseconds(500)
    /// The ruleset's generation at which the table was as wanted for some time, and what was wanted. Readings may fall into
    /// somebody's transaction that is half done, at the generation of before or after; on a slow machine several do.
    private var verified: (generation: UInt32, table: Table)?
    /// What the latest passes have read, at which generation, and since when it has been the same.
    private var latest: (generation: UInt32, found: Table?, since: ContinuousClock.Instant)?
    /// What was written last, and the generation that this made if nobody else changed anything.
    private var written: (generation: UInt32, table: Table)?
    /// A table and what the kernel made of it, where that reads otherwise than it was written.
    private var asKept: (written: Table, read: Table)?
    private var lacking: (limitation: Limitation, since: ContinuousClock.Instant)?

    /// The table of this identity, of which a dry one only says what would be done; `consequence` is what clients notice where the kernel has no nf_tables.
    init(_ identity: Table.Identity, isDry: Bool, without consequence: String) {
        self.identity = identity
        self.isDry = isDry
        self.consequence = consequence
    }

    /// Whether this kernel was found to have no nf_tables.
    var isLacking: Bool { lacking != nil }

    /// Puts `wanted` in place where something else is, or nothing.
    func ensure(_ wanted: Table) -> PathStepOutcome {
        if let lacking, .now - lacking.since < Self.retryInterval { return .lacking(lacking.limitation) }
        lacking = nil
        do throws(NFTablesError) {
            return .done(try restore(wanted))
        } catch {
            verified = nil
            guard error.notSupported else { return .failed(KernelFailure(error)) }
            let limitation = Limitation(
                missing: "nf_tables in this kernel (\(error.underlying))", consequence: consequence,
                remedy: "load its modules on the node (modprobe -a nf_tables nft_chain_nat nft_masq)")
            lacking = (limitation: limitation, since: .now)
            return .lacking(limitation)
        }
    }

    /// Removes the table, whoever made it.
    func remove() -> PathStepOutcome {
        verified = nil
        do throws(NFTablesError) {
            let client = try connection()
            let isRemoved = try isDry ? client.table(identity) != nil : client.delete(identity)
            return .done(isRemoved ? PathChange(.removed, "table \(identity)") : nil)
        } catch {
            // Where there can be no tables there is none.
            return error.notSupported ? .done(nil) : .failed(KernelFailure(error))
        }
    }

    private func connection() throws(NFTablesError) -> NFTablesClient {
        if let client { return client }
        let client = try NFTablesClient()
        self.client = client
        return client
    }

    private func restore(_ wanted: Table) throws(NFTablesError) -> PathChange? {
        let client = try connection()
        let generation = try client.generation()
        // Nobody changed any table since, and nothing else is wanted.
        if let verified, verified == (generation, wanted) { return nil }
        let found = try client.table(identity)
        let isSame = latest.map { ($0.generation, $0.found) == (generation, found) } ?? false
        let since = isSame ? latest?.since ?? .now : .now
        latest = (generation, found, since)
        let isSteady = .now - since >= Self.settlingTime
        if let found, isAsWanted(found, wanted) {
            if isSteady { verified = (generation, wanted) }
            return nil
        }
        if let found, let written, written == (generation, wanted) {
            // Nobody changed any table since it was written, so that is how this kernel keeps it.
            if isSteady { asKept = (written: wanted, read: found) }
            return nil
        }
        if !isDry {
            let transactions = try client.put(wanted, insteadOf: found)
            // Others may have changed something meanwhile, so the next passes have to look again.
            verified = nil
            written = (generation &+ UInt32(transactions), wanted)
        }
        return found == nil
            ? PathChange(.added, "table \(identity)")
            : PathChange(.replaced, "table \(identity)", found: "other rules in it")
    }

    private func isAsWanted(_ found: Table, _ wanted: Table) -> Bool {
        if let asKept, asKept == (wanted, found) { return true }
        var found = found
        // Old kernels do not keep it.
        found.comment = wanted.comment
        return found == wanted
    }
}
