import CLinux
import Glibc
import KernelTestKit
import LVSCareSystem
import SystemPackage
import Testing

@testable import SocketDiagnostics

/// Sockets of this machine's kernel, in a network namespace of the test's own; `ss` says what there is.
@Suite(.enabled(if: NetworkNamespace.canBeMade, "needs root")) struct KernelSocketTests {
    private let namespace: NetworkNamespace
    private let client: SocketDiagnosticsClient
    private let server = endpoint("127.0.0.1:8081")
    private let server6 = endpoint("[::1]:8082")

    init() throws {
        namespace = try NetworkNamespace()
        try namespace.ip("link set lo up")
        // Nobody has the link address of 10.9.0.2, so that connections to it are never answered.
        try namespace.ip("link add v0 type veth peer name v1")
        try namespace.ip("address add 10.9.0.1/24 dev v0")
        for link in ["v0", "v1"] { try namespace.ip("link set \(link) up") }
        try namespace.ip("neighbour add 10.9.0.2 lladdr 02:00:00:00:00:99 dev v0 nud permanent")
        client = try namespace.enter { try SocketDiagnosticsClient() }
    }

    /// What `ss` says of sockets to `remote`, in the order of its columns: state, both ends, inode, cookie.
    private func shown(to remote: Endpoint) throws -> Set<String> {
        let command = "ip netns exec \(namespace.name) ss -tneH state established state syn-sent dst '\(remote)'"
        return Set(
            try Shell.lines(command).map { line in
                let words = line.split(separator: " ").map(String.init)
                func value(_ name: String) -> String {
                    words.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) } ?? "0"
                }
                let ends = words[3...4].map {
                    $0.replacing("[::ffff:", with: "").replacing("127.0.0.1]", with: "127.0.0.1")
                }
                return "\(words[0]) \(ends[0]) \(ends[1]) \(value("ino:")) \(value("sk:"))"
            })
    }

    private func found(to remote: Endpoint) throws -> Set<String> {
        Set(
            try client.tcpSockets(in: [.established, .synSent], to: remote).map {
                "\($0) \($0.inode) \(String($0.cookie, radix: 16))"
            })
    }

    @Test func `lists what ss lists, and nothing else`() throws {
        let servers = [try EchoServer(server, in: namespace.name), try EchoServer(server6, in: namespace.name)]
        let mapped = endpoint("[::ffff:127.0.0.1]:8081")
        let clients = try [server, server, mapped, server6].map { remote in
            try namespace.enter { try HTTPClient(remote) }
        }
        let unanswered = try namespace.enter { try UnansweredConnection(to: endpoint("10.9.0.2:80")) }
        for (remote, count) in [(server, 3), (server6, 1), (endpoint("10.9.0.2:80"), 1), (endpoint("10.9.0.2:81"), 0)] {
            #expect(try found(to: remote) == shown(to: remote))
            #expect(try found(to: remote).count == count)
        }
        let any = try client.tcpSockets(in: [.established], to: endpoint("127.0.0.1:0"))
        // Both ends of three connections are here.
        #expect(any.count == 6)
        #expect(any.count { $0.family == .ipv6 } == 1)
        withExtendedLifetime((servers, clients, unanswered)) {}
    }

    @Test func `shows nothing of other namespaces`() throws {
        let echo = try EchoServer(server, in: namespace.name)
        let waiting = try namespace.enter { try HTTPClient(server) }
        let elsewhere = try NetworkNamespace()
        let stranger = try elsewhere.enter { try SocketDiagnosticsClient() }
        let sockets = try client.tcpSockets(to: server)
        #expect(sockets.count == 1)
        #expect(try stranger.tcpSockets().isEmpty)
        #expect(stranger.destroy(sockets).map { $0?.notFound } == [true])
        #expect(try waiting.get().hasPrefix("\(server)"))
        withExtendedLifetime(echo) {}
    }

    @Test(arguments: ["127.0.0.1:8081", "[::1]:8081", "[::ffff:127.0.0.1]:8081"])
    func `ends the connection of one socket and leaves the others`(remote: String) throws {
        let remote = endpoint(remote)
        let echo = try EchoServer(remote, in: namespace.name)
        let clients = try (0..<2).map { _ in try namespace.enter { try HTTPClient(remote) } }
        for client in clients { _ = try client.get() }
        let plain = remote.address.isIPv4Mapped ? server : remote
        let sockets = try client.tcpSockets(to: plain).sorted { $0.cookie < $1.cookie }
        try #require(sockets.count == 2)
        try client.destroy(sockets[0])
        #expect(throws: Errno.connectionAbort) { try clients[0].get() }
        #expect(try clients[1].get().contains(" to "))
        #expect(try #require(throws: SocketDiagnosticsError.self) { try client.destroy(sockets[0]) }.notFound)
        withExtendedLifetime(echo) {}
    }

    /// The kernel refuses a cookie that is not that of the socket at these ends.
    @Test func `another socket with the same ends stays`() throws {
        let echo = try EchoServer(server, in: namespace.name)
        let waiting = try namespace.enter { try HTTPClient(server) }
        var socket = try #require(try client.tcpSockets(to: server).first)
        socket.cookie += 1
        #expect(try #require(throws: SocketDiagnosticsError.self) { try client.destroy(socket) }.notFound)
        #expect(try waiting.get().hasPrefix("\(server)"))
        withExtendedLifetime(echo) {}
    }

    @Test func `ends an attempt to connect`() throws {
        let unanswered = try namespace.enter { try UnansweredConnection(to: endpoint("10.9.0.2:80")) }
        let sockets = try client.tcpSockets(in: [.synSent], to: endpoint("10.9.0.2:80"))
        #expect(sockets.map(\.state) == [.synSent])
        #expect(client.destroy(sockets) == [nil])
        #expect(unanswered.error == .connectionAbort)
    }
}

/// A socket that waits for the answer to its attempt to connect.
private final class UnansweredConnection {
    private let descriptor: Int32

    init(to remote: Endpoint) throws {
        descriptor = socket(
            Int32(remote.address.family.rawValue), Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        try #require(SocketAddress(remote).connect(descriptor) == EINPROGRESS)
    }

    deinit { close(descriptor) }

    /// What became of the attempt; `nil` while it goes on. `SO_ERROR`
    var error: Errno? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? nil : Errno(rawValue: code)
    }
}
