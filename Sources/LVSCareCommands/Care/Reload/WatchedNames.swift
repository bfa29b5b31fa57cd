/// The names in folders that decide on what a path leads to: the file's own, that of each symbolic link on the way, and that of
/// the first part that is missing.
///
/// A file changes in many ways: it is written in place, another is renamed to its name (editors), or a symbolic link on the way
/// to it leads elsewhere (the volumes of a Kubernetes ConfigMap, whose `..data` is replaced). Whoever watches these names in
/// these folders hears of all of them.
struct WatchedNames: Hashable, Sendable {
    /// The names by folder; no names stand for all of them.
    private(set) var folders: [String: Set<String>] = [:]

    /// Most symbolic links that are followed, as in the kernel (`ELOOP`).
    private static let mostLinks = 40

    /// What is at a place.
    enum Entry: Hashable, Sendable {
        case nothing, folder, file
        /// A symbolic link to this path.
        case link(String)
    }

    /// What decides on `path`, which is absolute. A part with a wildcard of glob(7) stands for all names of its folder.
    mutating func add(_ path: String, look: (String) -> Entry) {
        var rest = path.split(separator: "/").map(String.init)
        var place: [String] = []
        var links = 0
        rest.reverse()
        while let part = rest.popLast() {
            let folder = "/" + place.joined(separator: "/")
            if part == "." { continue }
            if part == ".." {
                _ = place.popLast()
                continue
            }
            if part.contains(where: { "*?[".contains($0) }) { return folders[folder] = [] }
            switch look((place.isEmpty ? "" : folder) + "/" + part) {
            case .link(let target):
                watch(part, in: folder)
                links += 1
                guard links <= Self.mostLinks else { return }
                if target.hasPrefix("/") { place = [] }
                rest += target.split(separator: "/").map(String.init).reversed()
            case .folder where !rest.isEmpty:
                place.append(part)
            case .nothing, .folder, .file:
                return watch(part, in: folder)
            }
        }
    }

    /// Whether something about `name` in `folder` is of interest; no name is the folder itself.
    func concerns(_ name: String, in folder: String) -> Bool {
        guard let names = folders[folder] else { return false }
        return names.isEmpty || name.isEmpty || names.contains(name)
    }

    private mutating func watch(_ name: String, in folder: String) {
        // All names are more than some.
        if folders[folder]?.isEmpty == true { return }
        folders[folder, default: []].insert(name)
    }
}
