import DNS
import Glibc
import LVSCareSettings

/// The table of host names (`hosts(5)`), in which an installer notes this node's address.
struct HostsFile: Sendable {
    /// Where it is.
    var path: String
    /// What it says; empty when there is none.
    var text: String

    /// A table of the given text, as messages about the file at `path`.
    init(path: String = Self.defaultPath, text: String) {
        self.path = path
        self.text = text
    }

    /// Where the file is on every Linux.
    static let defaultPath = HostsTable.path

    /// Reads the file at `path`; a missing file, as `/dev/null`, says nothing.
    static func read(_ path: String) throws(UsageError) -> HostsFile {
        // A FIFO must not make us wait for its writer, nor a terminal become ours.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT { return HostsFile(path: path, text: "") }
            // What open(2) says of sockets and of devices that nobody serves.
            if errno == ENXIO || errno == ENODEV { throw UsageError("the hosts file \(path.quoted) \(notRegular)") }
            throw unreadable(path, errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        if status.st_mode & S_IFMT == S_IFCHR, status.st_rdev == nullDevice { return HostsFile(path: path, text: "") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw UsageError("the hosts file \(path.quoted) \(notRegular)")
        }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            guard max(octets.count, Int(status.st_size)) <= maximumLength else {
                throw UsageError("the hosts file \(path.quoted) has more than 16 MiB, which no table of hosts has")
            }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { break }
            octets += chunk[..<count]
        }
        return HostsFile(path: path, text: String(decoding: octets, as: UTF8.self))
    }

    private static let notRegular = "is not a regular file"

    /// The number of `/dev/null`, `makedev(1, 3)`.
    private static let nullDevice: dev_t = 1 << 8 | 3

    /// A bound for a file that somebody else writes. A real one has a few lines, a list of blocked hosts a few megabytes.
    private static let maximumLength = 16 << 20

    private static func unreadable(_ path: String, _ code: Int32) -> UsageError {
        UsageError("cannot read the hosts file \(path.quoted): \(String(cString: strerror(code)))")
    }

    /// The addresses that the file gives `name`, each with its line, in order. Names are compared without case.
    func addresses(of name: String) -> [RawValue] {
        HostsTable(text).entries(of: name).map { entry in
            RawValue(text: entry.address, origin: .line(entry.line, file: path, name: name))
        }
    }
}
