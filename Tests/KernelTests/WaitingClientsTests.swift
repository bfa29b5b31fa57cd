import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// Clients on this node that wait for a dead real server, on a kernel that cannot abort their connections: user-mode Linux has
    /// no `CONFIG_INET_DIAG_DESTROY`.
    @Suite struct WaitingClientsTests {
        @Test(.enabled(if: ProcessInfo.processInfo.environment["LVSCARE_NFT_TESTS"] != "1", "this kernel can"))
        func `a kernel that cannot let them go is told of once, and nothing else changes`() throws {
            let scene = try WaitingScene()
            let servers = try scene.start(Stage.vip, at: "127.0.0.1")
            let clients = try HTTPClient.ofDifferentServers(2, behind: Stage.vip)
            for server in servers {
                server.isSilent = true
                _ = try scene.removal(of: server.endpoint, from: Stage.vip)
            }
            try scene.eventuallyLogs("remove \(servers[1].endpoint)")
            let told = scene.log.split(separator: "\n").filter { $0.contains("a way to abort connections") }
            // A machine's own kernel with IPVS may well be able to.
            guard !scene.log.contains("waiting connections aborted") else { return }
            #expect(told.count == 1, "\(scene.log)")
            #expect(told.first?.contains("WARN  virtual service degraded") == true)
            #expect(!scene.log.contains("kernel refused"))
            #expect(try scene.connections(to: Stage.vip) == 2)
            withExtendedLifetime(clients) {}
        }
    }
}
