/// A change by another program and the answer to it: one sentence for the operator.
///
/// Changes of one kind in one pass make one repair, however many real servers they touch.
public struct Repair: Hashable, Sendable, CustomStringConvertible {
    /// The finding: `another program deleted the virtual service`.
    public var found: String
    /// The answer: `restored with 3 real servers`.
    public var done: String

    /// A repair of its parts.
    public init(found: String, done: String) {
        self.found = found
        self.done = done
    }

    /// `FOUND; DONE`.
    public var description: String { "\(found); \(done)" }
}

extension PassReport {
    /// The repairs of this pass: of parts that had been right before.
    public var repairs: [Repair] { tableRepairs + pathChanges.filter(\.isRepair).map(Repair.init) }

    private var tableRepairs: [Repair] {
        let repaired = applied.compactMap { planned -> (change: TableChange, found: String)? in
            if case .repaired(let found) = planned.cause { (planned.change, found) } else { nil }
        }
        if repaired.contains(where: \.change.createsService) {
            let count = observed?.realServers.values.count { $0.weight != .quiescent } ?? 0
            return [
                Repair(
                    found: "another program deleted the virtual service",
                    done: "restored with \(count) real server\(count == 1 ? "" : "s")")
            ]
        }
        var deleted: [String] = []
        var altered: [String] = []
        var revived: [String] = []
        var repairs: [Repair] = []
        for (change, found) in repaired {
            switch change {
            case .updateService(let configuration):
                repairs.append(
                    Repair(
                        found: "another program gave the virtual service \(found)", done: "set to \(configuration)"))
            case .add(let realServer, _): deleted.append("\(realServer)")
            case .update(let realServer, let configuration) where configuration.weight == .quiescent:
                revived.append("\(realServer): \(found)")
            case .update(let realServer, _): altered.append("\(realServer): \(found)")
            case .createService, .removeService, .remove: break
            }
        }
        repairs += Repair.of(deleted, "another program deleted", done: "added again")
        repairs += Repair.of(altered, "another program altered", done: "set back")
        repairs += Repair.of(revived, "another program gave connections to", done: "quiesced")
        return repairs
    }
}

extension Repair {
    /// Most real servers that are named in one repair.
    private static let limit = 3

    /// The repair of real servers that fared alike, none when there are none.
    fileprivate static func of(_ realServers: [String], _ verb: String, done: String) -> [Repair] {
        guard !realServers.isEmpty else { return [] }
        let names = realServers.prefix(limit).joined(separator: ", ")
        let rest = realServers.count > limit ? " and \(realServers.count - limit) more" : ""
        let noun = realServers.count == 1 ? "a real server" : "\(realServers.count) real servers"
        return [Repair(found: "\(verb) \(noun) (\(names)\(rest))", done: done)]
    }

    /// The repair of a part of the path, for which nobody can be named: links vanish and addresses expire by themselves.
    fileprivate init(_ change: PathChange) {
        let found =
            switch change.verb {
            case .added where change.found.isEmpty: "\(change.object) was missing"
            case .removed: "\(change.object) was there"
            case .added, .replaced, .set: change.found
            }
        self.init(found: found, done: change.verb == .removed ? "removed" : "\(change.verb.rawValue) \(change.object)")
    }
}
