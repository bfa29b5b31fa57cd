package import LVSCareModel
import LVSCareSettings
import YAML

/// Reads the configuration of a node from a file and those that it includes: a pure function of what is in them.
package struct ConfigurationReader: Sendable {
    private let files: any ConfigurationFiles
    private let checkFiles: (@Sendable (HealthCheck) throws(UnusableFile) -> Void)?

    /// A reader of `files`; `checkFiles` looks at the files that a check names, and without it nobody does.
    package init(
        _ files: any ConfigurationFiles = SystemConfigurationFiles(),
        checkFiles: (@Sendable (HealthCheck) throws(UnusableFile) -> Void)? = nil
    ) {
        self.files = files
        self.checkFiles = checkFiles
    }

    /// What the file at `path` asks for, or everything that is wrong with it.
    package func read(_ path: String) -> ConfigurationReading {
        let mistakes = Mistakes()
        let decoder = ConfigurationDecoder(mistakes, checkFiles: checkFiles)
        var sources = ConfigurationSources(files, mistakes)
        if let root = sources.document(path, includedAt: nil) { read(root, decoder, &sources) }
        return ConfigurationReading(decoder, sources)
    }

    /// Whether all files that `reading` has read, and no others, are there, and have the same in them.
    package func findsTheSame(as reading: ConfigurationReading) -> Bool {
        for file in reading.files {
            guard let octets = try? files.read(file.path), octets == file.octets else { return false }
        }
        let known = Set(reading.files.map(\.path))
        return !reading.files.isEmpty
            && reading.patterns.allSatisfy { known.isSuperset(of: files.paths(matching: $0)) }
    }

    private func read(_ root: Document, _ decoder: ConfigurationDecoder, _ sources: inout ConfigurationSources) {
        guard let mapping = decoder.file(root, isIncluded: false) else { return }
        decoder.defaults = mapping[FileKeys.defaults].flatMap { decoder.mapping($0, .defaults) }
        var files = [mapping]
        if let include = mapping[FileKeys.include] {
            let expected = FileKeys.include.form
            for item in decoder.items(include, expected: expected, orOne: true) {
                guard let value = item.value, !value.text.isEmpty, !value.text.utf8.contains(0) else {
                    decoder.refuseKind(of: item, expected: expected)
                    continue
                }
                for document in sources.included(value, by: root.file) {
                    if let mapping = decoder.file(document, isIncluded: true) { files.append(mapping) }
                }
            }
        }
        for checks in files.compactMap({ $0[FileKeys.checks] }) { decoder.declareChecks(checks) }
        decoder.readDefaults()
        let services = files.compactMap { $0[FileKeys.services] }
        for node in services { decoder.declareServices(node) }
        if services.isEmpty { decoder.refuseNoServices(mapping) }
        decoder.finish(mapping)
    }
}
