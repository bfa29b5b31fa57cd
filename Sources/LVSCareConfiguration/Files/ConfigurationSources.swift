import LVSCareSettings

/// The files that were read, each once.
struct ConfigurationSources {
    /// What was read, by path, in the order in which it was read.
    private(set) var read: [(path: String, octets: [UInt8])] = []
    /// The paths and patterns that were looked for, found or not.
    private(set) var watched: [String] = []
    /// The patterns among them, as glob(7) takes them.
    private(set) var patterns: [String] = []
    private let files: any ConfigurationFiles
    private let mistakes: Mistakes

    init(_ files: any ConfigurationFiles, _ mistakes: Mistakes) {
        self.files = files
        self.mistakes = mistakes
    }

    /// The document in the file at `path`, which stands at `inclusion` where it is included; `nil`, and a mistake more, where
    /// there is none.
    mutating func document(_ path: String, includedAt inclusion: RawValue?) -> Document? {
        watched.append(path)
        do throws(ConfigurationFileProblem) {
            let octets = try files.read(path)
            read.append((path, octets))
            return Document(octets, file: path, mistakes)
        } catch {
            let problem = "cannot read the file: \(error)"
            if let inclusion {
                mistakes.add(UsageError(inclusion, "\(path.quoted): \(problem)", expected: "a file that can be read"))
            } else {
                mistakes.add(UsageError(whole: path, problem, expected: ""))
            }
            return nil
        }
    }

    /// The documents that `value`, a path or a pattern in the file at `path`, includes, each once, in alphabetical order.
    mutating func included(_ value: RawValue, by path: String) -> [Document] {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let isPattern = value.text.contains { "*?[".contains($0) }
        // What is special in the name of the folder is meant literally.
        let prefix = value.text.hasPrefix("/") ? "" : folder
        let escaped = String(prefix.flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
        if isPattern {
            watched.append(prefix + value.text)
            patterns.append(escaped + value.text)
        }
        let paths = isPattern ? files.paths(matching: escaped + value.text) : [prefix + value.text]
        var documents: [Document] = []
        for included in paths.sorted(by: { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }) {
            guard included != read.first?.path else {
                mistakes.add(UsageError(value, "the file includes itself", expected: "other files"))
                continue
            }
            guard !read.contains(where: { $0.path == included }) else { continue }
            if let document = document(included, includedAt: value) { documents.append(document) }
        }
        return documents
    }
}
