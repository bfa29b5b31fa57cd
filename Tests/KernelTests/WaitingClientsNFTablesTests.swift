import Addressing
import KernelTestKit
import SystemPackage
import Testing

extension KernelSuites {
    /// Clients on this node that wait for a dead real server. They need a kernel that can abort the connections of others, as the
    /// one with nf_tables can.
    @Suite(.nftables) struct WaitingClientsNFTablesTests {
        let scene: WaitingScene

        init() throws { scene = try WaitingScene() }

        /// Many a program in Java has IPv6 sockets for everything.
        @Test(arguments: [
            (Stage.vip, "127.0.0.1", Stage.vip), (Stage.vip, "10.77.0.1", endpoint("[::ffff:169.254.7.1]:80")),
            (Stage.vip6, "[fd77::1]", Stage.vip6),
        ])
        func `are let go when it is removed, and connect anew to another one`(
            vip: Endpoint, address: String, remote: Endpoint
        ) throws {
            let servers = try scene.start(vip, at: address)
            let clients = try HTTPClient.ofDifferentServers(2, behind: remote)
            // Another program's service leads to the same real server.
            let other = Endpoint(address: vip.address, port: 81)
            try Shell.lines(
                "ipvsadm -A -t \(other) -s rr && ipvsadm -a -t \(other) -r \(servers[0].endpoint) -m")
            let stranger = try HTTPClient(other)
            #expect(try stranger.get().hasPrefix("\(servers[0].endpoint)"))

            servers[0].isSilent = true
            let waiting = WaitingRequest(by: clients[0], anewTo: remote)
            let removed = try scene.removal(of: servers[0].endpoint, from: vip)
            let outcome = try #require(waiting.outcome(within: .seconds(20)), "\(scene.log)")
            #expect(outcome.error == .connectionAbort)
            #expect(outcome.answer?.hasPrefix("\(servers[1].endpoint)") == true)
            #expect(outcome.instant - removed < .seconds(1), "it took \(outcome.instant - removed)")

            try scene.eventuallyLogs("waiting connections aborted")
            #expect(scene.log.contains("count=1 real-server=\(servers[0].endpoint)"), "\(scene.log)")
            #expect(!scene.log.contains("a way to abort connections"), "\(scene.log)")
            #expect(try clients[1].get().hasPrefix("\(servers[1].endpoint)"))
            servers[0].isSilent = false
            #expect(try stranger.get().hasPrefix("\(servers[0].endpoint)"), "a client of another service")
        }

        @Test func `stay where that is wanted`() throws {
            let servers = try scene.start(Stage.vip, at: "127.0.0.1", " --abort-waiting=false")
            let clients = try HTTPClient.ofDifferentServers(2, behind: Stage.vip)
            servers[0].isSilent = true
            let waiting = WaitingRequest(by: clients[0], anewTo: Stage.vip)
            _ = try scene.removal(of: servers[0].endpoint, from: Stage.vip)
            servers[0].isSilent = false
            // A later pass than that of the removal: the first time it was added at the start.
            try scene.eventuallyLogs("add \(servers[0].endpoint)", times: 2)
            #expect(waiting.outcome(within: .zero) == nil)
            #expect(try scene.connections(to: Stage.vip) == 2)
            #expect(!scene.log.contains("aborted"), "\(scene.log)")
            withExtendedLifetime(clients) {}
        }
    }
}
