import Glibc
import LVSCareSystem
import SystemPackage

/// Where the files of a configuration are.
package protocol ConfigurationFiles: Sendable {
    /// What is in a file. Throws why it cannot be read, as a clause.
    func read(_ path: String) throws(ConfigurationFileProblem) -> [UInt8]
    /// The paths that match a pattern of glob(7); a pattern without wildcards matches itself where there is such a file.
    func paths(matching pattern: String) -> [String]
}

/// Why a file of the configuration cannot be read, as a clause.
package struct ConfigurationFileProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The files of this machine.
package struct SystemConfigurationFiles: ConfigurationFiles {
    /// The largest file that is read, in octets; a service has some hundred.
    package static let bound = FileReader.usualBound

    package init() {}

    package func read(_ path: String) throws(ConfigurationFileProblem) -> [UInt8] {
        do throws(FileReader.Problem) { return try FileReader.read(path, bound: Self.bound).octets } catch {
            switch error {
            case .system(let errno): throw ConfigurationFileProblem(ErrorText.of(errno.rawValue))
            case .irregular: throw ConfigurationFileProblem("it is not a regular file")
            case .larger: throw ConfigurationFileProblem("it is larger than 1 MiB")
            }
        }
    }

    package func paths(matching pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in
            found.gl_pathv[index].map { String(cString: $0) }
        }
    }
}
