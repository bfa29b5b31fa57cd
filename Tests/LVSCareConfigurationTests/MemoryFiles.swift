import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// Files in memory; a pattern ends in `/*.yaml`.
struct MemoryFiles: ConfigurationFiles {
    var texts: [String: String]

    func read(_ path: String) throws(ConfigurationFileProblem) -> [UInt8] {
        guard let text = texts[path] else { throw ConfigurationFileProblem("No such file or directory") }
        return Array(text.utf8)
    }

    func paths(matching pattern: String) -> [String] {
        let ends = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        return texts.keys.filter { $0.hasPrefix(ends[0]) && $0.hasSuffix(ends[ends.count - 1]) }.shuffled()
    }
}

extension ConfigurationReader {
    /// What comes of a file that says this.
    static func read(_ text: String) -> ConfigurationReading {
        ConfigurationReader(MemoryFiles(texts: ["/etc/x.yaml": text])).read("/etc/x.yaml")
    }

    /// What comes of a file with these services and whatever else.
    static func read(services: String, else more: String = "") -> ConfigurationReading {
        read("apiVersion: lvscare/v1\nkind: Configuration\n\(more)services:\n\(services)")
    }
}
