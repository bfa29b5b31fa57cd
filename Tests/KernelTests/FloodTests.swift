import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// Real servers that send without an end hold up nothing: no probe of others, no repair, no end.
    @Suite struct FloodTests {
        /// Servers of HTTPS on 127.0.0.1, one on each port: a healthy one; one that sends tickets, one that sends records, and one that
        /// sends octets.
        private static let script = """
            import os, socket, ssl, subprocess, sys, threading
            folder = sys.argv[1]
            def serve(port, tickets, talk):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(folder + "/c.pem", folder + "/k.pem")
                context.num_tickets = tickets
                listener = socket.create_server(("127.0.0.1", port), backlog=64)
                def one(plain):
                    plain.settimeout(5)
                    try:
                        talk(plain, context)
                    except OSError: pass
                    finally: plain.close()
                while True: threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()
            def answer(plain, context):
                with context.wrap_socket(plain, server_side=True) as s:
                    s.recv(4096)
                    s.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
            def records(plain, context):
                with context.wrap_socket(plain, server_side=True) as s:
                    s.recv(4096)
                    while True: s.sendall(b"HTTP/1.1 100 Continue\\r\\n\\r\\n" * 600)
            def octets(plain, context):
                while True: plain.sendall(b"x" * 16384)
            for port, tickets, talk in [(8441, 2, answer), (8442, 200000, records), (8443, 2, records), (8444, 2, octets)]:
                threading.Thread(target=serve, args=(port, tickets, talk)).start()
            """

        @Test func `others have their turn`() throws {
            let stage = try Stage()
            let folder = try Shell.lines("mktemp -d").joined()
            defer { _ = try? Shell.run("rm -rf \(folder)") }
            try Shell.lines(
                "openssl req -x509 -newkey ed25519 -noenc -days 2 -subj /CN=x -config /dev/null"
                    + " -keyout \(folder)/k.pem -out \(folder)/c.pem")
            let servers = try ChildProcess(
                ["/usr/bin/python3", "-S", "-c", Self.script, folder], input: 0, output: 1, error: 2)
            defer {
                servers.send(SIGKILL)
                servers.wait()
            }
            try eventually { try Shell.lines("ss -ltnH").count { $0.contains("127.0.0.1:844") } == 4 }
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8441,127.0.0.1:8442,127.0.0.1:8443,127.0.0.1:8444"
                    + " --interval 200ms --unhealthy-interval 200ms --jitter 0 --watch=false --verify-path=false")
            let healthy = ["127.0.0.1:8441 1"]
            try eventually(within: .seconds(60), "\(daemon.log)") { try stage.table() == healthy }
            // What another program breaks is mended among the floods, which are asked for again and again.
            for _ in 0..<5 {
                try Shell.lines("ipvsadm -C")
                try eventually(within: .seconds(30), "\(daemon.log)") { try stage.table() == healthy }
            }
            #expect(!daemon.log.contains("real server is unhealthy before=healthy"), "\(daemon.log)")
            // No line of them is long, and there are not many.
            let lines = daemon.log.split(separator: "\n")
            #expect(lines.allSatisfy { $0.utf8.count < 2000 })
            #expect(daemon.terminate() == 0)
        }
    }
}
