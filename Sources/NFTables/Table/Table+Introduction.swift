import CLinux

/// One of the steps that put a table in place.
enum TableChange: Hashable {
    /// Removes the table of an identity.
    case delete(Table.Identity)
    /// Puts a table in the place of the one of the same identity, in one transaction.
    case replace(Table)
    /// Waits until no packet is under way any more that an earlier step did not see.
    case letPacketsPass
}

extension Table {
    /// The steps that put this table in the place of `found`, so that no tracked connection is lost.
    ///
    /// Where nothing else needs it the kernel tracks no connections, and begins with the first rule that does. A packet
    /// that is under way at that moment, or is taken for invalid until the kernel has adapted its entries, is tracked only
    /// behind the load balancer, as a connection of its own. Address translation then finds its ports taken, gives it
    /// another one, and the real server answers with a reset. So tracking begins before translation does, and in between
    /// the kernel drops such a packet, which TCP repeats.
    func introduction(insteadOf found: Table?) -> [TableChange] {
        guard tracksConnections, found?.tracksConnections != true else { return [.replace(self)] }
        return (found == nil ? [] : [.delete(identity)])
            + [.replace(withoutTranslation), .letPacketsPass, .replace(self)]
    }

    /// Whether the kernel tracks connections because of this table: it has rules that ask for them, or that translate.
    public var tracksConnections: Bool {
        chains.contains { $0.rules.contains { $0.expressions.contains(where: \.isTracking) } }
    }

    /// The table that drops what it would translate.
    private var withoutTranslation: Table {
        var table = self
        for index in table.chains.indices where table.chains[index].hook?.type == .nat {
            table.chains[index].hook?.type = .filter
            for rule in table.chains[index].rules.indices {
                let expressions = table.chains[index].rules[rule].expressions
                table.chains[index].rules[rule].expressions = expressions.map { expression in
                    if case .masquerade = expression { .immediate(.verdict(.drop)) } else { expression }
                }
            }
        }
        return table
    }
}

extension Expression {
    fileprivate var isTracking: Bool {
        switch self {
        case .conntrack, .masquerade: true
        case .meta, .payload, .comparison, .bitwise, .immediate, .lookup, .counter, .other: false
        }
    }
}

extension NFTablesClient {
    /// Puts `table` in the place of `found`, which is what was read of the same identity, and spares the connections that
    /// the kernel tracks.
    ///
    /// With a `generation` each transaction is made only if nobody else has changed any table since, as with
    /// ``commit(_:at:)``; the table may be half introduced then, and is put anew in the place of what is read.
    ///
    /// Where `found` already had connections tracked this is ``replace(_:)``. Else clients are translated after a moment in
    /// which their packets are dropped, and it takes a grace period of the kernel (tens of milliseconds).
    /// Returns the number of transactions, by which ``generation()`` has grown if nobody else changed anything.
    @discardableResult
    public func put(
        _ table: Table, insteadOf found: Table?, at generation: UInt32? = nil
    ) throws(NFTablesError) -> Int {
        var transactions = 0
        for change in table.introduction(insteadOf: found) {
            let expected = generation.map { $0 &+ UInt32(transactions) }
            switch change {
            case .delete(let identity):
                try commit([.delete(identity)], at: expected)
                transactions += 1
            case .replace(let table):
                try commit([.replace(table)], at: expected)
                transactions += 1
            // Where the kernel does not offer it the time of the next request has to do.
            case .letPacketsPass: _ = lvscare_membarrier(Int32(MEMBARRIER_CMD_GLOBAL.rawValue))
            }
        }
        return transactions
    }
}
