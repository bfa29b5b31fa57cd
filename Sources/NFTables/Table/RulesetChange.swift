import Netlink
import SystemPackage

/// One change of the ruleset, of which ``NFTablesClient/commit(_:at:)`` makes several as one.
@nonexhaustive
public enum RulesetChange: Hashable, Sendable {
    /// Puts a table in the place of the one of the same identity, or creates it.
    case replace(Table)
    /// Removes a table with all that it holds; there has to be one. `nft delete table FAMILY NAME`
    case delete(Table.Identity)
    /// Adds elements to a set of a table; those that it has already stay. `nft add element FAMILY NAME SET { … }`
    case add(Set<NamedSet.Element>, set: String, Table.Identity)
    /// Removes elements from a set, which has to hold all of them. `nft delete element FAMILY NAME SET { … }`
    case remove(Set<NamedSet.Element>, set: String, Table.Identity)
}

extension RulesetChange {
    /// The requests that make it.
    fileprivate var steps: [Step] {
        switch self {
        case .replace(let table): table.replacement
        case .delete(let identity): [identity.deletion]
        case .add(let elements, let set, let identity): identity.steps(.newSetElements, elements, of: set)
        case .remove(let elements, let set, let identity): identity.steps(.deleteSetElements, elements, of: set)
        }
    }

    fileprivate var operation: NFTablesError.Operation {
        switch self {
        case .replace: .replace
        case .delete: .delete
        case .add, .remove: .change
        }
    }

    fileprivate var table: Table.Identity {
        switch self {
        case .replace(let table): table.identity
        case .delete(let identity), .add(_, _, let identity), .remove(_, _, let identity): identity
        }
    }
}

extension NFTablesClient {
    /// Makes all of `changes` in one transaction, in their order, or none of them.
    ///
    /// With a `generation`, as ``generation()`` gave it, the kernel does so only if nobody has changed any table since; else
    /// this throws an error with the reason ``NFTablesError/Reason/outdated``, and whoever decided by what was read then reads
    /// anew. No packet sees anything between before and after. When it throws a refusal nothing was changed, and the error
    /// names the part that the kernel refused first.
    ///
    /// A table that was read and holds what this library cannot write (``Table/otherParts``) is not put in the place of itself:
    /// ``NFTablesError/Reason/invalid``, before anything is sent. Without changes nothing is sent.
    ///
    /// Wire: one datagram; the generation is `NFNL_BATCH_GENID` of the message in front (Linux 4.12; earlier ones do not look).
    public func commit(_ changes: [RulesetChange], at generation: UInt32? = nil) throws(NFTablesError) {
        for case .replace(let table) in changes where !table.otherParts.isEmpty {
            let parts = table.otherParts.joined(separator: ", ")
            throw NFTablesError(.replace, "table \(table.identity)", underlying: .invalid("\(parts) would be lost"))
        }
        let steps = changes.flatMap { change in change.steps.map { (change: change, step: $0) } }
        do throws(NetlinkTransactionError) {
            try connection.transact(
                steps.map(\.step.request), begin: .transactionBegin(at: generation), end: .transactionEnd)
        } catch {
            let refused = error.index.map { steps[$0] } ?? steps[0]
            let part = error.index == nil ? .table : refused.step.part
            throw NFTablesError(
                refused.change.operation, part.description(in: refused.change.table), underlying: error.underlying)
        }
    }
}
