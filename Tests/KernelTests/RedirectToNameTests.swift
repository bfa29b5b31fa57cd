import Addressing
import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// The daemon looks up the names that redirects lead to by itself: the C library would load modules of the system
    /// for that, and for those, in a static program, a second C library.
    @Suite struct RedirectToNameTests {
        /// Port 8081: `/` leads to the same port of web.example.com, which notes in the file FOLDER/followed that
        /// somebody came.
        private static let server = """
            import socket, sys
            s = socket.create_server(("127.0.0.1", 8081), backlog=64)
            while True:
                c = s.accept()[0]
                head = c.recv(4096).decode()
                if head.startswith("GET / "):
                    c.sendall(b"HTTP/1.1 302 Found\\r\\nLocation: http://web.example.com:8081/x\\r\\nContent-Length: 0\\r\\n\\r\\n")
                else:
                    open(sys.argv[1] + "/followed", "a").write(head)
                    c.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
                c.close()
            """

        @Test func `a redirect to a host name loads no module and no second C library`() throws {
            let stage = try Stage()
            let folder = try Shell.lines("mktemp -d").joined()
            defer { _ = try? Shell.run("rm -rf \(folder)") }
            try Shell.lines("echo nameserver 127.0.0.1 >\(folder)/resolv.conf")
            let processes = try [
                ["/usr/bin/python3", "-S", "-c", Self.server, folder],
                [
                    "/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file=",
                    "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts",
                    "--log-facility=/dev/null", "--host-record=web.example.com,127.0.0.1",
                ],
            ].map { try ChildProcess($0, input: 0, output: 1, error: 2) }
            defer {
                for process in processes {
                    process.send(SIGKILL)
                    process.wait()
                }
            }
            try eventually { try Shell.lines("ss -ltnH").count { $0.contains(":8081 ") || $0.contains(":53 ") } == 2 }
            // The program keeps its process number.
            let prefix =
                "unshare --mount --propagation private"
                + " sh -c 'mount --bind \(folder)/resolv.conf /etc/resolv.conf; exec \"$@\"' sh"
                + " strace -D -f -e trace=open,openat -o \(folder)/trace"
            let daemon = try Lvscare(
                "care --vs \(Stage.vip) --rs 127.0.0.1:8081 --health-schem http --health-path / --health-redirects follow"
                    + " --interval 200ms --jitter 0 --watch=false --verify-path=false", prefix: prefix)
            try eventually(within: .seconds(60), "\(daemon.log)") { try stage.table() == ["127.0.0.1:8081 1"] }
            try eventually(within: .seconds(30), "\(daemon.log)") {
                try Shell.run("cat \(folder)/followed").output.contains("Host: web.example.com:8081")
            }
            let maps = try Shell.lines("cat /proc/\(daemon.pid)/maps")
            let libraries = Set(maps.compactMap { $0.split(separator: "/").last.map(String.init) })
            #expect(libraries.contains { $0.hasPrefix("lvscare") }, "\(libraries)")
            #expect(libraries.allSatisfy { !$0.contains("libnss") && !$0.contains("libresolv") }, "\(libraries)")
            #expect(libraries.count { $0.hasPrefix("libc.so") || $0.hasPrefix("libc-") } <= 1, "\(libraries)")
            let opened = try Shell.lines("cat \(folder)/trace")
            #expect(opened.contains { $0.contains("/etc/resolv.conf") })
            for file in ["nsswitch", "libnss", "gai.conf", "host.conf"] {
                #expect(!opened.contains { $0.contains(file) }, "\(file)")
            }
            #expect(daemon.terminate() == 0)
        }
    }
}
