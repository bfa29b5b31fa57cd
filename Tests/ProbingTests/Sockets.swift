import Addressing
import Foundation
import Glibc
import LVSCareSystem

/// The TCP sockets of this machine whose far end is `endpoint`, as the kernel lists them in `/proc/net/tcp{,6}`.
struct Sockets: Equatable {
    /// In `TIME_WAIT`, which this side pays for.
    var timeWait = 0
    /// With a descriptor of some process.
    var open = 0

    init(to endpoint: Endpoint) throws {
        // A table that changes while it is read can miss a line or have it twice, so two readings must agree.
        var previous: Sockets?
        var sockets = try Self.read(endpoint)
        repeat {
            previous = sockets
            sockets = try Self.read(endpoint)
        } while sockets != previous
        self = sockets
    }

    /// None at all.
    static let none = Sockets()

    private init() {}

    private static func read(_ endpoint: Endpoint) throws -> Sockets {
        let file = endpoint.address.family == .ipv4 ? "/proc/net/tcp" : "/proc/net/tcp6"
        let suffix = String(format: ":%04X", Int(endpoint.port))
        // Whole, until its end: such a file has no size, and Foundation stops after a page if asked for a String.
        let table = try FileHandle(forReadingFrom: URL(filePath: file)).readToEnd() ?? Data()
        var sockets = Sockets()
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst() {
            let columns = line.split(separator: " ")
            guard columns[2].hasSuffix(suffix) else { continue }
            if columns[3] == "06" { sockets.timeWait += 1 }
            if columns[9] != "0" { sockets.open += 1 }
        }
        return sockets
    }
}

/// The number of descriptors of this process.
func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}

/// A port of 127.0.0.1 that refuses connections or leaves them without an answer, for as long as this lives.
final class SilentPort {
    /// How connecting ends.
    enum Kind {
        /// Nothing receives: connection refused.
        case refusing
        /// A listener whose queue is full: the kernel ignores whoever else wants to connect.
        case ignoring
    }

    let endpoint: Endpoint
    private let descriptors: [CInt]

    init(_ kind: Kind) {
        let bound = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var descriptors = [bound]
        _ = SocketAddress(.loopback(.ipv4), port: 0).bind(bound)
        guard let address = SocketAddress(of: bound), let endpoint = address.endpoint else {
            preconditionFailure("no port on loopback")
        }
        if kind == .ignoring {
            listen(bound, 0)
            // A queue of length 0 has room for one; the others stay in the state SYN_SENT, as the probe will.
            for _ in 0..<4 {
                let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
                _ = address.connect(client)
                descriptors.append(client)
            }
        }
        self.descriptors = descriptors
        self.endpoint = endpoint
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
