import Addressing
package import DNS
package import Epoll
import Glibc
package import KernelTestKit
package import LVSCareSockets
package import Testing

extension Trait where Self == ConditionTrait {
    /// Runs where a network namespace can be made, and name servers can be had.
    package static var nameServers: Self {
        .enabled(
            if: NetworkNamespace.canBeMade && access("/usr/sbin/dnsmasq", X_OK) == 0,
            "needs root, and the Debian package dnsmasq-base")
    }
}

/// A network without a way out, with name servers of its own, a loop in it, and files that say who they are.
package final class SealedNetwork: Sendable {
    /// The zone that dnsmasq at 127.0.0.1 knows.
    private static let zone =
        [
            "--no-resolv", "--no-hosts", "--local=/example.com/", "--local-ttl=120",
            "--host-record=api.example.com,10.0.0.1,fd00::1,120", "--host-record=one.example.com,10.0.0.7",
            "--host-record=six.example.com,fd00::6", "--host-record=web.example.com,127.0.0.1",
            "--cname=alias.example.com,second.example.com", "--cname=second.example.com,api.example.com",
            "--srv-host=_https._tcp.example.com,api.example.com,6443,10,60",
            "--srv-host=_https._tcp.example.com,one.example.com,6444,20,40",
        ] + (1...200).map { "--host-record=large.example.com,10.1.0.\($0)" }

    package let namespace: NetworkNamespace
    package let folder: Folder
    private let thread: LoopThread
    private let processes: [ChildProcess]

    /// dnsmasq, and what `script` (Python) serves; `waitsFor` is how many UDP sockets there are then.
    package init(_ script: String = "", waitsFor sockets: Int = 1) throws {
        folder = try Folder()
        thread = try LoopThread()
        namespace = try NetworkNamespace()
        try namespace.ip("link set lo up")
        let name = namespace.name
        thread.execute { _ in enterNamespace(name) }
        let inside = ["ip", "netns", "exec", name]
        let server =
            ["/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file="]
            + ["--listen-address=127.0.0.1", "--bind-interfaces", "--log-facility=/dev/null"]
        var processes = [try ChildProcess(inside + server + Self.zone, input: 0, output: 1, error: 2)]
        if !script.isEmpty {
            processes.append(
                try ChildProcess(
                    inside + ["/usr/bin/python3", "-S", "-c", Self.prelude + script], input: 0, output: 1, error: 2))
        }
        self.processes = processes
        try wait("the servers listen") { try self.udpSockets() >= sockets }
    }

    deinit {
        thread.shutDown()
        for process in processes {
            process.send(SIGKILL)
            process.wait()
        }
    }

    /// What the scripts of servers begin with.
    private static let prelude = """
        import socket, threading, time
        def udp(address, port=53):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind((address, port))
            return s
        def answer(query, address, id=None):
            end = query.index(0, 12) + 5
            record = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x1e\\0\\4" + socket.inet_aton(address)
            return (id or query[:2]) + b"\\x81\\x80\\0\\1\\0\\1\\0\\0\\0\\0" + query[12:end] + record

        """

    /// The UDP sockets that there are in the network.
    package func udpSockets() throws -> Int { try lines("ss -uanH").count }

    /// What a command that runs in the network says.
    package func lines(_ command: String) throws -> [String] {
        try Shell.lines("ip netns exec \(namespace.name) \(command)")
    }

    /// Waits until `condition` holds.
    package func wait(_ what: Comment, _ condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            try #require(ContinuousClock.now < deadline, what)
            usleep(20_000)
        }
    }

    /// The files of this network: `resolv.conf` of these lines, and `hosts`.
    package func files(_ configuration: String..., hosts: String = "") throws -> NameFiles {
        NameFiles(
            hosts: try folder.write("hosts", hosts),
            configuration: try folder.write("resolv.conf", configuration.joined(separator: "\n") + "\n"))
    }

    /// Does something on the loop in the network, later.
    package func execute(_ body: @escaping @Sendable (EpollLoop) -> Void) { thread.execute(body) }

    /// Does something on the loop in the network.
    package func onLoop<Value: Sendable>(_ body: @escaping @Sendable (EpollLoop) throws -> Value) async throws -> Value
    {
        try await thread.submit(body)
    }

    /// What a resolver of its own finds.
    package func find(
        _ name: String, _ kind: Lookup.Kind = .addresses(), files: NameFiles, within time: Duration = .seconds(20)
    ) async throws -> Result<Answer, LookupError> {
        let requests = Requests()
        return await withCheckedContinuation { continuation in
            thread.execute { loop in
                let resolver = HostResolver(reading: files, on: loop)
                let request = resolver.find(name, kind, within: time) { result in
                    continuation.resume(
                        returning: result.mapError {
                            $0 as? LookupError ?? LookupError(name: "\($0)", problem: .notAName)
                        })
                    // On the loop, as all else.
                    requests.all = []
                }
                requests.all = [(resolver, request)]
            }
        }
    }
}

/// Requests that are kept; touched on their loop only.
package final class Requests: @unchecked Sendable {
    package var all: [(HostResolver, HostRequest)] = []

    package init() {}
}
