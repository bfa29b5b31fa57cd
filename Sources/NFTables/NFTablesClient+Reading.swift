import Netlink
import SystemPackage

extension NFTablesClient {
    /// Number of the ruleset's present state; every transaction, of whatever program, takes the next one.
    ///
    /// As long as it stays the same no table has changed, but counters have.
    ///
    /// Wire: `NFT_MSG_GETGEN`, `NFTA_GEN_ID`, u32, big-endian.
    public func generation() throws(NFTablesError) -> UInt32 {
        do throws(NetlinkError) {
            return try connection.reply(to: NetlinkRequest(.getGeneration)) {
                (_, payload) throws(NetlinkDecodingError) in
                var generation: UInt32?
                try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
                    if type == Self.generationID { generation = try value.bigEndian() }
                }
                guard let generation else { throw NetlinkDecodingError(.missingAttribute(Self.generationID)) }
                return generation
            }
        } catch {
            throw NFTablesError(.read, "the generation of the ruleset", underlying: error)
        }
    }

    /// `NFTA_GEN_ID`.
    private static let generationID: UInt16 = 1

    /// Whether there is a table of this identity.
    public func exists(_ table: Table.Identity) throws(NFTablesError) -> Bool {
        do throws(NetlinkError) {
            return try head(of: table) != nil
        } catch {
            throw NFTablesError(.read, "table \(table)", underlying: error)
        }
    }

    /// The tables of `family`, with what somebody remarked on each of them. `nft list tables FAMILY`
    ///
    /// Costs one dump, whatever they hold. Kernels before 5.10 keep no remarks on tables.
    public func tables(
        of family: Family
    ) throws(NFTablesError) -> [(identity: Table.Identity, comment: Comment?)] {
        do throws(NetlinkError) {
            return try connection.dump(NetlinkRequest(.getTable, family) { _ in }) {
                (_, payload) throws(NetlinkDecodingError) in
                guard let name = try payload.name(TableAttribute.name.rawValue, in: family) else { return nil }
                let identity = Table.Identity(family, name)
                return try Table(identity, payload).map { (identity, $0.comment) }
            }
        } catch {
            throw NFTablesError(.read, "the tables of the family \(family)", underlying: error)
        }
    }

    /// The table of this identity with all that it holds; `nil` when there is none. `nft list table FAMILY NAME`
    ///
    /// The kernel lists chains, sets, elements and rules one after the other. Reading starts anew when the ruleset has
    /// changed meanwhile, so the parts always belong together. (Before Linux 6.16 a set of thousands of elements may lack some
    /// of them for a moment behind the change that made them.)
    public func table(_ identity: Table.Identity) throws(NFTablesError) -> Table? {
        for _ in 0..<Self.readAttempts {
            let before = try generation()
            let table: Table?
            do throws(NetlinkError) {
                table = try read(identity)
            } catch .interrupted(attempts: 1) {
                continue
            } catch {
                // Something was removed between two of the lists.
                if error.errno == .noSuchFileOrDirectory, try generation() != before { continue }
                throw NFTablesError(.read, "table \(identity)", underlying: error)
            }
            if try generation() == before { return table }
        }
        throw NFTablesError(.read, "table \(identity)", underlying: .interrupted(attempts: Self.readAttempts))
    }

    /// Names of the chains of a table, none when there is no such table. `nft list chains FAMILY`
    ///
    /// Costs one dump, however many rules there are.
    public func chainNames(of table: Table.Identity) throws(NFTablesError) -> [String] {
        do throws(NetlinkError) {
            return try list(.getChain, of: table) { (payload) throws(NetlinkDecodingError) in
                guard try payload.name(ChainAttribute.table.rawValue, in: table.family) == table.name else {
                    return nil
                }
                var name: String?
                try payload.forEachAttribute(from: NetfilterHeader.size) {
                    (attribute, value) throws(NetlinkDecodingError) in
                    if ChainAttribute(rawValue: attribute) == .name { name = value.cString }
                }
                return name
            }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return [] }
            throw NFTablesError(.read, "the chains of table \(table)", underlying: error)
        }
    }

    /// The table without what it holds, and how much that is; `nil` when there is none.
    private func head(of identity: Table.Identity) throws(NetlinkError) -> (table: Table, useCount: Int)? {
        do throws(NetlinkError) {
            return try connection.reply(to: NetlinkRequest(.getTable, identity.family) { identity.encode(into: &$0) }) {
                (_, payload) throws(NetlinkDecodingError) -> (table: Table, useCount: Int)? in
                guard let table = try Table(identity, payload) else { return nil }
                return (table, try Table.useCount(payload))
            }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    private func read(_ identity: Table.Identity) throws(NetlinkError) -> Table? {
        guard let head = try head(of: identity) else { return nil }
        var table = head.table
        table.chains = try list(.getChain, of: identity) { (payload) throws(NetlinkDecodingError) in
            try Chain(of: identity, payload)
        }
        table.sets = try list(.getSet, of: identity) { (payload) throws(NetlinkDecodingError) in
            try NamedSet(of: identity, payload)
        }
        for index in table.sets.indices {
            let set = table.sets[index].name
            let lists = try list(.getSetElements, of: identity, set: set) { (payload) throws(NetlinkDecodingError) in
                try NamedSet.elements(payload)
            }
            table.sets[index].elements = Set(lists.joined())
            // While its hash table grows, behind a change, the kernel leaves out some.
            guard table.sets[index].elements.count >= table.sets[index].leastCount.value else {
                throw .interrupted(attempts: 1)
            }
        }
        let rules = try list(.getRule, of: identity) { (payload) throws(NetlinkDecodingError) in
            try Rule.decode(of: identity, payload)
        }
        for (chain, rule) in rules {
            guard let index = table.chains.firstIndex(where: { $0.name == chain }) else { continue }
            table.chains[index].rules.append(rule)
        }
        // Sets that belong to a rule count for nothing.
        let known = table.chains.count + table.sets.count { !$0.flags.contains(.anonymous) }
        if head.useCount > known { table.otherParts += try otherParts(of: identity) }
        table.otherParts += table.chains.filter(\.isAnonymous).map { "anonymous chain \($0.name)" }
        return table
    }

    /// Names of what a table holds beside chains, sets and rules.
    private func otherParts(of identity: Table.Identity) throws(NetlinkError) -> [String] {
        let kinds: [(message: NetfilterMessage, word: String)] = [
            (.getObject, "object"), (.getFlowTable, "flow table"),
        ]
        var parts: [String] = []
        for (message, word) in kinds {
            do throws(NetlinkError) {
                parts += try list(message, of: identity) { (payload) throws(NetlinkDecodingError) in
                    // As with all parts of a table, the first two attributes are the names of both.
                    guard try payload.name(TableAttribute.name.rawValue, in: identity.family) == identity.name else {
                        return nil
                    }
                    return try payload.name(SetAttribute.name.rawValue, in: identity.family).map { "\(word) \($0)" }
                }
            } catch {
                // A kernel without them: objects came with Linux 4.10, flow tables with 4.16.
                guard error.errno == .invalidArgument || error.errno == .notSupported else { throw error }
            }
        }
        return parts
    }

    /// Asks for all of a kind in a table; some kernels ignore the table, so `decode` maps what it does not hold to `nil`.
    private func list<Element>(
        _ message: NetfilterMessage, of table: Table.Identity, set: String? = nil,
        decode: (RawSpan) throws(NetlinkDecodingError) -> Element?
    ) throws(NetlinkError) -> [Element] {
        let request = NetlinkRequest(message, table.family) { writer in
            table.encode(into: &writer)
            if let set { writer.string(ElementListAttribute.set.rawValue, set) }
        }
        return try connection.dump(request) { (_, payload) throws(NetlinkDecodingError) in try decode(payload) }
    }
}
