import CLinux
import Glibc
import Netlink
import SystemPackage
import Testing

@testable import NFTables

/// The numbers of this library are those of the kernel's headers.
@Suite struct ConstantTests {
    @Test func `messages have the numbers of the header`() {
        #expect(NetfilterMessage.newTable.rawValue == UInt16(NFT_MSG_NEWTABLE.rawValue))
        #expect(NetfilterMessage.getTable.rawValue == UInt16(NFT_MSG_GETTABLE.rawValue))
        #expect(NetfilterMessage.deleteTable.rawValue == UInt16(NFT_MSG_DELTABLE.rawValue))
        #expect(NetfilterMessage.newChain.rawValue == UInt16(NFT_MSG_NEWCHAIN.rawValue))
        #expect(NetfilterMessage.getChain.rawValue == UInt16(NFT_MSG_GETCHAIN.rawValue))
        #expect(NetfilterMessage.newRule.rawValue == UInt16(NFT_MSG_NEWRULE.rawValue))
        #expect(NetfilterMessage.getRule.rawValue == UInt16(NFT_MSG_GETRULE.rawValue))
        #expect(NetfilterMessage.newSet.rawValue == UInt16(NFT_MSG_NEWSET.rawValue))
        #expect(NetfilterMessage.getSet.rawValue == UInt16(NFT_MSG_GETSET.rawValue))
        #expect(NetfilterMessage.newSetElements.rawValue == UInt16(NFT_MSG_NEWSETELEM.rawValue))
        #expect(NetfilterMessage.getSetElements.rawValue == UInt16(NFT_MSG_GETSETELEM.rawValue))
        #expect(NetfilterMessage.deleteSetElements.rawValue == UInt16(NFT_MSG_DELSETELEM.rawValue))
        #expect(NetfilterMessage.newGeneration.rawValue == UInt16(NFT_MSG_NEWGEN.rawValue))
        #expect(NetfilterMessage.getGeneration.rawValue == UInt16(NFT_MSG_GETGEN.rawValue))
        #expect(NetfilterMessage.subsystem == UInt16(NFNL_SUBSYS_NFTABLES))
        #expect(NetfilterHeader.size == MemoryLayout<nfgenmsg>.size)
        #expect(NetlinkRequest.transactionBegin().type == UInt16(NFNL_MSG_BATCH_BEGIN))
        #expect(NetlinkRequest.transactionBegin(at: 0x0102_0304).payloadBytes.suffix(8) == [8, 0, 1, 0, 1, 2, 3, 4])
        #expect(NFNL_BATCH_GENID.rawValue == 1)
        #expect(Errno.restart.rawValue == ERESTART)
        #expect(NetlinkRequest.transactionEnd.type == UInt16(NFNL_MSG_BATCH_END))
    }

