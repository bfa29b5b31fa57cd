import Addressing
import Foundation
import LVSCareSystem
import ProbingTestKit
import Synchronization
import Testing

@testable import Probing

/// A server on loopback that sends without an end, as fast as it is read. Its threads end with their connections.
final class FloodServer: Sendable {
    /// What it sends.
    enum Flood: CaseIterable {
        /// What belongs to no protocol.
        case octets
        /// HTTP/1: heads with status 100; header fields; chunks of an answer whose head was fine.
        case informational, fields, chunks
        /// HTTP/2: pings, settings, pieces of a head.
        case pings, settings, continuations
        /// TLS: records with plaintext; empty records; tickets; new keys.
        case records, emptyRecords, tickets, keys
        /// The same behind an answer after which the connection is watched.
        case ticketsOnWatched, octetsOnWatched

        var isSecure: Bool {
            switch self {
            case .records, .emptyRecords, .tickets, .keys, .ticketsOnWatched: true
            default: false
            }
        }

        var isGRPC: Bool { [.pings, .settings, .continuations].contains(self) }
        var isWatched: Bool { [.ticketsOnWatched, .octetsOnWatched].contains(self) }
        /// Whether what comes first is an answer already.
        var isHealthy: Bool { self == .chunks || isWatched }
    }

    let endpoint: Endpoint
    private let listener: Int32
    private let context: TLSServerContext?
    let flood: Flood
    private let isStopped = Atomic<Bool>(false)

    init(_ flood: Flood) throws {
        self.flood = flood
        context = flood.isSecure ? try serverContext() : nil
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let listener = listener
        _ = SocketAddress(.loopback(.ipv4), port: 0).bind(listener)
        listen(listener, 64)
        endpoint = try #require(SocketAddress(of: listener)?.endpoint)
        Thread.detachNewThread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread.detachNewThread { [self] in
                    serve(connection)
                    close(connection)
                }
            }
        }
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32) {
        // Nobody waits for ever, neither for a question nor for room.
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        if let context {
            if let side = try? TLSServerSide(context) { serve(connection, side) }
            return
        }
        guard flood == .octets || flood.isGRPC || read(connection) != nil else { return }
        guard write(connection, Array(opening.utf8)) else { return }
        let piece = piece
        while !isStopped.load(ordering: .relaxed), write(connection, piece) {}
    }

    private func serve(_ connection: Int32, _ side: TLSServerSide) {
        while side.received.isEmpty, let octets = read(connection) {
            side.receive(octets)
            guard write(connection, side.takeOutgoing() ?? []) else { return }
        }
        if flood.isWatched { side.send(opening) }
        var isFine = true
        while isFine, !isStopped.load(ordering: .relaxed) {
            for _ in 0..<64 {
                switch flood {
                case .records: side.send(piece)
                case .emptyRecords: side.send([UInt8(ascii: "x")])
                case .keys: _ = side.updateKeys() && side.sendNothing()
                default: _ = side.sendTicket()
                }
            }
            isFine = write(connection, side.takeOutgoing() ?? [])
        }
    }

    private var opening: String {
        switch flood {
        case .fields: "HTTP/1.1 200 OK\r\n"
        case .chunks: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        case .ticketsOnWatched, .octetsOnWatched: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        default: ""
        }
    }

    private var piece: [UInt8] {
        let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
        let unit: [UInt8] =
            switch flood {
            case .informational: Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            case .fields: Array("a: b\r\n".utf8)
            case .chunks: Array("1\r\nx\r\n".utf8)
            case .settings: settings
            case .pings: settings + [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
            case .continuations:
                settings + [0, 0, 1, 1, 0, 0, 0, 0, 1, 0x88] + [0, 0, 1, 9, 0, 0, 0, 0, 1, 0x88]
            default: Array("x".utf8)
            }
        return Array(repeatElement(unit, count: 16384 / unit.count).joined())
    }

    private func read(_ connection: Int32) -> [UInt8]? {
        var memory = [UInt8](repeating: 0, count: 16384)
        let count = recv(connection, &memory, memory.count, 0)
        return count > 0 ? Array(memory[..<count]) : nil
    }

    private func write(_ connection: Int32, _ octets: [UInt8]) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
