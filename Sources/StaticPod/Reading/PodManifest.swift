import YAML

/// A manifest that somebody wrote, perhaps by hand: the bytes of a file, in which the pod's image can be changed.
public struct PodManifest: Hashable, Sendable {
    /// The file.
    public let octets: [UInt8]
    /// The image of the container that runs the daemon.
    public let image: String
    private let place: Range<Int>
    private let style: YAMLStyle
    private let isInFlow: Bool

    /// The largest file that is read. A pod has a few kilobytes.
    public static let sizeLimit = 1 << 20

    /// Reads a manifest; a container of this name is taken for the daemon's where no command tells which it is.
    public init(parsing octets: [UInt8], name: String? = nil) throws(ManifestProblem) {
        do throws(ManifestProblem) {
            try self.init(reading: octets, name: name)
        } catch {
            guard error.kind == .damaged, !ManifestRemnant.isPossible(octets) else { throw error }
            throw ManifestProblem(.foreign, line: error.line, error.description)
        }
    }

    private init(reading octets: [UInt8], name: String?) throws(ManifestProblem) {
        guard octets.count <= Self.sizeLimit else {
            throw ManifestProblem(.foreign, "it is larger than 1 MiB, which no manifest of a pod is")
        }
        guard !YAMLText.isUTF16(octets) else {
            throw ManifestProblem(.foreign, line: 1, "it is not in UTF-8")
        }
        let pod = try YAMLTree.manifest(octets)
        let container = try Self.container(in: pod, name: name)
        guard let image = try container.member("image") else {
            throw ManifestProblem(.damaged, line: container.place.line, "the container has no image")
        }
        guard case .scalar(let text, let style) = image.content, image.anchor == nil, image.tag == nil else {
            throw ManifestProblem(
                .unusual, line: image.place.line, "the image is an alias, has an anchor or a tag, or is no text at all")
        }
        guard style != .literal, !image.range.isEmpty else {
            throw ManifestProblem(.unusual, line: image.place.line, "the image is a block of text, or nothing at all")
        }
        self.octets = octets
        self.image = text
        self.style = style
        place = image.range
        isInFlow = try Self.isFlow(at: container.range.lowerBound, in: octets)
    }

    /// The same file with another image and every other byte as it is; `nil` when it has that image already.
    ///
    /// `name` as for reading.
    public func settingImage(_ image: String, name: String? = nil) throws(ManifestProblem) -> [UInt8]? {
        if image == self.image { return nil }
        let range = try Self.offset(place.lowerBound, in: octets)..<Self.offset(place.upperBound, in: octets)
        var changed = octets
        changed.replaceSubrange(range, with: Array(written(image).utf8))
        // Read again, because a mistake here would take the daemon from the node.
        let problem = ManifestProblem(.unusual, "the image cannot be changed without changing something else")
        guard let after = try? PodManifest(parsing: changed, name: name), after.image == image,
            try YAMLTree.manifest(octets).isSame(as: YAMLTree.manifest(changed), exceptAt: place)
        else { throw problem }
        return changed
    }

    /// In the quotes that are there, if there are any, and in others where these cannot hold it.
    private func written(_ image: String) -> String {
        let scalar = YAMLScalar(image)
        return switch style {
        case .singleQuoted: scalar.inSingleQuotes ?? scalar.inDoubleQuotes
        case .plain where scalar.style == .plain && (scalar.isPlainInFlow || !isInFlow): image
        case .plain where scalar.style == .singleQuoted: scalar.inSingleQuotes ?? scalar.inDoubleQuotes
        case .plain, .doubleQuoted, .literal: scalar.inDoubleQuotes
        }
    }

    private static func isFlow(at index: Int, in octets: [UInt8]) throws(ManifestProblem) -> Bool {
        let offset = try offset(index, in: octets)
        return octets[offset...].first == UInt8(ascii: "{")
    }

    /// Where the character of this number begins.
    private static func offset(_ index: Int, in octets: [UInt8]) throws(ManifestProblem) -> Int {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        var offset = octets.starts(with: mark) ? mark.count : 0
        for _ in 0..<index {
            offset += 1
            while offset < octets.count, octets[offset] & 0xc0 == 0x80 { offset += 1 }
        }
        guard offset <= octets.count else { throw ManifestProblem(.damaged, "it ends too early") }
        return offset
    }
}

extension PodManifest {
    /// The container that runs the daemon: by its command, or without one by its arguments, or else by its name.
    private static func container(in pod: YAMLTree, name: String?) throws(ManifestProblem) -> YAMLTree {
        guard case .mapping = pod.content else {
            throw ManifestProblem(.damaged, line: pod.place.line, "there is no \"kind: Pod\"")
        }
        guard let kind = try pod.member("kind") else {
            throw ManifestProblem(.damaged, line: pod.place.line, "there is no \"kind: Pod\"")
        }
        guard kind.text == "Pod" else {
            let isCutShort = kind.text.map("Pod".hasPrefix) ?? false
            throw ManifestProblem(
                isCutShort ? .damaged : .foreign, line: kind.place.line,
                "the kind is \"\(kind.text ?? "")\", not \"Pod\"")
        }
        let containers = try pod.member("spec")?.member("containers")
        guard let items = containers?.items, !items.isEmpty else {
            throw ManifestProblem(
                .damaged, line: containers?.place.line ?? kind.place.line, "the pod has no containers")
        }
        var found: [YAMLTree] = []
        for item in items where try runsTheDaemon(item) { found.append(item) }
        if found.isEmpty, let name {
            for item in items where try item.member("name")?.text == name { found.append(item) }
        }
        guard let container = found.first else {
            var isWhole = false
            for item in items where try item.member("image") != nil { isWhole = true }
            throw ManifestProblem(
                isWhole ? .foreign : .damaged, line: containers?.place.line,
                "no container runs lvscare" + (name.map { ", and none has the name \"\($0)\"" } ?? ""))
        }
        guard found.count == 1 else {
            throw ManifestProblem(.foreign, line: found[1].place.line, "a second container runs lvscare")
        }
        return container
    }

    private static func runsTheDaemon(_ container: YAMLTree) throws(ManifestProblem) -> Bool {
        if let command = try container.member("command") {
            return command.texts?.first?.split(separator: "/").last == "lvscare"
        }
        return try container.member("args")?.texts?.first == "care"
    }
}
