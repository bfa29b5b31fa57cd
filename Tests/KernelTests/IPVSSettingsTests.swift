import Addressing
import IPVS
import KernelTestKit
import Testing

extension KernelSuites {
    /// What belongs to IPVS beside its table.
    @Suite struct IPVSSettingsTests {
        let ipvs: IPVSClient

        init() throws { ipvs = try freshIPVS() }

        @Test func `information is that of ipvsadm`() throws {
            let info = try ipvs.info()
            let line = try #require(try Shell.lines("ipvsadm -Ln").first)
            #expect(line == "IP Virtual Server version \(info.version) (size=\(info.connectionTableSize))")
        }

        @Test func `timeouts are set and read as ipvsadm does`() throws {
            #expect(try ipvs.timeouts() == Timeouts(tcp: 900, tcpFin: 120, udp: 300))
            try ipvs.setTimeouts(Timeouts(tcp: 1000, udp: 77))
            #expect(try Shell.lines("ipvsadm -L --timeout") == ["Timeout (tcp tcpfin udp): 1000 120 77"])
            try Shell.lines("ipvsadm --set 0 33 0")
            #expect(try ipvs.timeouts() == Timeouts(tcp: 1000, tcpFin: 33, udp: 77))
        }

        @Test func `daemons that we start are shown by ipvsadm`() throws {
            try ipvs.startDaemon(SyncDaemon(.master, interface: "lo", syncID: 7))
            let backup = SyncDaemon(
                .backup, interface: "lo", syncID: 255, maximumLength: 1400, group: IPAddress("224.0.0.99"), port: 8899,
                ttl: 3)
            try ipvs.startDaemon(backup)
            let shown = try Shell.lines("ipvsadm -L --daemon")
            #expect(shown.count == 2)
            #expect(shown[0].hasPrefix("master sync daemon (mcast=lo, syncid=7, maxlen="))
            #expect(shown[0].hasSuffix("group=224.0.0.81, port=8848, ttl=1)"))
            #expect(
                shown[1]
                    == "backup sync daemon (mcast=lo, syncid=255, maxlen=1400, group=224.0.0.99, port=8899, ttl=3)")

            let found = try ipvs.daemons()
            #expect(found.count == 2)
            #expect(found.last == backup)
            #expect(found.first?.group == IPAddress("224.0.0.81"))
            #expect(found.first?.port == 8848)
            #expect(found.first?.ttl == 1)
            let error = try #require(throws: IPVSError.self) { try ipvs.startDaemon(backup) }
            #expect(error.reason == .alreadyExists)

            try ipvs.stopDaemon(.master)
            #expect(try ipvs.daemons() == [backup])
            try ipvs.stopDaemon(.backup)
            #expect(try Shell.lines("ipvsadm -L --daemon").isEmpty)
        }

        @Test func `a daemon that ipvsadm starts is read`() throws {
            try Shell.run("ip link add ipvs-sync type dummy; ip link set ipvs-sync up")
            defer { _ = try? Shell.run("ip link delete ipvs-sync") }
            try Shell.lines(
                "ipvsadm --start-daemon master --mcast-interface ipvs-sync --syncid 9 --mcast-group ff02::81")
            let daemon = try #require(try ipvs.daemons().first)
            #expect(daemon.state == .master)
            #expect(daemon.syncID == 9)
            #expect(daemon.group == IPAddress("ff02::81"))
            try ipvs.stopDaemon(.master)
            try ipvs.startDaemon(daemon)
            #expect(try ipvs.daemons() == [daemon])
        }

        /// The kernel says nothing when the daemon's thread had no time to run; see the client's `apply`.
        @Test(arguments: SyncDaemon.State.allCases)
        func `a daemon is stopped at once`(state: SyncDaemon.State) throws {
            for _ in 0..<20 {
                try ipvs.startDaemon(SyncDaemon(state, interface: "lo"))
                try ipvs.stopDaemon(state)
                #expect(try ipvs.daemons().isEmpty)
            }
            let error = try #require(throws: IPVSError.self) { try ipvs.stopDaemon(state) }
            #expect(error.reason == .noSuchDaemon)
        }

        @Test func `synchronization and mixed families exclude each other`() throws {
            let web = Service.Identity.endpoint(.tcp, endpoint("10.0.0.1:80"))
            let daemon = SyncDaemon(.master, interface: "lo")
            let server = IPVSCommand.addDestination(endpoint("[2001:db8::1]:80"), .init(forwarding: .tunnel), to: web)
            try ipvs.addService(web, .init(scheduler: .roundRobin))
            try ipvs.apply(server)
            var error = try #require(throws: IPVSError.self) { try ipvs.startDaemon(daemon) }
            #expect(error.reason == .invalid)
            #expect(error.description.contains("real servers of both address families"))
            try ipvs.deleteDestination(endpoint("[2001:db8::1]:80"), of: web)
            try ipvs.startDaemon(daemon)
            error = try #require(throws: IPVSError.self) { try ipvs.apply(server) }
            #expect(error.reason == .invalid)
        }
    }
}
