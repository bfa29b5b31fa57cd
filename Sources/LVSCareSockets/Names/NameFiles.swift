import DNS
import Glibc
import LVSCareModel

/// The files about host names: this node's own table, and which name servers to ask.
package struct NameFiles: Sendable {
    /// The table of host names, `hosts(5)`.
    package var hosts: String
    /// Which name servers to ask and how, `resolv.conf(5)`.
    package var configuration: String

    /// The files at these paths.
    package init(hosts: String = HostsTable.path, configuration: String = ResolverConfiguration.path) {
        self.hosts = hosts
        self.configuration = configuration
    }

    /// Where they are on every Linux.
    package static let ofThisNode = NameFiles()

    /// The content of the files.
    struct Content: Sendable {
        var hosts: HostsTable
        var configuration: ResolverConfiguration
    }

    /// A real table has a few lines, a list of blocked hosts a few megabytes.
    private static let mostOfHosts = 16 << 20

    private var files: (hosts: SmallFile, configuration: SmallFile) {
        (
            SmallFile(path: hosts, use: .hostNames, limit: Self.mostOfHosts),
            SmallFile(path: configuration, use: .hostNames)
        )
    }

    /// The content of the files, read again when they change. One that is missing or cannot be read counts as empty, as
    /// for the C library.
    func backed() -> FileBacked<Content> {
        let files = files
        return FileBacked([files.configuration, files.hosts]) {
            Content(
                hosts: HostsTable(Self.text(of: files.hosts)),
                configuration: ResolverConfiguration(Self.text(of: files.configuration), hostName: Self.hostName))
        }
    }

    private static func text(of file: SmallFile) -> String {
        let octets = try? file.read()
        return String(decoding: octets ?? [], as: UTF8.self)
    }

    /// `gethostname(2)`
    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
