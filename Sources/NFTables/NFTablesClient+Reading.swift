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

    /// The table of this identity with all that it holds; `nil` when there is none. `nft list table FAMILY NAME`
    ///
    /// The kernel lists chains, sets, elements and rules one after the other. Reading starts anew when the ruleset has
    /// changed meanwhile, so the parts always belong together.
    public func table(_ identity: Table.Identity) throws(NFTablesError) -> Table? {
        for _ in 0..<Self.readAttempts {
            let before = try generation()
            let table: Table?
            do throws(NetlinkError) {
                table = try read(identity)
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

    /// The table without what it holds; `nil` when there is none.
    private func head(of identity: Table.Identity) throws(NetlinkError) -> Table? {
        do throws(NetlinkError) {
            return try connection.reply(to: NetlinkRequest(.getTable, identity.family) { identity.encode(into: &$0) }) {
                (_, payload) throws(NetlinkDecodingError) in try Table(identity, payload)
            }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }

    private func read(_ identity: Table.Identity) throws(NetlinkError) -> Table? {
        guard var table = try head(of: identity) else { return nil }
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
        }
        let rules = try list(.getRule, of: identity) { (payload) throws(NetlinkDecodingError) in
            try Rule.decode(of: identity, payload)
        }
        for (chain, rule) in rules {
            guard let index = table.chains.firstIndex(where: { $0.name == chain }) else { continue }
            table.chains[index].rules.append(rule)
        }
        return table
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
