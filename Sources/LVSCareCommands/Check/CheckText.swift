import LVSCare
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

/// What `lvscare check` found, as a table for people.
struct CheckText {
    var report: CheckReport
    /// Seconds since 1970 (UTC), from which the days of a certificate are counted.
    var now: Int64

    /// Stands where there is nothing to tell.
    private static let nothing = "–"

    /// The table and what it means, for a terminal of so many columns; `nil` for a reader without limit.
    ///
    /// There is one line for each real server. Where that is too wide, the reasons of the failures move to lines of
    /// their own.
    func fitting(_ width: Int?) -> String {
        var lines = table(withReasons: true).lines
        if let width, lines.contains(where: { $0.count > width }) {
            lines = table(withReasons: false).lines
            for (index, entry) in report.entries.enumerated().reversed() where !entry.isHealthy {
                lines.insert("  " + entry.reason, at: index + 2)
            }
        }
        let notes = explanations(fitting: width) + legend
        return (lines + (notes.isEmpty ? [] : [""] + notes)).map { $0 + "\n" }.joined()
    }

    private func table(withReasons: Bool) -> TextTable {
        var columns: [(column: TextTable.Column, cell: (CheckReport.Entry) -> String)] = [
            (.init(title: "REAL SERVER"), { "\($0.realServer)" }),
            (.init(title: "VERDICT"), { $0.verdict.rawValue }),
        ]
        if withReasons { columns.append((.init(title: "REASON"), \.reason)) }
        columns.append((.init(title: "CONNECT", isNumber: true), { Self.milliseconds($0.times.connect) }))
        if hasTLS { columns.append((.init(title: "TLS", isNumber: true), { Self.milliseconds($0.times.tls) })) }
        if report.probe.traits.hasResponse {
            columns.append((.init(title: "ANSWER", isNumber: true), { Self.milliseconds($0.times.firstByte) }))
        }
        if hasTLS { columns.append((.init(title: "CERTIFICATE"), { date($0.certificateExpiry) })) }
        columns.append((.init(title: "WEIGHT"), { Self.weight(of: $0) }))
        if report.triesVIP { columns.append((.init(title: "THROUGH VIP"), { Self.text($0.answer) })) }
        return TextTable(
            columns: columns.map(\.column), rows: report.entries.map { entry in columns.map { $0.cell(entry) } })
    }

    /// Whether TLS was asked for, or a redirect led to it.
    private var hasTLS: Bool {
        report.probe.traits.beginsWithTLS
            || report.entries.contains { $0.times.tls != nil || $0.certificateExpiry != nil }
    }

    /// `12.3 ms`
    private static func milliseconds(_ time: Duration?) -> String {
        guard let time else { return nothing }
        let tenths = (time / .milliseconds(1) * 10).rounded()
        return "\(tenths / 10) ms"
    }

    /// `2027-01-31 (69 d)`, in hours on the last day.
    private func date(_ expiry: Int64?) -> String {
        guard let expiry else { return Self.nothing }
        let day = Timestamp(seconds: Int(expiry), milliseconds: 0).description.prefix(10)
        let hours = (expiry - now) / 3600
        let left = expiry <= now ? "expired" : hours < 24 ? "\(hours) h" : "\(hours / 24) d"
        return "\(day) (\(left))"
    }

    /// `1 → 0`, or only the weight that is wanted where it is there already or nobody knows.
    private static func weight(of entry: CheckReport.Entry) -> String {
        let next = entry.next.map { "\($0)" } ?? nothing
        let present: String
        switch entry.present {
        case .unknown: return next
        case .absent: present = nothing
        case .weight(let weight): present = "\(weight)"
        }
        return present == next ? next : "\(present) → \(next)"
    }

    /// `yes 1.2 ms`, `no`, or nothing for one that no client got to.
    private static func text(_ answer: VIPProbe.Answer?) -> String {
        switch answer {
        case .answered(let time): "yes \(milliseconds(time))"
        case .unanswered: "no"
        case nil: nothing
        }
    }

    /// What is known about each distinct failure beyond its reason, and below it what to try.
    private func explanations(fitting width: Int?) -> [String] {
        var failures: [(remedy: String, lines: [String])] = []
        for failure in report.entries.compactMap(\.outcome.failure) {
            let remedy = failure.remedy(for: report.probe)
            guard failure.explanation != nil || !remedy.isEmpty else { continue }
            let line = failure.explanation ?? "\(failure.reason)"
            if let index = failures.firstIndex(where: { $0.remedy == remedy }) {
                if !failures[index].lines.contains(line) { failures[index].lines.append(line) }
            } else {
                failures.append((remedy, [line]))
            }
        }
        return failures.flatMap { failure in
            failure.lines + (failure.remedy.isEmpty ? [] : Self.fold("→ " + failure.remedy, width))
        }
    }

    /// `text` in lines of at most `width` columns, if words are not longer, indented below what they belong to.
    private static func fold(_ text: String, _ width: Int?) -> [String] {
        var lines = [" "]
        for word in text.split(separator: " ") {
            let line = (lines.last ?? "") + " " + word
            if let width, line.count > width { lines.append("    " + word) } else { lines[lines.count - 1] = line }
        }
        return lines
    }

    /// What the weights mean, as far as they need it.
    private var legend: [String] {
        var lines: [String] = []
        if let service = report.service, report.entries.contains(where: { $0.present != .unknown }) {
            lines.append(
                "Weights: of \(service.name) in the kernel now → after this check; \(Self.nothing) is not in the table."
            )
        }
        if report.triesVIP {
            lines.append(
                "Through VIP: what a client on this node finds; \(Self.nothing) is out of service, or was not chosen.")
        }
        if report.keepsSome {
            lines.append(
                "All fail: \(Setting.allDown.spelling) keep keeps those that get connections; where none does, all get "
                    + "them.")
        }
        if report.entries.contains(where: { $0.next == .quiescent && !report.keepsSome }) {
            lines.append("Weight 0: no new connections; removed when the next check fails, too.")
        }
        return lines
    }
}

extension CheckReport.Entry {
    /// What the verdict rests on.
    fileprivate var reason: String {
        switch outcome {
        case .healthy(let measurement): measurement.status.map { "status \($0)" } ?? "connected"
        case .unhealthy(let failure): "\(failure.reason)"
        case .inconclusive: "could not ask"
        }
    }
}
