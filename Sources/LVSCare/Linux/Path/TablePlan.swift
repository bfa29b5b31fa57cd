import LVSCareModel
import NFTables

/// The part of a shared table that is there for one owner.
struct TableShare: Hashable, Sendable {
    let owner: TableOwner
    /// The table that it is a part of.
    let table: Table.Identity
    /// The owner's elements by set; sets in which it has none are missing.
    let elements: [SharedSet: Set<NamedSet.Element>]

    init(of owner: TableOwner, in table: Table.Identity, elements: [SharedSet: Set<NamedSet.Element>]) {
        self.owner = owner
        self.table = table
        self.elements = elements.filter { !$0.value.isEmpty }
    }
}

/// What a node has of the tables of one kind.
struct FoundTables: Hashable, Sendable {
    /// The shared tables, with all that they hold.
    var tables: [Table] = []
    /// Those of earlier versions, each of which is there for one owner.
    var former: Set<Table.Identity> = []
}

/// What leads from the tables that were found to those that are wanted: one transaction.
///
/// What is there for owners that this process knows nothing about stays as it is.
struct TablePlan {
    /// Tables whose rules are not what they have to be, or that are missing, with all elements that they are to have.
    private(set) var replacements: [(table: Table, found: Table?)] = []
    /// All else.
    private(set) var changes: [RulesetChange] = []
    /// What all of it means for an owner; those for whom nothing changes are missing.
    private(set) var news: [TableOwner: PathChange] = [:]

    var isEmpty: Bool { replacements.isEmpty && changes.isEmpty }

    /// A plan for tables of `kind`: `wanted` is what is to be there, `going` is whose elements are to go.
    ///
    /// `isRight` says whether a table without elements is what the kernel keeps of another one.
    init(
        _ kind: SharedTableKind, found: FoundTables, wanted: [TableOwner: TableShare], going: Set<TableOwner>,
        isRight: (_ found: Table, _ wanted: Table) -> Bool
    ) {
        var remarks: [TableOwner: OwnerRemarks] = [:]
        let shares = Dictionary(grouping: wanted.values, by: \.table)
        let present = Dictionary(found.tables.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        for identity in Set(shares.keys).union(present.keys).sorted(by: { $0.name < $1.name }) {
            let difference = TableDifference(
                kind, from: present[identity], to: shares[identity] ?? [],
                knows: { wanted[$0] != nil || going.contains($0) })
            plan(kind, identity, present[identity], difference, isLeaving: !going.isEmpty, isRight, &remarks)
        }
        for owner in [TableOwner](wanted.keys) + going where found.former.contains(owner.former) {
            changes.append(.delete(owner.former))
            remarks[owner, default: OwnerRemarks()].former = owner.former
        }
        for (owner, remarks) in remarks {
            let table = wanted[owner]?.table ?? remarks.table ?? remarks.former
            if let table { news[owner] = remarks.change(of: owner, in: table, isWanted: wanted[owner] != nil) }
        }
    }

    private mutating func plan(
        _ kind: SharedTableKind, _ identity: Table.Identity, _ table: Table?, _ difference: TableDifference,
        isLeaving: Bool, _ isRight: (Table, Table) -> Bool, _ remarks: inout [TableOwner: OwnerRemarks]
    ) {
        for (owner, had) in difference.differing { remarks[owner, default: OwnerRemarks()].note(identity, had: had) }
        let edits = difference.edits(of: identity)
        if !difference.owners.isEmpty, let base = kind.base(identity) {
            if let table, isRight(table.withoutElements, base) {
                changes += edits
            } else {
                replacements.append((base.holding(difference, insteadOf: table), table))
                guard table != nil else { return }
                for owner in difference.owners { remarks[owner, default: OwnerRemarks()].rulesOf = identity }
            }
        } else if let table, isLeaving || !edits.isEmpty {
            // The last one that goes takes the table along.
            let isLast = table.sets.allSatisfy { $0.elements.subtracting(difference.removed[$0.name] ?? []).isEmpty }
            changes += isLast ? [.delete(identity)] : edits
        }
    }
}

/// What was found about one owner, of which its news are made.
private struct OwnerRemarks {
    /// A table whose elements for it differ, and whether that had any before.
    var table: Table.Identity?
    var tablesWithOthers: [Table.Identity] = []
    /// The table whose rules were not what they have to be.
    var rulesOf: Table.Identity?
    /// The table of an earlier version.
    var former: Table.Identity?