    @Test func `attributes of tables and chains have the numbers of the header`() {
        #expect(Family.inet.rawValue == UInt8(NFPROTO_INET))
        #expect(Family.ip.rawValue == UInt8(NFPROTO_IPV4))
        #expect(Family.arp.rawValue == UInt8(NFPROTO_ARP))
        #expect(Family.netdev.rawValue == UInt8(NFPROTO_NETDEV))
        #expect(Family.bridge.rawValue == UInt8(NFPROTO_BRIDGE))
        #expect(Family.ip6.rawValue == UInt8(NFPROTO_IPV6))
        #expect(TableAttribute.name.rawValue == UInt16(NFTA_TABLE_NAME.rawValue))
        #expect(TableAttribute.flags.rawValue == UInt16(NFTA_TABLE_FLAGS.rawValue))
        #expect(TableAttribute.userData.rawValue == UInt16(NFTA_TABLE_USERDATA.rawValue))
        // One writer serves all messages because the table's name has the same number everywhere.
        for number in [
            NFTA_TABLE_NAME.rawValue, NFTA_CHAIN_TABLE.rawValue, NFTA_RULE_TABLE.rawValue, NFTA_SET_TABLE.rawValue,
            NFTA_SET_ELEM_LIST_TABLE.rawValue,
        ] {
            #expect(number == 1)
        }
        #expect(ChainAttribute.name.rawValue == UInt16(NFTA_CHAIN_NAME.rawValue))
        #expect(ChainAttribute.hook.rawValue == UInt16(NFTA_CHAIN_HOOK.rawValue))
        #expect(ChainAttribute.policy.rawValue == UInt16(NFTA_CHAIN_POLICY.rawValue))
        #expect(ChainAttribute.type.rawValue == UInt16(NFTA_CHAIN_TYPE.rawValue))
        #expect(HookAttribute.point.rawValue == UInt16(NFTA_HOOK_HOOKNUM.rawValue))
        #expect(HookAttribute.priority.rawValue == UInt16(NFTA_HOOK_PRIORITY.rawValue))
        #expect(Hook.Point.prerouting.number(in: .ip) == NF_INET_PRE_ROUTING.rawValue)
        #expect(Hook.Point.input.number(in: .ip) == NF_INET_LOCAL_IN.rawValue)
        #expect(Hook.Point.forward.number(in: .ip) == NF_INET_FORWARD.rawValue)
        #expect(Hook.Point.output.number(in: .ip) == NF_INET_LOCAL_OUT.rawValue)
        #expect(Hook.Point.postrouting.number(in: .ip) == NF_INET_POST_ROUTING.rawValue)
        // `NF_ARP_IN`, `NF_ARP_OUT` (`linux/netfilter_arp.h`).
        #expect(Hook.Point.ingress.number(in: .inet) == NF_INET_INGRESS.rawValue)
        #expect(Hook.Point.input.number(in: .arp) == 0)
        #expect(Hook.Point.output.number(in: .arp) == 1)
        #expect(Hook.Point.ingress.number(in: .netdev) == NF_NETDEV_INGRESS.rawValue)
        #expect(Hook.Point.egress.number(in: .netdev) == NF_NETDEV_EGRESS.rawValue)
        // `NF_BR_…` (`linux/netfilter_bridge.h`).
        let ofBridge: [Hook.Point] = [.prerouting, .input, .forward, .output, .postrouting]
        #expect(ofBridge.map { $0.number(in: .bridge) } == [0, 1, 2, 3, 4])
        for family in Family.allCases {
            for point in Hook.Point.allCases {
                guard let number = point.number(in: family) else {
                    #expect(point.isOfLinks != (family == .netdev))
                    #expect(point != .ingress || family != .inet)
                    continue
                }
                #expect(Hook.Point(number, in: family) == point)
            }
            #expect(Hook.Point(6, in: family) == nil)
        }
        #expect(Hook.Policy.drop.rawValue == UInt32(NF_DROP))
        #expect(Hook.Policy.accept.rawValue == UInt32(NF_ACCEPT))
    }

    @Test func `attributes of sets have the numbers of the header`() {
        #expect(SetAttribute.name.rawValue == UInt16(NFTA_SET_NAME.rawValue))
        #expect(SetAttribute.flags.rawValue == UInt16(NFTA_SET_FLAGS.rawValue))
        #expect(SetAttribute.keyType.rawValue == UInt16(NFTA_SET_KEY_TYPE.rawValue))
        #expect(SetAttribute.keyLength.rawValue == UInt16(NFTA_SET_KEY_LEN.rawValue))
        #expect(SetAttribute.id.rawValue == UInt16(NFTA_SET_ID.rawValue))
        #expect(ElementListAttribute.set.rawValue == UInt16(NFTA_SET_ELEM_LIST_SET.rawValue))
        #expect(ElementListAttribute.elements.rawValue == UInt16(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue))
        #expect(ElementListAttribute.setID.rawValue == UInt16(NFTA_SET_ELEM_LIST_SET_ID.rawValue))
        #expect(ElementAttribute.key.rawValue == UInt16(NFTA_SET_ELEM_KEY.rawValue))
    }

