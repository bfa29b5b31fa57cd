import CLinux
import Testing

@testable import RouteNetlink

/// The numbers in the sources are those of the C headers.
@Suite struct ConstantTests {
    @Test func `messages have the numbers of the header`() {
        #expect(RouteMessage.newLink.rawValue == UInt16(RTM_NEWLINK))
        #expect(RouteMessage.deleteLink.rawValue == UInt16(RTM_DELLINK))
        #expect(RouteMessage.getLink.rawValue == UInt16(RTM_GETLINK))
        #expect(RouteMessage.newAddress.rawValue == UInt16(RTM_NEWADDR))
        #expect(RouteMessage.deleteAddress.rawValue == UInt16(RTM_DELADDR))
        #expect(RouteMessage.getAddress.rawValue == UInt16(RTM_GETADDR))
        #expect(RouteMessage.newRoute.rawValue == UInt16(RTM_NEWROUTE))
        #expect(RouteMessage.deleteRoute.rawValue == UInt16(RTM_DELROUTE))
        #expect(RouteMessage.getRoute.rawValue == UInt16(RTM_GETROUTE))
        #expect(RouteMessage.newNeighbour.rawValue == UInt16(RTM_NEWNEIGH))
        #expect(RouteMessage.deleteNeighbour.rawValue == UInt16(RTM_DELNEIGH))
        #expect(RouteMessage.getNeighbour.rawValue == UInt16(RTM_GETNEIGH))
    }

    @Test func `groups have the numbers of the header`() {
        #expect(RouteMessage.newRule.rawValue == UInt16(RTM_NEWRULE))
        #expect(RouteMessage.deleteRule.rawValue == UInt16(RTM_DELRULE))
        #expect(RouteGroup.link.rawValue == RTNLGRP_LINK.rawValue)
        #expect(RouteGroup.ipv4Address.rawValue == RTNLGRP_IPV4_IFADDR.rawValue)
        #expect(RouteGroup.ipv4Route.rawValue == RTNLGRP_IPV4_ROUTE.rawValue)
        #expect(RouteGroup.ipv4Rule.rawValue == RTNLGRP_IPV4_RULE.rawValue)
        #expect(RouteGroup.ipv6Address.rawValue == RTNLGRP_IPV6_IFADDR.rawValue)
        #expect(RouteGroup.ipv6Route.rawValue == RTNLGRP_IPV6_ROUTE.rawValue)
        #expect(RouteGroup.ipv6Rule.rawValue == RTNLGRP_IPV6_RULE.rawValue)
    }

    @Test func `headers have their sizes`() {
        #expect(LinkHeader.size == MemoryLayout<ifinfomsg>.size)
        #expect(LinkHeader().octets.count == LinkHeader.size)
        #expect(AddressHeader.size == MemoryLayout<ifaddrmsg>.size)
        #expect(AddressHeader(family: 0, link: nil).octets.count == AddressHeader.size)
        #expect(RouteHeader.size == MemoryLayout<rtmsg>.size)
        #expect(RouteHeader(family: 0).octets.count == RouteHeader.size)
        #expect(NeighbourHeader.size == MemoryLayout<ndmsg>.size)
        #expect(NeighbourHeader(family: 0).octets.count == NeighbourHeader.size)
    }

    @Test func `link attributes have the numbers of the header`() {
        #expect(LinkAttribute.name.rawValue == UInt16(IFLA_IFNAME))
        #expect(LinkAttribute.mtu.rawValue == UInt16(IFLA_MTU))
        #expect(LinkAttribute.operationalState.rawValue == UInt16(IFLA_OPERSTATE))
        #expect(LinkAttribute.linkInfo.rawValue == UInt16(IFLA_LINKINFO))
        #expect(LinkAttribute.extensionMask.rawValue == UInt16(IFLA_EXT_MASK))
        #expect(LinkInfoAttribute.kind.rawValue == UInt16(IFLA_INFO_KIND))
        #expect(LinkRequest.skipStatistics == UInt32(RTEXT_FILTER_SKIP_STATS))

        #expect(LinkFlags.up.rawValue == UInt32(IFF_UP))
        #expect(LinkFlags.loopback.rawValue == UInt32(IFF_LOOPBACK))
        #expect(LinkFlags.pointToPoint.rawValue == UInt32(IFF_POINTOPOINT))
        #expect(LinkFlags.running.rawValue == UInt32(IFF_RUNNING))
        #expect(LinkFlags.noARP.rawValue == UInt32(IFF_NOARP))
    }

    @Test func `address attributes have the numbers of the header`() {
        #expect(AddressAttribute.address.rawValue == UInt16(IFA_ADDRESS))
        #expect(AddressAttribute.local.rawValue == UInt16(IFA_LOCAL))
        #expect(AddressAttribute.label.rawValue == UInt16(IFA_LABEL))
        #expect(AddressAttribute.flags.rawValue == UInt16(IFA_FLAGS))
        #expect(AddressAttribute.protocol.rawValue == UInt16(IFA_PROTO))

        #expect(AddressFlags.secondary.rawValue == UInt32(IFA_F_SECONDARY))
        #expect(AddressFlags.withoutDuplicateDetection.rawValue == UInt32(IFA_F_NODAD))
        #expect(AddressFlags.duplicate.rawValue == UInt32(IFA_F_DADFAILED))
        #expect(AddressFlags.deprecated.rawValue == UInt32(IFA_F_DEPRECATED))
        #expect(AddressFlags.tentative.rawValue == UInt32(IFA_F_TENTATIVE))
        #expect(AddressFlags.permanent.rawValue == UInt32(IFA_F_PERMANENT))
        #expect(AddressFlags.withoutPrefixRoute.rawValue == UInt32(IFA_F_NOPREFIXROUTE))
    }

