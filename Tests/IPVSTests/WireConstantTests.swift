import CLinux
import Testing

@testable import IPVS

/// Every number on the wire is the C header's.
@Suite struct WireConstantTests {
    @Test func `commands have the numbers of the header`() {
        let expected = [
            IPVS_CMD_NEW_SERVICE, IPVS_CMD_SET_SERVICE, IPVS_CMD_DEL_SERVICE, IPVS_CMD_GET_SERVICE, IPVS_CMD_NEW_DEST,
            IPVS_CMD_SET_DEST, IPVS_CMD_DEL_DEST, IPVS_CMD_GET_DEST, IPVS_CMD_NEW_DAEMON, IPVS_CMD_DEL_DAEMON,
            IPVS_CMD_GET_DAEMON, IPVS_CMD_SET_CONFIG, IPVS_CMD_GET_CONFIG, IPVS_CMD_SET_INFO, IPVS_CMD_GET_INFO,
            IPVS_CMD_ZERO, IPVS_CMD_FLUSH,
        ]
        let cases: [Command] = [
            .newService, .setService, .deleteService, .getService, .newDestination, .setDestination,
            .deleteDestination, .getDestination, .newDaemon, .deleteDaemon, .getDaemon, .setConfig, .getConfig,
            .setInfo, .getInfo, .zero, .flush,
        ]
        #expect(cases.map { Int($0.rawValue) } == expected.map { Int($0) })
        #expect(cases == Command.allCases)
    }

    @Test func `command attributes have the numbers of the header`() {
        expect(
            CommandAttribute.self,
            [
                (.service, IPVS_CMD_ATTR_SERVICE), (.destination, IPVS_CMD_ATTR_DEST), (.daemon, IPVS_CMD_ATTR_DAEMON),
                (.timeoutTCP, IPVS_CMD_ATTR_TIMEOUT_TCP), (.timeoutTCPFin, IPVS_CMD_ATTR_TIMEOUT_TCP_FIN),
                (.timeoutUDP, IPVS_CMD_ATTR_TIMEOUT_UDP),
            ])
    }

    @Test func `service attributes have the numbers of the header`() {
        expect(
            ServiceAttribute.self,
            [
                (.family, IPVS_SVC_ATTR_AF), (.transport, IPVS_SVC_ATTR_PROTOCOL), (.address, IPVS_SVC_ATTR_ADDR),
                (.port, IPVS_SVC_ATTR_PORT), (.firewallMark, IPVS_SVC_ATTR_FWMARK),
                (.scheduler, IPVS_SVC_ATTR_SCHED_NAME), (.flags, IPVS_SVC_ATTR_FLAGS),
                (.timeout, IPVS_SVC_ATTR_TIMEOUT), (.netmask, IPVS_SVC_ATTR_NETMASK),
                (.statistics32, IPVS_SVC_ATTR_STATS), (.persistenceEngine, IPVS_SVC_ATTR_PE_NAME),
                (.statistics64, IPVS_SVC_ATTR_STATS64),
            ])
    }

    @Test func `destination attributes have the numbers of the header`() {
        expect(
            DestinationAttribute.self,
            [
                (.address, IPVS_DEST_ATTR_ADDR), (.port, IPVS_DEST_ATTR_PORT),
                (.forwardingMethod, IPVS_DEST_ATTR_FWD_METHOD), (.weight, IPVS_DEST_ATTR_WEIGHT),
                (.upperThreshold, IPVS_DEST_ATTR_U_THRESH), (.lowerThreshold, IPVS_DEST_ATTR_L_THRESH),
                (.activeConnections, IPVS_DEST_ATTR_ACTIVE_CONNS), (.inactiveConnections, IPVS_DEST_ATTR_INACT_CONNS),
                (.persistentConnections, IPVS_DEST_ATTR_PERSIST_CONNS), (.statistics32, IPVS_DEST_ATTR_STATS),
                (.family, IPVS_DEST_ATTR_ADDR_FAMILY), (.statistics64, IPVS_DEST_ATTR_STATS64),
                (.tunnelKind, IPVS_DEST_ATTR_TUN_TYPE), (.tunnelPort, IPVS_DEST_ATTR_TUN_PORT),
                (.tunnelFlags, IPVS_DEST_ATTR_TUN_FLAGS),
            ])
    }

    @Test func `daemon attributes have the numbers of the header`() {
        expect(
            DaemonAttribute.self,
            [
                (.state, IPVS_DAEMON_ATTR_STATE), (.interface, IPVS_DAEMON_ATTR_MCAST_IFN),
                (.syncID, IPVS_DAEMON_ATTR_SYNC_ID), (.maximumLength, IPVS_DAEMON_ATTR_SYNC_MAXLEN),
                (.group, IPVS_DAEMON_ATTR_MCAST_GROUP), (.group6, IPVS_DAEMON_ATTR_MCAST_GROUP6),
                (.port, IPVS_DAEMON_ATTR_MCAST_PORT), (.ttl, IPVS_DAEMON_ATTR_MCAST_TTL),
            ])
        #expect(SyncDaemon.State.master.rawValue == UInt32(IP_VS_STATE_MASTER))
        #expect(SyncDaemon.State.backup.rawValue == UInt32(IP_VS_STATE_BACKUP))
    }

