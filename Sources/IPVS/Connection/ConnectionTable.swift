public import Addressing
public import SystemPackage

/// The kernel's table of balanced connections, as far as some connections are looked for.
///
/// The kernel can only list it: each question costs as much as there are connections in front of those that are looked
/// for, so it ends after ``mostOctets``.
public enum ConnectionTable {
    /// Most octets that are read for one question: some 3,000 connections with IPv4, 1,600 with IPv6.
    public static let mostOctets = 256 * 1024

    /// The file of this thread's network namespace.
    public static let path: FilePath = "/proc/thread-self/net/ip_vs_conn"

    /// The real server that the TCP connection of `client` to `service` got; `nil` where there is no such connection, where
    /// too many others are in front of it, and where the table cannot be read.
    public static func destination(
        of client: Endpoint, at service: Endpoint, in file: FilePath = path
    ) -> Endpoint? {
        destinations(of: [client], at: service, in: file)[client]
    }

    /// The real servers that the TCP connections of `clients` to `service` got, for the price of one question. Those of whom
    /// there is no connection, or too many others in front of it, are missing; all are where the table cannot be read.
    public static func destinations(
        of clients: Set<Endpoint>, at service: Endpoint, in file: FilePath = path
    ) -> [Endpoint: Endpoint] {
        guard !clients.isEmpty, let descriptor = try? FileDescriptor.open(file, .readOnly, options: .closeOnExec) else {
            return [:]
        }
        defer { try? descriptor.close() }
        var search = ConnectionSearch(clients: clients, service: service)
        // The kernel gives a page at a time.
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            var total = 0
            while total < mostOctets, !search.isOver, let count = try? descriptor.read(into: buffer), count > 0 {
                total += count
                search.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        return search.found
    }
}

/// Looks for some connections to one service in the table, which comes in pieces.
///
/// Only the lines that are looked for are taken apart; all others are compared at their beginning.
struct ConnectionSearch {
    /// What the lines begin with, of which all have the same length, and whose they are.
    private var sought: [[UInt8]: Endpoint]
    private let length: Int
    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []
    /// The real servers that were found so far.
    private(set) var found: [Endpoint: Endpoint] = [:]

    init(clients: Set<Endpoint>, service: Endpoint) {
        // The kernel writes all addresses of a family in the same length, and never mixes two in one line.
        sought = [:]
        for client in clients where client.address.family == service.address.family {
            sought[ConnectionEntry.prefix(client: client, service: service)] = client
        }
        length = sought.keys.first?.count ?? 0
    }

    /// Whether there is nothing left to look for.
    var isOver: Bool { sought.isEmpty }

    /// Takes in a piece.
    mutating func take(_ piece: UnsafeRawBufferPointer) {
        var start = piece.startIndex
        while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = UnsafeRawBufferPointer(rebasing: piece[start..<end])
            if rest.isEmpty {
                look(at: line)
            } else {
                rest += line
                let whole = rest
                rest = []
                whole.withUnsafeBytes { look(at: $0) }
            }
            start = end + 1
        }
        rest += piece[start...]
    }

    private mutating func look(at line: UnsafeRawBufferPointer) {
        let beginning = Array(line.prefix(length))
        guard let client = sought[beginning], let entry = ConnectionEntry(line) else { return }
        sought[beginning] = nil
        found[client] = entry.destination
    }
}
