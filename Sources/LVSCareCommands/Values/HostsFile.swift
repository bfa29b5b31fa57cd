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

    /// Reads the file at `path`; a missing file says nothing.
    public static func read(_ path: String) throws(UsageError) -> HostsFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return HostsFile(path: path, text: "") }
            throw unreadable(path, errno)
        }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while octets.count < maximumLength {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, errno) }
            if count == 0 { break }
            octets += chunk[..<count]
        }
        return HostsFile(path: path, text: String(decoding: octets, as: UTF8.self))
    }

    /// A bound for a file that somebody else writes; a real one has a few lines.
    private static let maximumLength = 4 << 20

    private static func unreadable(_ path: String, _ code: Int32) -> UsageError {
        UsageError("cannot read the hosts file \(path.quoted): \(String(cString: strerror(code)))")
    }

    /// The addresses that the file gives `name`, each with its line, in order. Names are compared without case.
    func addresses(of name: String) -> [RawValue] {
        var found: [RawValue] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let fields = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let address = fields.first, fields.dropFirst().contains(where: { $0.lowercased() == name })
            else { continue }
            found.append(RawValue(text: String(address), origin: .line(index + 1, file: path, name: name)))
        }
        return found
    }
}
