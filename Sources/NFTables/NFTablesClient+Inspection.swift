import Netlink
import SystemPackage

/// Questions about what other programs have in the packet filter.
extension NFTablesClient {
    /// The tables of `family` with a chain that the kernel calls for packets to this host.
    ///
    /// Costs one dump of chains.
    public func inputTables(of family: Family) throws(NFTablesError) -> [Table.Identity] {
        var names: [String] = []
        do throws(NetlinkError) {
            names = try connection.dump(NetlinkRequest(.getChain, family) { _ in }) {
                (_, payload) throws(NetlinkDecodingError) in
                guard let name = try payload.name(ChainAttribute.table.rawValue, in: family) else { return nil }
                return try Self.isInputChain(payload, of: family) ? name : nil
            }
        } catch {
            throw NFTablesError(.read, "the chains of the family \(family)", underlying: error)
        }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.map { Table.Identity(family, $0) }
    }

    /// Whether a rule of `table` looks at the state of connections: `ct state`, `ct status`, or the matches of iptables that
    /// do so.
    ///
    /// Costs one dump of the table's rules.
    public func isStateful(_ table: Table.Identity) throws(NFTablesError) -> Bool {
        var isStateful = false
        do throws(NetlinkError) {
            let request = NetlinkRequest(.getRule, table.family) { table.encode(into: &$0) }
            let _: [Never] = try connection.dump(request) { (_, payload) throws(NetlinkDecodingError) in
                guard !isStateful, let rule = try Rule.decode(of: table, payload)?.rule else { return nil }
                isStateful = rule.expressions.contains(where: \.isStateful)
                return nil
            }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return false }
            throw NFTablesError(.read, "the rules of table \(table)", underlying: error)
        }
        return isStateful
    }

    private static func isInputChain(
        _ payload: RawSpan, of family: Family
    ) throws(NetlinkDecodingError) -> Bool {
        var isInput = false
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            guard ChainAttribute(rawValue: type) == .hook else { return }
            try value.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
                guard HookAttribute(rawValue: type) == .point else { return }
                let point: UInt32 = try value.bigEndian()
                isInput = Hook.Point(point, in: family) == .input
            }
        }
        return isInput
    }
}

extension Expression {
    /// Whether it looks at the state or the status of the packet's connection.
    ///
    /// Wire: `ct` with `NFTA_CT_KEY` `NFT_CT_STATE` (0) or `NFT_CT_STATUS` (2), which have no direction; `match` with
    /// `NFTA_MATCH_NAME` `conntrack` or `state`.
    var isStateful: Bool {
        guard case .other(let name, let attributes) = self else { return false }
        var found = false
        try? attributes.span.bytes.forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            switch (name, type) {
            case ("ct", 2):
                let key: UInt32 = try value.bigEndian()
                found = key == 0 || key == 2
            case ("match", 1): found = ["conntrack", "state"].contains(value.cString)
            default: break
            }
        }
        return found
    }
}
