public import Netlink

extension NetlinkSubscription {
    /// `NFNLGRP_NFTABLES` (`linux/netfilter/nfnetlink.h`).
    static let rulesetGroup: UInt32 = 7

    /// A socket that hears of every change of a table or of what it holds, in all families. `nft monitor`
    ///
    /// The kernel may begin to load nf_tables; that it has none is no error, nothing will be heard then. Throws `EPERM`
    /// without `CAP_NET_ADMIN`, `EPROTONOSUPPORT` when the kernel has no netfilter.
    public static func toRuleset() throws(NetlinkError) -> NetlinkSubscription {
        try NetlinkSubscription(.netfilter, groups: CollectionOfOne(rulesetGroup))
    }
}

extension Table.Identity {
    /// Whether a message heard from `NetlinkSubscription.toRuleset()` is about this table or what it holds.
    ///
    /// The announcement of the new generation that ends every transaction is about no table. Counters that count and
    /// elements that packets add make no message.
    public func isSubject(ofNotice header: NetlinkHeader, payload: RawSpan) throws(NetlinkDecodingError) -> Bool {
        guard header.type >> 8 == NetfilterMessage.subsystem, header.type != NetfilterMessage.newGeneration.type else {
            return false
        }
        return try payload.name(TableAttribute.name.rawValue, in: family) == name
    }

    /// The elements that such a message says were added to a set or removed from one; `nil` when it is about anything else.
    public static func elements(
        ofNotice header: NetlinkHeader, payload: RawSpan
    ) throws(NetlinkDecodingError) -> [NamedSet.Element]? {
        let types = [NetfilterMessage.newSetElements.type, NetfilterMessage.deleteSetElements.type]
        return types.contains(header.type) ? try NamedSet.elements(payload) : nil
    }
}
