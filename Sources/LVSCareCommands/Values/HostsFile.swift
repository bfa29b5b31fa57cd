import Addressing
import Glibc

/// The table of host names (`hosts(5)`), in which an installer notes this node's address.
public struct HostsFile: Sendable {
    /// Where it is.
    var path: String
    /// What it says; empty when there is none.
    var text: String

    /// A table of the given text, as messages about the file at `path`.
    public init(path: String = Self.defaultPath, text: String) {
        self.path = path
        self.text = text
    }

    /// Where the file is on every Linux.
    public static let defaultPath = "/etc/hosts"

    /// Reads the file at `path`; a missing file, as `/dev/null`, says nothing.
    public static func read(_ path: String) throws(UsageError) -> HostsFile {
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
        var found: [RawValue] = []
        for (number, entry) in entries(holding: name) {
            let fields = entry.split(whereSeparator: \.isWhitespace)
            guard let address = fields.first, fields.dropFirst().contains(where: { $0.lowercased() == name })
            else { continue }
            found.append(RawValue(text: String(address), origin: .line(number, file: path, name: name)))
        }
        return found
    }

    /// The lines that have `name` somewhere, without their comments, and their numbers from 1.
    ///
    /// The functions of the C library look for it: the file may be long, and a start is waiting.
    private func entries(holding name: String) -> [(number: Int, text: String)] {
        var found: [(number: Int, text: String)] = []
        var text = text
        text.withUTF8 { octets in
            var rest = UnsafeRawBufferPointer(octets)[...]
            var number = 0
            while !rest.isEmpty {
                number += 1
                let line = rest.prefix(before: UInt8(ascii: "\n"))
                let entry = line.prefix(before: UInt8(ascii: "#"))
                if entry.holds(name) { found.append((number, String(decoding: entry, as: UTF8.self))) }
                rest = rest[min(line.endIndex + 1, rest.endIndex)...]
            }
        }
        return found
    }
}

extension Slice<UnsafeRawBufferPointer> {
    private func firstIndex(of octet: UInt8, from start: Int) -> Int? {
        guard start < endIndex, let base = base.baseAddress else { return nil }
        return memchr(base + start, Int32(octet), endIndex - start).map { UnsafeRawPointer($0) - base }
    }

    /// All in front of the first such octet.
    fileprivate func prefix(before octet: UInt8) -> Self {
        self[..<(firstIndex(of: octet, from: startIndex) ?? endIndex)]
    }

    /// Whether `name`, which is of lower case, is somewhere in it, in whatever case.
    fileprivate func holds(_ name: String) -> Bool {
        guard let base = base.baseAddress, let first = name.utf8.first else { return false }
        for octet in [first, UInt8(truncatingIfNeeded: toupper(Int32(first)))] {
            var place = firstIndex(of: octet, from: startIndex)
            while let index = place {
                let candidate = (base + index).assumingMemoryBound(to: CChar.self)
                if endIndex - index >= name.utf8.count, strncasecmp(candidate, name, name.utf8.count) == 0 {
                    return true
                }
                place = firstIndex(of: octet, from: index + 1)
            }
        }
        return false
    }
}
