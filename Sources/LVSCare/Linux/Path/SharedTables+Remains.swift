import LVSCareModel
import NFTables
import Netlink

/// What there is of tables of this program, whoever knows of it.
extension SharedTables {
    /// Whose elements stand in these tables, none where there can be no tables.
    func owners() throws(KernelFailure) -> Set<TableOwner> {
        do throws(NFTablesError) {
            let sets = try read(through: try connect(), onlyOwn: true).tables.flatMap(\.sets)
            return Set(sets.flatMap { set in set.elements.compactMap { TableOwner(of: $0, in: set.name, kind) } })
        } catch {
            if error.notSupported { return [] }
            throw KernelFailure(error)
        }
    }

    /// Removes all of it, the tables of earlier versions included, but what is there for `kept`.
    ///
    /// Returns what was removed.
    func removeAll(keeping kept: Set<TableOwner>) throws(KernelFailure) -> [PathChange] {
        do throws(NFTablesError) {
            return try decide(to: .delete) { (client, generation) throws(NFTablesError) in
                let removal = removal(of: try read(through: client, onlyOwn: true), keeping: kept)
                try client.commit(removal.changes, at: generation)
                return .done(removal.words.map { PathChange(.removed, $0) })
            }
        } catch {
            if error.notSupported { return [] }
            throw KernelFailure(error)
        }
    }

    /// What removes `found`, and what that is in words.
    private func removal(
        of found: FoundTables, keeping kept: Set<TableOwner>
    ) -> (changes: [RulesetChange], words: [String]) {
        var changes: [RulesetChange] = []
        var words: [String] = []
        // A process of an earlier version has claims as well.
        for identity in found.former.subtracting(kept.map(\.former)).sorted(by: { $0.name < $1.name }) {
            changes.append(.delete(identity))
            words.append("table \(identity)")
        }
        for table in found.tables {
            let spare = Dictionary(
                uniqueKeysWithValues: table.sets.map { set in
                    let elements = set.elements.filter {
                        TableOwner(of: $0, in: set.name, kind).map(kept.contains) != true
                    }
                    return (set.name, elements)
                })
            if table.sets.allSatisfy({ spare[$0.name] == $0.elements }) {
                changes.append(.delete(table.identity))
                words.append("table \(table.identity)")
            } else {
                for (set, elements) in spare.sorted(by: { $0.key < $1.key }) where !elements.isEmpty {
                    changes.append(.remove(elements, set: set, table.identity))
                    words.append("\(elements.count) elements of set \(set) of table \(table.identity)")
                }
            }
        }
        return (changes, words)
    }
}
