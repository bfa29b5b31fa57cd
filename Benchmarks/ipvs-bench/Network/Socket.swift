import Addressing
import CLinux
import Glibc
import LVSCareSystem

private let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
private let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
private let stream = Int32(SOCK_STREAM.rawValue)

/// TCP over IPv4 and stream sockets of this machine, as plain descriptors that never block.
enum Socket {
    /// Listens at `endpoint`, in this network namespace.
    static func listening(at endpoint: Endpoint) throws(Failure) -> Int32 {
        let socket = Glibc.socket(AF_INET, stream | closeOnExec | nonBlocking, 0)
        guard socket >= 0 else { throw Failure(call: "socket") }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
        errno = SocketAddress(endpoint).bind(socket)
        guard errno == 0 else { throw Failure(call: "bind \(endpoint)") }
        guard listen(socket, 16_384) == 0 else { throw Failure(call: "listen \(endpoint)") }
        return socket
    }

    /// The next connection that waits; `nil` when there is none.
    static func accepted(by listener: Int32) -> Int32? {
        let socket = accept4(listener, nil, nil, closeOnExec | nonBlocking)
        return socket < 0 ? nil : socket
    }

    /// A connection to `endpoint` that is on its way; `nil` when it failed at once.
    static func connecting(to endpoint: Endpoint) -> Int32? {
        let socket = Glibc.socket(AF_INET, stream | closeOnExec | nonBlocking, 0)
        guard socket >= 0 else { return nil }
        if [0, EINPROGRESS].contains(SocketAddress(endpoint).connect(socket)) { return socket }
        close(socket)
        return nil
    }

    /// A connection to the socket in the file system at `path`; `nil` when nobody listens there.
    static func connected(toPath path: String) -> Int32? {
        let socket = Glibc.socket(AF_UNIX, stream | closeOnExec, 0)
        guard socket >= 0 else { return nil }
        if SocketAddress(local: path)?.connect(socket) == 0 { return socket }
        close(socket)
        return nil
    }

    /// What reading a socket brought.
    enum Arrival {
        case bytes([UInt8])
        case nothingYet
        /// The end of the stream, or an error.
        case end
    }

    /// What has arrived.
    static func read(_ socket: Int32) -> Arrival {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            result = recv(socket, buffer.baseAddress, buffer.count, 0)
            count = max(0, result)
        }
        if result > 0 { return .bytes(bytes) }
        return result < 0 && errno == EAGAIN ? .nothingYet : .end
    }

    /// Sends a few bytes; false when the connection broke.
    @discardableResult
    static func write(_ bytes: some Collection<UInt8>, to socket: Int32) -> Bool {
        let bytes = Array(bytes)
        return send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }
}
