public import Addressing
public import SystemPackage

/// The kernel's table of balanced connections, as far as one connection is looked for.
///
/// The kernel can only list it: each question costs as much as there are connections in front of the one that is looked
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
        guard let descriptor = try? FileDescriptor.open(file, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? descriptor.close() }
        var search = ConnectionSearch(client: client, service: service)
        // The kernel gives a page at a time.
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            var total = 0
            while total < mostOctets, let count = try? descriptor.read(into: buffer), count > 0 {
                total += count
                let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                if let entry = search.search(piece) { return entry.destination }
            }
            return nil
        }
    }
}

/// Looks for one connection in the table, which comes in pieces.
///
/// Only the line that is looked for is taken apart; all others are compared at their beginning.
struct ConnectionSearch {
    private let prefix: [UInt8]
    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []

    init(client: Endpoint, service: Endpoint) { prefix = ConnectionEntry.prefix(client: client, service: service) }

    /// Takes in a piece; returns the entry when its line has come.
    mutating func search(_ piece: UnsafeRawBufferPointer) -> ConnectionEntry? {
        var start = piece.startIndex
        while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = UnsafeRawBufferPointer(rebasing: piece[start..<end])
            if rest.isEmpty {
                if line.starts(with: prefix) { return ConnectionEntry(line) }
            } else {
                rest += line
                defer { rest = [] }
                if rest.starts(with: prefix) { return ConnectionEntry(rest) }
            }
            start = end + 1
        }
        rest += piece[start...]
        return nil
    }
}
