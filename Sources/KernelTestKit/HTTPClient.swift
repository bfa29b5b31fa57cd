public import Addressing
import CLinux
import Glibc
import LVSCareSystem
import SystemPackage

/// A client with one connection, which it keeps open between its requests.
public final class HTTPClient: Sendable {
    private let connection: Int32

    /// Connects to `endpoint`, from the port `sourcePort` unless the kernel is to choose. Throws the errno, `ETIMEDOUT` after
    /// `timeout`, which holds for each request, too.
    public init(_ endpoint: Endpoint, timeout: Duration = .seconds(2), from sourcePort: UInt16 = 0) throws {
        connection = endpoint.makeSocket()
        let (seconds, attoseconds) = timeout.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        if sourcePort > 0 {
            var on: Int32 = 1
            setsockopt(connection, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            // The address is still the route's to choose.
            let source = Endpoint(address: .unspecified(endpoint.address.family), port: sourcePort)
            let code = SocketAddress(source).bind(connection)
            guard code == 0 else { throw Errno(rawValue: code) }
        }
        let code = SocketAddress(endpoint).connect(connection)
        // `deinit` closes.
        guard code == 0 else { throw Errno(rawValue: code == EINPROGRESS ? ETIMEDOUT : code) }
    }

    deinit { close(connection) }

    /// The client's address, in figures; "?" when it has none.
    public var source: String { SocketAddress(of: connection)?.endpoint.map { "\($0.address)" } ?? "?" }

    /// Asks for `/` and returns the body of the answer. Throws the errno, `ECONNRESET` when the server closes.
    public func get() throws -> String {
        let request = Array("GET / HTTP/1.1\r\nHost: test\r\n\r\n".utf8)
        guard send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { throw lastError }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count >= 0 else { throw lastError }
        // The answers of `EchoServer` are short and sent in one piece: head, empty line, one line.
        let answer = buffer.prefix(count)
        guard let end = answer.indices.first(where: { answer[$0...].starts(with: [13, 10, 13, 10]) }) else {
            throw Errno.connectionReset
        }
        return String(decoding: answer[(end + 4)...].prefix { $0 != 10 }, as: UTF8.self)
    }

    private var lastError: Errno { errno == EAGAIN ? .timedOut : Errno(rawValue: errno) }

    /// The different answers to so many requests, each over a connection of its own.
    ///
    /// The daemon is a client of its VIP, too, so that two connections in a row need not get different real servers.
    public static func answers(of endpoint: Endpoint, requests: Int = 12) throws -> Set<String> {
        Set(try (0..<requests).map { _ in try get(endpoint) })
    }

    /// Clients of `count` different real servers behind `endpoint`; each has made a request.
    public static func ofDifferentServers(_ count: Int, behind endpoint: Endpoint) throws -> [HTTPClient] {
        var clients: [String: HTTPClient] = [:]
        for _ in 0..<(8 * count) where clients.count < count {
            let client = try HTTPClient(endpoint)
            clients[try client.get()] = client
        }
        guard clients.count == count else { throw Errno.timedOut }
        return clients.sorted { $0.key < $1.key }.map(\.value)
    }

    /// One request over a connection of its own.
    public static func get(_ endpoint: Endpoint) throws -> String { try HTTPClient(endpoint).get() }
}
