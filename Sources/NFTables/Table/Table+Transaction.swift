import Netlink

/// One request of a transaction and what it is about.
struct Step {
    enum Part {
        case table
        case chain(String)
        case set(String)
        case elements(of: String)
        case rule(Int, of: String)
    }

    var part: Part
    var request: NetlinkRequest
}

extension Step.Part {
    /// The part in words: `rule 2 of chain postrouting of table inet lvscare`, counted from 1.
    func description(in table: Table.Identity) -> String {
        switch self {
        case .table: "table \(table)"
        case .chain(let name): "chain \(name) of table \(table)"
        case .set(let name): "set \(name) of table \(table)"
        case .elements(let name): "elements of set \(name) of table \(table)"
        case .rule(let index, let chain): "rule \(index + 1) of chain \(chain) of table \(table)"
        }
    }
}

extension Table.Identity {
    /// `add table FAMILY NAME`
    var creation: Step { Step(part: .table, request: NetlinkRequest(.newTable, family) { encode(into: &$0) }) }

    /// `delete table FAMILY NAME`
    var deletion: Step { Step(part: .table, request: NetlinkRequest(.deleteTable, family) { encode(into: &$0) }) }

    /// `add element FAMILY NAME SET { … }`, or `delete element`.
    func steps(_ message: NetfilterMessage, _ elements: Set<NamedSet.Element>, of set: String) -> [Step] {
        NamedSet.chunks(of: elements).map { chunk in
            Step(
                part: .elements(of: set),
                request: request(message, message == .newSetElements ? .create : []) { writer in
                    NamedSet.encode(chunk, of: set, into: &writer)
                })
        }
    }

    /// A request about something in this table.
    fileprivate func request(
        _ message: NetfilterMessage, _ flags: NetlinkFlags, _ body: (inout AttributeWriter) -> Void
    ) -> NetlinkRequest {
        NetlinkRequest(message, family, flags: flags) { writer in
            encode(into: &writer)
            body(&writer)
        }
    }
}

extension Table {
    /// What makes this table take the place of whatever has its identity.
    ///
    /// It is added first, so that the deletion finds one in any case. Chains come before sets and rules, because
    /// rules refer to both.
    var replacement: [Step] {
        [identity.creation, identity.deletion]
            + [Step(part: .table, request: NetlinkRequest(.newTable, identity.family) { encode(into: &$0) })]
            + chains.map { chain in
                Step(
                    part: .chain(chain.name),
                    request: identity.request(.newChain, .create) { chain.encode(into: &$0, family: identity.family) })
            }
            + sets.enumerated().flatMap { creation(of: $0.element, id: UInt32($0.offset + 1)) }
            + chains.flatMap { chain in
                chain.rules.enumerated().map { index, rule in
                    Step(
                        part: .rule(index, of: chain.name),
                        request: identity.request(.newRule, [.create, .append]) {
                            rule.encode(into: &$0, chain: chain.name)
                        })
                }
            }
    }

    /// A set and its elements; `id` refers to it within the transaction.
    private func creation(of set: NamedSet, id: UInt32) -> [Step] {
        [Step(part: .set(set.name), request: identity.request(.newSet, .create) { set.encode(into: &$0, id: id) })]
            + NamedSet.chunks(of: set.elements).map { chunk in
                Step(
                    part: .elements(of: set.name),
                    request: identity.request(.newSetElements, .create) { writer in
                        NamedSet.encode(chunk, of: set.name, id: id, into: &writer)
                    })
            }
    }
}
