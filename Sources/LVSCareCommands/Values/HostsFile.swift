import DNS
import LVSCareSettings
import LVSCareSystem
import SystemPackage

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
        do throws(FileReader.Problem) {
            let octets = try FileReader.read(path, bound: maximumLength).octets
            return HostsFile(path: path, text: String(decoding: octets, as: UTF8.self))
        } catch {
            let file = "the hosts file \(path.quoted)"
            switch error {
            case .system(.noSuchFileOrDirectory), .irregular(isNullDevice: true): return HostsFile(path: path, text: "")
            case .system(let errno): throw UsageError("cannot read \(file): \(ErrorText.of(errno.rawValue))")
            case .irregular: throw UsageError("\(file) is not a regular file")
            case .larger: throw UsageError("\(file) has more than 16 MiB, which no table of hosts has")
            }
        }
    }

    /// A bound for a file that somebody else writes. A real one has a few lines, a list of blocked hosts a few megabytes.
    private static let maximumLength = 16 << 20

    /// The addresses that the file gives `name`, each with its line, in order. Names are compared without case.
    func addresses(of name: String) -> [RawValue] {
        HostsTable(text).entries(of: name).map { entry in
            RawValue(text: entry.address, origin: .line(entry.line, file: path, name: name))
        }
    }
}
