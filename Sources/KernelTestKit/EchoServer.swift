public import Addressing
import CLinux
import Glibc
import LVSCareSystem
import Synchronization
import SystemPackage

/// A real server for clients to reach: HTTP/1.1 with keep-alive, whose answer names the server and the client's address.
///
/// It is killed when nobody holds it any more.
public final class EchoServer: Sendable {
    private let core: Core
    /// Where it listens.
    public let endpoint: Endpoint

    /// Starts to listen at `endpoint`, in the network namespace of this name or in this one.
    public init(_ endpoint: Endpoint, in namespace: String? = nil) throws {
        self.endpoint = endpoint
        core = try Core(endpoint, in: namespace)
    }

    deinit { core.kill() }

    /// Whether it accepts connections and reads requests but never answers.
    public var isSilent: Bool {
        get { core.state.withLock(\.isSilent) }
        set { core.state.withLock { $0.isSilent = newValue } }
    }

    /// The status of its answers.
    public var status: Int {
        get { core.state.withLock(\.status) }
        set { core.state.withLock { $0.status = newValue } }
    }

    /// Dies as a killed process does: nobody listens any more and all connections are closed.
    public func kill() { core.kill() }

    /// Stops to listen and keeps its connections, as a server does that shuts down gracefully.
    public func stopListening() { core.stopListening() }
}

/// The part of the server that its threads hold.
private final class Core: Sendable {
    struct State {
        var listener: Int32 = -1
        var connections: Set<Int32> = []
        var isSilent = false
        var status = 200
    }

    let state = Mutex(State())
    private let endpoint: Endpoint

    init(_ endpoint: Endpoint, in namespace: String? = nil) throws {
        self.endpoint = endpoint
        let number = try Self.listener(at: endpoint, in: namespace)
        state.withLock { $0.listener = number }
        startThread { [self] in accept(from: number) }
    }

    /// A namespace belongs to a thread, so the socket is made by one that ends afterwards.
    private static func listener(at endpoint: Endpoint, in namespace: String?) throws -> Int32 {
        let made = Mutex<Int32>(-EIO)
        runThread {
            if let namespace { enterNamespace(namespace) }
            made.withLock { $0 = listen(at: endpoint) }
        }
        let number = made.withLock(\.self)
        guard number >= 0 else { throw Errno(rawValue: -number) }
        return number
    }

    func kill() {
        stopListening()
        state.withLock { state in
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    func stopListening() {
        state.withLock { state in
            guard state.listener >= 0 else { return }
            // `shutdown` wakes the thread in `accept`, `close` alone does not.
            shutdown(state.listener, Int32(SHUT_RDWR))
            close(state.listener)
            state.listener = -1
        }
    }

    private static func listen(at endpoint: Endpoint) -> Int32 {
        let number = endpoint.makeSocket()
        var on: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var code = SocketAddress(endpoint).bind(number)
        if code == 0, Glibc.listen(number, 128) < 0 { code = errno }
        guard code == 0 else {
            close(number)
            return -code
        }
        return number
    }

    private func accept(from listener: Int32) {
        while true {
            let number = accept4(listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
            guard number >= 0 else { return }
            let isWelcome = state.withLock { state in
                guard state.listener == listener else { return false }
                state.connections.insert(number)
                return true
            }
            guard isWelcome else {
                close(number)
                return
            }
            startThread { [self] in serve(number) }
        }
    }

    private func serve(_ connection: Int32) {
        defer {
            state.withLock { _ = $0.connections.remove(connection) }
            close(connection)
        }
        let peer = SocketAddress(ofPeerOf: connection)?.endpoint.map { "\($0.address)" } ?? "?"
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            received += buffer.prefix(count)
            guard received.suffix(4) == [13, 10, 13, 10] else { continue }
            received = []
            let (isSilent, status) = state.withLock { ($0.isSilent, $0.status) }
            if isSilent { continue }
            let body = "\(endpoint) to \(peer)\n"
            let answer = Array("HTTP/1.1 \(status) Echo\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
            guard send(connection, answer, answer.count, Int32(MSG_NOSIGNAL)) == answer.count else { return }
        }
    }
}