    @Test func `statistics and information attributes have the numbers of the header`() {
        expect(
            StatisticsAttribute.self,
            [
                (.connections, IPVS_STATS_ATTR_CONNS), (.incomingPackets, IPVS_STATS_ATTR_INPKTS),
                (.outgoingPackets, IPVS_STATS_ATTR_OUTPKTS), (.incomingBytes, IPVS_STATS_ATTR_INBYTES),
                (.outgoingBytes, IPVS_STATS_ATTR_OUTBYTES), (.connectionRate, IPVS_STATS_ATTR_CPS),
                (.incomingPacketRate, IPVS_STATS_ATTR_INPPS), (.outgoingPacketRate, IPVS_STATS_ATTR_OUTPPS),
                (.incomingByteRate, IPVS_STATS_ATTR_INBPS), (.outgoingByteRate, IPVS_STATS_ATTR_OUTBPS),
                (.padding, IPVS_STATS_ATTR_PAD),
            ])
        expect(
            InfoAttribute.self,
            [
                (.version, IPVS_INFO_ATTR_VERSION), (.connectionTableSize, IPVS_INFO_ATTR_CONN_TAB_SIZE),
            ])
    }

    @Test func `service flags have the numbers of the header`() {
        #expect(Service.Flags.persistentBit == UInt32(IP_VS_SVC_F_PERSISTENT))
        #expect(Service.Flags.hashedBit == UInt32(IP_VS_SVC_F_HASHED))
        #expect(Service.Flags.onePacket.rawValue == UInt32(IP_VS_SVC_F_ONEPACKET))
        #expect(Service.Flags.scheduler1.rawValue == UInt32(IP_VS_SVC_F_SCHED1))
        #expect(Service.Flags.scheduler2.rawValue == UInt32(IP_VS_SVC_F_SCHED2))
        #expect(Service.Flags.scheduler3.rawValue == UInt32(IP_VS_SVC_F_SCHED3))
        #expect(Service.Flags.sourceHashingFallback.rawValue == UInt32(IP_VS_SVC_F_SCHED_SH_FALLBACK))
        #expect(Service.Flags.sourceHashingPort.rawValue == UInt32(IP_VS_SVC_F_SCHED_SH_PORT))
    }

    @Test func `forwarding methods and tunnels have the numbers of the header`() {
        #expect(ForwardingMethod.masquerade.number == UInt32(IP_VS_CONN_F_MASQ))
        #expect(ForwardingMethod.local.number == UInt32(IP_VS_CONN_F_LOCALNODE))
        #expect(ForwardingMethod.tunnel.number == UInt32(IP_VS_CONN_F_TUNNEL))
        #expect(ForwardingMethod.directRoute.number == UInt32(IP_VS_CONN_F_DROUTE))
        #expect(ForwardingMethod.bypass.number == UInt32(IP_VS_CONN_F_BYPASS))
        #expect(Int(Tunnel.Kind.ipip.rawValue) == Int(IP_VS_CONN_F_TUNNEL_TYPE_IPIP))
        #expect(Int(Tunnel.Kind.gue.rawValue) == Int(IP_VS_CONN_F_TUNNEL_TYPE_GUE))
        #expect(Int(Tunnel.Kind.gre.rawValue) == Int(IP_VS_CONN_F_TUNNEL_TYPE_GRE))
        #expect(Tunnel.Checksum.none.rawValue == UInt16(IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM))
        // The other two are shifts, which Swift does not import.
        #expect(Tunnel.Checksum.full.rawValue == 1 << 0)
        #expect(Tunnel.Checksum.remote.rawValue == 1 << 1)
    }

    @Test func `protocols and family have the numbers of the header`() {
        #expect(TransportProtocol.tcp.rawValue == UInt16(IPPROTO_TCP))
        #expect(TransportProtocol.udp.rawValue == UInt16(IPPROTO_UDP))
        #expect(TransportProtocol.sctp.rawValue == UInt16(IPPROTO_SCTP))
        #expect(IPVS_GENL_NAME == "IPVS")
        #expect(IPVS_GENL_VERSION == 1)
    }

    /// The table names every case once and in order, with the number that the header has for it.
    private func expect<Attribute: RawRepresentable<UInt16> & CaseIterable>(
        _ type: Attribute.Type, _ table: [(Attribute, some BinaryInteger)]
    ) {
        #expect(table.map(\.0.rawValue) == Attribute.allCases.map(\.rawValue))
        for (attribute, number) in table {
            #expect(Int(attribute.rawValue) == Int(number), "\(attribute)")
        }
    }
}