    @Test func `attributes of rules have the numbers of the header`() {
        #expect(RuleAttribute.chain.rawValue == UInt16(NFTA_RULE_CHAIN.rawValue))
        #expect(RuleAttribute.expressions.rawValue == UInt16(NFTA_RULE_EXPRESSIONS.rawValue))
        #expect(RuleAttribute.userData.rawValue == UInt16(NFTA_RULE_USERDATA.rawValue))
        #expect(RuleAttribute.listElement == UInt16(NFTA_LIST_ELEM.rawValue))
        #expect(ExpressionAttribute.name.rawValue == UInt16(NFTA_EXPR_NAME.rawValue))
        #expect(ExpressionAttribute.data.rawValue == UInt16(NFTA_EXPR_DATA.rawValue))
        #expect(DataAttribute.value.rawValue == UInt16(NFTA_DATA_VALUE.rawValue))
        #expect(DataAttribute.verdict.rawValue == UInt16(NFTA_DATA_VERDICT.rawValue))
        #expect(VerdictAttribute.code.rawValue == UInt16(NFTA_VERDICT_CODE.rawValue))
        #expect(VerdictAttribute.chain.rawValue == UInt16(NFTA_VERDICT_CHAIN.rawValue))
        #expect(Meta.Key.mark.rawValue == NFT_META_MARK.rawValue)
        #expect(Meta.Key.outputInterfaceIndex.rawValue == NFT_META_OIF.rawValue)
        #expect(Meta.Key.inputInterface.rawValue == NFT_META_IIFNAME.rawValue)
        #expect(Meta.Key.outputInterface.rawValue == NFT_META_OIFNAME.rawValue)
        #expect(Meta.Key.family.rawValue == NFT_META_NFPROTO.rawValue)
        #expect(Meta.Key.transportProtocol.rawValue == NFT_META_L4PROTO.rawValue)
        #expect(Conntrack.Key.destinationPort.rawValue == NFT_CT_PROTO_DST.rawValue)
        #expect(Conntrack.Key.ipv4Destination.rawValue == NFT_CT_DST_IP.rawValue)
        #expect(Conntrack.Key.ipv6Destination.rawValue == NFT_CT_DST_IP6.rawValue)
        #expect(Payload.Base.network.rawValue == NFT_PAYLOAD_NETWORK_HEADER.rawValue)
        #expect(Payload.Base.transport.rawValue == NFT_PAYLOAD_TRANSPORT_HEADER.rawValue)
        #expect(Comparison.Operator.equal.rawValue == NFT_CMP_EQ.rawValue)
        #expect(Comparison.Operator.notEqual.rawValue == NFT_CMP_NEQ.rawValue)
        #expect(Masquerade.Flags.random.rawValue == UInt32(NF_NAT_RANGE_PROTO_RANDOM))
        #expect(Masquerade.Flags.persistent.rawValue == UInt32(NF_NAT_RANGE_PERSISTENT))
        #expect(Masquerade.Flags.fullyRandom.rawValue == UInt32(NF_NAT_RANGE_PROTO_RANDOM_FULLY))
    }

    @Test func `registers have the numbers of the header`() {
        #expect(Register.verdict.rawValue == NFT_REG_VERDICT.rawValue)
        #expect(Register.first.rawValue == NFT_REG_1.rawValue)
        // The kernel says NFT_REG_1 to 4 where the narrow register has the same place.
        #expect(Register(rawValue: NFT_REG32_00.rawValue) == Register.first)
        #expect(Register.word(0) == Register.first)
        #expect(Register.word(1).rawValue == NFT_REG32_01.rawValue)
        #expect(Register.word(4).rawValue == NFT_REG_2.rawValue)
        #expect(Register.word(12).rawValue == NFT_REG_4.rawValue)
        #expect(Register.word(15).rawValue == NFT_REG32_15.rawValue)
        #expect(Register(rawValue: .max).rawValue == .max)
    }
}
