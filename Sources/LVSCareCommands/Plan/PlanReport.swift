import LVSCare
import LVSCareModel
import LVSCareSettings

/// What `lvscare plan` tells.
struct PlanReport {
    /// One change as it is told.
    struct Line: Hashable {
        /// What becomes of a thing.
        enum Sign: String, Hashable {
            case added = "+"
            case changed = "~"
            case removed = "-"
        }

        var sign: Sign
        /// What is changed: `real server 10.0.0.2:80, weight 1 → 0`.
        var object: String
        /// Why, and what happens to connections; may be empty.
        var reason: String
    }

    let plan: NodePlan

    init(_ plan: NodePlan) { self.plan = plan }

    /// The changes of a service, in their order.
    static func lines(of service: NodePlan.Service) -> [Line] {
        service.changes.flatMap { Line.lines(of: $0, service) } + service.pathChanges.map(Line.init)
    }

    /// All changes.
    var lines: [Line] { plan.services.flatMap(Self.lines) + plan.nodeChanges.map(Line.init) }

    /// What cannot be had, as one clause; `nil` where all can.
    var complaint: String? {
        let failures = plan.services.flatMap(\.failures)
        guard let first = failures.first else { return nil }
        return "\(first)" + (failures.count > 1 ? " (and \(failures.count - 1) more)" : "")
    }

    /// `2 to add, 1 to change, 0 to remove`.
    var summary: String {
        let lines = lines
        func count(_ sign: Line.Sign) -> Int { lines.count { $0.sign == sign } }
        return "\(count(.added)) to add, \(count(.changed)) to change, \(count(.removed)) to remove"
    }

    /// The changes by service, and a summary.
    var text: String {
        var text = ""
        for service in plan.services {
            let lines = Self.lines(of: service)
            guard !lines.isEmpty || !service.failures.isEmpty || !service.limitations.isEmpty else { continue }
            text += service.heading + "\n"
            let width = min(48, lines.map(\.object.count).max() ?? 0)
            for line in lines { text += line.text(width: width) + "\n" }
            for limitation in service.limitations {
                text += "  ! \(limitation.missing): \(limitation.consequence); \(limitation.remedy)\n".escapedLine
            }
            for failure in service.failures { text += "  ! \(failure.sentence)\n".escapedLine }
        }
        if !plan.nodeChanges.isEmpty {
            text += "node\n" + plan.nodeChanges.map { Line($0).text(width: 0) + "\n" }.joined()
        }
        let count = plan.services.count { !$0.isLeaving }
        let services = "\(count) virtual service\(count == 1 ? "" : "s")"
        return text + (plan.isEmpty ? "\(services): nothing to change\n" : "\(services): \(summary)\n")
    }

    /// The same with everything by its name.
    var json: JSON {
        let services = plan.services.map { service -> JSON in
            [
                "name": .string(service.specification.label), "service": .string("\(service.specification.service)"),
                "changes": .array(Self.lines(of: service).map(\.json)),
                "failures": .array(service.failures.map { .string($0.sentence) }),
                "limitations": .array(service.limitations.map { .string($0.missing) }),
            ]
        }
        return [
            "services": .array(services), "node": .array(plan.nodeChanges.map { Line($0).json }),
            "summary": .string(plan.isEmpty ? "nothing to change" : summary),
        ]
    }
}

extension NodePlan.Service {
    /// `web (10.0.0.1:80)`.
    fileprivate var heading: String {
        let service = specification.service
        let address = specification.name == nil ? service.name : "\(specification.label) (\(service.name))"
        return (address + (isLeaving ? ", not declared any more" : "")).escapedForOneLine
    }

    fileprivate func connections(of realServer: RealServer) -> String {
        guard let count = observed?.realServers[realServer]?.activeConnections, count > 0 else { return "" }
        return count == 1 ? "its connection goes on" : "its \(count) connections go on"
    }
}

extension PlanReport.Line {
    fileprivate init(_ change: PathChange) {
        sign =
            switch change.verb {
            case .added: .added
            case .removed: .removed
            case .replaced, .set: .changed
            }
        object = change.object
        reason = change.found.isEmpty ? "" : "found \(change.found)"
    }

    fileprivate init(_ change: NodeChange) {
        sign =
            switch change {
            case .startSynchronization: .added
            case .stopSynchronization: .removed
            default: .changed
            }
        object = "\(change)"
        reason = ""
    }

    /// One change of the table; the removal of a service is told in the words of what happens first.
    fileprivate static func lines(of planned: PlannedChange, _ service: NodePlan.Service) -> [Self] {
        var reasons = [planned.cause.words]
        let sign: Sign
        let object: String
        switch planned.change {
        case .createService(let configuration):
            (sign, object) = (.added, "virtual service, scheduler \(configuration)")
        case .updateService(let configuration):
            let found = service.observed.map { "\($0.configuration)" } ?? ""
            (sign, object) = (.changed, "virtual service, scheduler \(found) → \(configuration)")
        case .removeService:
            (sign, object) = (.removed, "virtual service")
        case .add(let realServer, let configuration):
            (sign, object) = (.added, "real server \(realServer), weight \(configuration)")
        case .update(let realServer, let configuration):
            let found = service.observed?.realServers[realServer]?.configuration
            if configuration.weight == .quiescent, case .undeclared = planned.cause {
                (sign, object) = (.removed, "real server \(realServer)")
                reasons += ["weight 0 now, removed when it is drained", service.connections(of: realServer)]
            } else {
                (sign, object) = (
                    .changed, "real server \(realServer), weight \(found.map { "\($0)" } ?? "") → \(configuration)"
                )
                if configuration.weight == .quiescent { reasons.append(service.connections(of: realServer)) }
            }
        case .remove(let realServer):
            (sign, object) = (.removed, "real server \(realServer)")
            if let count = service.observed?.realServers[realServer]?.activeConnections, count > 0 {
                reasons.append("\(count) connection\(count == 1 ? " is" : "s are") reset at the next packet")
            }
        }
        return [Self(sign: sign, object: object, reason: reasons.filter { !$0.isEmpty }.joined(separator: "; "))]
    }

    fileprivate func text(width: Int) -> String {
        let padding = reason.isEmpty ? "" : String(repeating: " ", count: max(0, width - object.count) + 2)
        return "  \(sign.rawValue) \(object)\(padding)\(reason)".escapedLine
    }

    fileprivate var json: JSON {
        ["sign": .string(sign.rawValue), "object": .string(object), "reason": .string(reason)]
    }
}

extension ChangeCause {
    /// Why, with the reason of a failed probe.
    fileprivate var words: String {
        if case .probeFailed(let failure?) = self {
            return "\(self): \(failure.check.map { "\($0): " } ?? "")\(failure.reason)"
        }
        return "\(self)"
    }
}

extension String {
    /// The line without what a terminal would take for more than text; its end stays.
    fileprivate var escapedLine: String {
        hasSuffix("\n") ? String(dropLast()).escapedForOneLine + "\n" : escapedForOneLine
    }
}
