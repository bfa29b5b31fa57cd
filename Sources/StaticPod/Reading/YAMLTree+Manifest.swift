import YAML

extension YAMLTree {
    /// Reads a manifest, which is one document.
    static func manifest(_ octets: [UInt8]) throws(ManifestProblem) -> YAMLTree {
        do throws(YAMLProblem) { return try parse(octets) } catch { throw ManifestProblem(error) }
    }

    /// The member of a mapping; a name that stands there twice is refused.
    func member(_ name: String) throws(ManifestProblem) -> YAMLTree? {
        let found = members(named: name)
        if found.count > 1 {
            throw ManifestProblem(.foreign, line: found[1].key.place.line, "\"\(name)\" is there twice")
        }
        return found.first?.value
    }
}

extension ManifestProblem {
    /// What a text that is no such document means for a manifest: libyaml stops where it was cut.
    fileprivate init(_ problem: YAMLProblem) {
        let line = problem.place?.line
        switch problem.kind {
        case .syntax, .empty: self.init(.damaged, line: line, problem.description)
        case .excessive: self.init(.foreign, line: line, problem.description)
        case .secondDocument:
            self.init(.foreign, line: line, problem.description + ", and the kubelet reads one pod a file")
        }
    }
}
