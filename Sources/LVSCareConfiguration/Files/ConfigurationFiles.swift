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
        // Not glob(3), which looks up users (`~`) and so brings the C library's name services into a static program.
        let parts = pattern.split(separator: "/").map(String.init)
        return Self.paths(in: pattern.hasPrefix("/") ? "/" : "", matching: parts[...])
    }

    /// The paths below `folder`, which is empty or ends with a slash, whose parts match.
    private static func paths(in folder: String, matching parts: ArraySlice<String>) -> [String] {
        guard let part = parts.first else { return [] }
        let rest = parts.dropFirst()
        return names(in: folder, matching: part).flatMap { name -> [String] in
            let path = folder + name
            return rest.isEmpty ? (access(path, F_OK) == 0 ? [path] : []) : paths(in: path + "/", matching: rest)
        }
    }

    /// fnmatch(3): a leading dot is matched by a dot alone.
    private static func names(in folder: String, matching part: String) -> [String] {
        guard part.contains(where: { "*?[".contains($0) }) else {
            return [String(part.filter { $0 != "\\" })]
        }
        return FileNames.entries(of: folder.isEmpty ? "." : folder).filter { fnmatch(part, $0, FNM_PERIOD) == 0 }
    }
}
