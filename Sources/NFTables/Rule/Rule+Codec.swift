import Netlink

/// Attributes of a rule, `NFTA_RULE_…`.
enum RuleAttribute: UInt16 {
    case table = 1
    case chain = 2
    /// Nested, a ``listElement`` for each step.
    case expressions = 4
    case userData = 7

    /// `NFTA_LIST_ELEM`: one step.
    static let listElement: UInt16 = 1

    /// What tells a rule and its place: `NFTA_RULE_HANDLE`, `NFTA_RULE_POSITION`, `NFTA_RULE_PAD`, `NFTA_RULE_ID`,
    /// `NFTA_RULE_POSITION_ID`, `NFTA_RULE_CHAIN_ID`.
    static let passing: Set<UInt16> = [3, 6, 8, 9, 10, 11]
}

extension Rule {
    /// The rule in an `NFT_MSG_NEWRULE`, and the chain that it belongs to; `nil` when that is of another table.
    static func decode(
        of table: Table.Identity, _ payload: RawSpan
    ) throws(NetlinkDecodingError) -> (chain: String, rule: Rule)? {
        guard try payload.name(RuleAttribute.table.rawValue, in: table.family) == table.name else { return nil }
        var chain: String?
        var expressions: [Expression] = []
        var userData = UserData()
        var others = OpaqueAttributes()
        try payload.forEachAttribute(from: NetfilterHeader.size) { (type, value) throws(NetlinkDecodingError) in
            switch RuleAttribute(rawValue: type) {
            case .chain: chain = value.cString
            case .expressions:
                try value.forEachAttribute { (_, element) throws(NetlinkDecodingError) in
                    expressions.append(try Expression(element))
                }
            case .userData: userData = UserData(value.octets)
            case .table: break
            case nil: if !RuleAttribute.passing.contains(type) { others.keep(type, value) }
            }
        }
        guard let chain else { throw NetlinkDecodingError(.missingAttribute(RuleAttribute.chain.rawValue)) }
        var rule = Rule(expressions: expressions)
        rule.userData = userData
        rule.otherAttributes = others
        return (chain, rule)
    }

    /// Writes the rule, behind the name of its table.
    func encode(into writer: inout AttributeWriter, chain: String) {
        writer.string(RuleAttribute.chain.rawValue, chain)
        writer.nest(RuleAttribute.expressions.rawValue) { writer in
            for expression in expressions {
                writer.nest(RuleAttribute.listElement) { expression.encode(into: &$0) }
            }
        }
        writer.userData(RuleAttribute.userData.rawValue, userData)
        otherAttributes.encode(into: &writer)
    }
}
