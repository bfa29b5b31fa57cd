import Addressing
import CLinux
import Foundation

/// A client with one connection, which it keeps open between its requests.
final class HTTPClient {
    private let connection: Int32

    /// Connects to `endpoint`. Throws the errno, `ETIMEDOUT` after two seconds.
    init(_ endpoint: Endpoint) throws {
        let family = Int32(endpoint.address.family.rawValue)
        connection = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard endpoint.withSocketAddress({ connect(connection, $0, $1) }) == 0 else {
            // It is closed by `deinit`, which runs because all that is stored has a value.
            throw POSIXError(errno == EINPROGRESS ? .ETIMEDOUT : POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

    deinit { close(connection) }

    /// Asks for `/` and returns the body of the answer. Throws the errno, `ETIMEDOUT` after two seconds.
    func get() throws -> String {
        let request = Array("GET / HTTP/1.1\r\nHost: test\r\n\r\n".utf8)
        guard send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { throw lastError }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count >= 0 else { throw lastError }
        let answer = String(decoding: buffer.prefix(count), as: UTF8.self)
        guard let end = answer.range(of: "\r\n\r\n") else { throw POSIXError(.ECONNRESET) }
        return answer[end.upperBound...].trimmingCharacters(in: .newlines)
    }

    private var lastError: POSIXError {
        POSIXError(errno == EAGAIN ? .ETIMEDOUT : POSIXErrorCode(rawValue: errno) ?? .EIO)
    }

    /// One request over a connection of its own.
    static func get(_ endpoint: Endpoint) throws -> String { try HTTPClient(endpoint).get() }
}