    @Test func `neighbour attributes have the numbers of the header`() {
        #expect(NeighbourAttribute.destination.rawValue == UInt16(NDA_DST))
        #expect(NeighbourAttribute.linkLayerAddress.rawValue == UInt16(NDA_LLADDR))
        #expect(NeighbourAttribute.link.rawValue == UInt16(NDA_IFINDEX))

        #expect(NeighbourState.incomplete.rawValue == UInt16(NUD_INCOMPLETE))
        #expect(NeighbourState.reachable.rawValue == UInt16(NUD_REACHABLE))
        #expect(NeighbourState.stale.rawValue == UInt16(NUD_STALE))
        #expect(NeighbourState.delay.rawValue == UInt16(NUD_DELAY))
        #expect(NeighbourState.probe.rawValue == UInt16(NUD_PROBE))
        #expect(NeighbourState.failed.rawValue == UInt16(NUD_FAILED))
        #expect(NeighbourState.withoutResolution.rawValue == UInt16(NUD_NOARP))
        #expect(NeighbourState.permanent.rawValue == UInt16(NUD_PERMANENT))
    }

    @Test func `route attributes have the numbers of the header`() {
        #expect(RouteAttribute.destination.rawValue == UInt16(RTA_DST.rawValue))
        #expect(RouteAttribute.source.rawValue == UInt16(RTA_SRC.rawValue))
        #expect(RouteAttribute.outputInterface.rawValue == UInt16(RTA_OIF.rawValue))
        #expect(RouteAttribute.gateway.rawValue == UInt16(RTA_GATEWAY.rawValue))
        #expect(RouteAttribute.metric.rawValue == UInt16(RTA_PRIORITY.rawValue))
        #expect(RouteAttribute.preferredSource.rawValue == UInt16(RTA_PREFSRC.rawValue))
        #expect(RouteAttribute.multipath.rawValue == UInt16(RTA_MULTIPATH.rawValue))
        #expect(RouteAttribute.table.rawValue == UInt16(RTA_TABLE.rawValue))
        #expect(RouteAttribute.via.rawValue == UInt16(RTA_VIA.rawValue))
        #expect(RouteAttribute.nextHopID.rawValue == UInt16(RTA_NH_ID.rawValue))
    }

    @Test func `route values have the numbers of the header`() {
        #expect(RouteTable.default.rawValue == UInt32(RT_TABLE_DEFAULT.rawValue))
        #expect(RouteTable.main.rawValue == UInt32(RT_TABLE_MAIN.rawValue))
        #expect(RouteTable.local.rawValue == UInt32(RT_TABLE_LOCAL.rawValue))

        let types: [(RouteType, Int)] = [
            (.unicast, RTN_UNICAST), (.local, RTN_LOCAL), (.broadcast, RTN_BROADCAST), (.anycast, RTN_ANYCAST),
            (.multicast, RTN_MULTICAST), (.blackhole, RTN_BLACKHOLE), (.unreachable, RTN_UNREACHABLE),
            (.prohibit, RTN_PROHIBIT), (.throw, RTN_THROW),
        ].map { ($0, Int($1)) }
        for (type, number) in types { #expect(Int(type.rawValue) == number) }
        #expect(types.filter(\.0.isRefusal).map(\.0) == [.blackhole, .unreachable, .prohibit, .throw])

        #expect(RouteProtocol.unspecified.rawValue == UInt8(RTPROT_UNSPEC))
        #expect(RouteProtocol.kernel.rawValue == UInt8(RTPROT_KERNEL))
        #expect(RouteProtocol.boot.rawValue == UInt8(RTPROT_BOOT))
        #expect(RouteProtocol.static.rawValue == UInt8(RTPROT_STATIC))

        #expect(Scope.universe.rawValue == UInt8(RT_SCOPE_UNIVERSE.rawValue))
        #expect(Scope.site.rawValue == UInt8(RT_SCOPE_SITE.rawValue))
        #expect(Scope.link.rawValue == UInt8(RT_SCOPE_LINK.rawValue))
        #expect(Scope.host.rawValue == UInt8(RT_SCOPE_HOST.rawValue))
        #expect(Scope.nowhere.rawValue == UInt8(RT_SCOPE_NOWHERE.rawValue))

        #expect(RouteFlags.dead.rawValue == UInt32(RTNH_F_DEAD))
        #expect(RouteFlags.onLink.rawValue == UInt32(RTNH_F_ONLINK))
        #expect(RouteFlags.linkDown.rawValue == UInt32(RTNH_F_LINKDOWN))
        #expect(RouteFlags.cloned.rawValue == UInt32(RTM_F_CLONED))
        #expect(RouteFlags.lookUpTable.rawValue == UInt32(RTM_F_LOOKUP_TABLE))
    }
}
