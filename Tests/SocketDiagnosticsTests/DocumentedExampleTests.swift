import KernelTestKit
import SocketDiagnostics
import Testing

/// The code that `SocketDiagnostics.docc` quotes.
@Suite(.enabled(if: NetworkNamespace.canBeMade, "needs root")) struct SocketDiagnosticsExampleTests {
    @Test func `sockets to a server are found and destroyed`() throws {
        let namespace = try NetworkNamespace()
        try namespace.ip("link set lo up")
        let server = endpoint("127.0.0.1:8081")
        let echo = try EchoServer(server, in: namespace.name)
        let client = try namespace.enter { try HTTPClient(server) }
        try namespace.enter {
            let sockets = try SocketDiagnosticsClient()
            let waiting = try sockets.tcpSockets(in: [.established, .synSent], to: server)
            for socket in waiting { print(socket) }

            #expect(waiting.map(\.remote) == [server])

            for error in sockets.destroy(waiting) {
                guard let error, !error.notFound else { continue }
                print(error)
            }
        }
        withExtendedLifetime((echo, client)) {}
    }
}
