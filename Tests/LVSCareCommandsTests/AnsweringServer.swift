import Foundation

/// A server on loopback that gives each request the same answer.
final class AnsweringServer: Sendable {
    /// `IP:port`.
    let place: String
    private let listener: Int32

    /// A server at 127.0.0.1; with `isListening` off, a port at which connections are refused.
    init(_ status: String = "200 OK", isListening: Bool = true) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound, !isListening || listen(listener, 16) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        place = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        guard isListening else { return }
        let answer = Array("HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        Thread.detachNewThread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                var request = [UInt8](repeating: 0, count: 4096)
                // A probe fits into one segment.
                if recv(connection, &request, request.count, 0) > 0 {
                    send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
                }
                close(connection)
            }
        }
    }

    deinit {
        // Ends the accept of the thread.
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