    mutating func note(_ identity: Table.Identity, had: Bool) {
        table = identity
        if had { tablesWithOthers.append(identity) }
    }

    func change(of owner: TableOwner, in table: Table.Identity, isWanted: Bool) -> PathChange {
        // What was removed is told by the table in which it was.
        guard isWanted else {
            let object = self.table.map(owner.element) ?? former.map { "table \($0)" } ?? "\(table)"
            return PathChange(.removed, object)
        }
        var found = tablesWithOthers.map { $0 == table ? "other elements" : owner.element(in: $0) }
        if rulesOf != nil { found.append("other rules in the table") }
        if let former { found.append("table \(former)") }
        return PathChange(
            found.isEmpty ? .added : .replaced, owner.element(in: table), found: found.joined(separator: ", "))
    }
}

/// How the elements of one table differ from those that its owners are to have, as far as they are known.
private struct TableDifference {
    /// The owners that are to have elements in it.
    var owners: Set<TableOwner> = []
    var added: [String: Set<NamedSet.Element>] = [:]
    var removed: [String: Set<NamedSet.Element>] = [:]
    /// The owners whose elements differ, and whether there were any.
    var differing: [TableOwner: Bool] = [:]

    init(_ kind: SharedTableKind, from table: Table?, to shares: [TableShare], knows: (TableOwner) -> Bool) {
        var found: [TableOwner: [String: Set<NamedSet.Element>]] = [:]
        for set in table?.sets ?? [] {
            for element in set.elements {
                guard let owner = TableOwner(of: element, in: set.name, kind), knows(owner) else { continue }
                found[owner, default: [:]][set.name, default: []].insert(element)
            }
        }
        for share in shares {
            owners.insert(share.owner)
            let elements = Dictionary(uniqueKeysWithValues: share.elements.map { ($0.rawValue, $1) })
            compare(share.owner, found.removeValue(forKey: share.owner) ?? [:], elements)
        }
        for (owner, elements) in found { compare(owner, elements, [:]) }
    }

    private mutating func compare(
        _ owner: TableOwner, _ found: [String: Set<NamedSet.Element>], _ wanted: [String: Set<NamedSet.Element>]
    ) {
        guard found != wanted else { return }
        differing[owner] = !found.isEmpty
        for (set, elements) in wanted {
            let missing = elements.subtracting(found[set] ?? [])
            if !missing.isEmpty { added[set, default: []].formUnion(missing) }
        }
        for (set, elements) in found {
            let spare = elements.subtracting(wanted[set] ?? [])
            if !spare.isEmpty { removed[set, default: []].formUnion(spare) }
        }
    }

    func edits(of identity: Table.Identity) -> [RulesetChange] {
        removed.sorted { $0.key < $1.key }.map { .remove($0.value, set: $0.key, identity) }
            + added.sorted { $0.key < $1.key }.map { .add($0.value, set: $0.key, identity) }
    }
}

extension Table {
    /// What of it follows from its name.
    var withoutElements: Table {
        var table = self
        for index in table.sets.indices { table.sets[index].elements = [] }
        return table
    }

    /// This table with the elements that `found` has for others, and those that a difference leads to.
    fileprivate func holding(_ difference: TableDifference, insteadOf found: Table?) -> Table {
        var table = self
        for index in table.sets.indices {
            let set = table.sets[index]
            let old = found?.sets.first { $0.name == set.name && $0.keyType == set.keyType }?.elements ?? []
            table.sets[index].elements = old.subtracting(difference.removed[set.name] ?? [])
                .union(difference.added[set.name] ?? [])
        }
        return table
    }
}
