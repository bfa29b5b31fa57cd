import Addressing
import Foundation
import LVSCareSystem

/// A server on loopback that gives each request the same answer.
final class AnsweringServer: Sendable {
    /// `IP:port`.
    let place: String
    private let listener: Int32

    /// A server at 127.0.0.1; with `isListening` off, a port at which connections are refused.
    init(_ status: String = "200 OK", isListening: Bool = true) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        _ = SocketAddress(.loopback(.ipv4), port: 0).bind(listener)
        guard !isListening || listen(listener, 16) == 0, let endpoint = SocketAddress(of: listener)?.endpoint else {
            throw POSIXError(.EADDRNOTAVAIL)
        }
        place = "\(endpoint)"
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
