import Addressing
import LVSCare
import LVSCareModel

extension CheckReport {
    /// What was found as one JSON object.
    ///
    /// Stable: members may be added, none changes its meaning or goes away.
    ///
    ///     { "healthy": false, "virtualServer": "10.0.0.1:80",
    ///       "realServers": [ { "address": "192.168.0.2", "port": 8080, "healthy": false, "verdict": "unhealthy",
    ///                          "reason": "status 500", "phase": "response", "detail": "…", "remedy": "…", "status": 500,
    ///                          "microseconds": { "total": 1530, "connect": 210, "tls": null, "firstByte": 1290 },
    ///                          "certificateExpiry": null,
    ///                          "weight": { "known": true, "present": 1, "next": 0 },
    ///                          "throughVIP": { "answered": true, "reason": null, "microseconds": 1210 } } ] }
    ///
    /// The verdict is `healthy`, `unhealthy`, or `unknown` where this node could not ask; the reason is then `local`.
    /// A healthy real server has neither reason nor phase, detail or remedy. `certificateExpiry` is in the form of RFC 3339.
    /// `throughVIP` is `null` where no client got to the real server.
    /// A weight is `null` where the real server is not in the kernel's table; `known` says whether the table was read.
    var json: JSON {
        [
            "healthy": .boolean(entries.allSatisfy(\.isHealthy)),
            "virtualServer": service.map { .string($0.name) } ?? .null,
            "realServers": .array(entries.map { $0.json(of: probe) }),
        ]
    }
}

extension CheckReport.Entry {
    fileprivate func json(of probe: ProbeConfiguration) -> JSON {
        let endpoint = realServer.endpoint
        let address: JSON = [
            "address": .string("\(endpoint.address)"), "port": .unsigned(UInt64(endpoint.port)),
            "healthy": .boolean(isHealthy), "verdict": .string(verdict.rawValue),
        ]
        return address.adding(findings(of: probe))
            .adding([
                "microseconds": [
                    "total": .microseconds(total), "connect": .microseconds(times.connect),
                    "tls": .microseconds(times.tls), "firstByte": .microseconds(times.firstByte),
                ],
                "certificateExpiry": certificateExpiry.map {
                    .string("\(Timestamp(seconds: Int($0), milliseconds: 0))")
                }
                    ?? .null,
                "weight": weight, "throughVIP": answer?.json ?? .null,
            ])
    }

    private func findings(of probe: ProbeConfiguration) -> JSON {
        switch outcome {
        case .healthy(let measurement):
            return [
                "reason": .null, "phase": .null, "detail": .null, "remedy": .null,
                "status": measurement.status.map(JSON.integer) ?? .null,
            ]
        case .unhealthy(let failure), .inconclusive(let failure):
            let remedy = failure.remedy(for: probe)
            let status: JSON = if case .status(let status) = failure.reason { .integer(status) } else { .null }
            return [
                "reason": .string("\(failure.reason)"), "phase": .string(failure.phase.rawValue),
                "detail": .string(failure.detail),
                "remedy": remedy.isEmpty ? .null : .string(remedy), "status": status,
            ]
        }
    }

    private var weight: JSON {
        let next: JSON = Self.json(next)
        return switch present {
        case .unknown: ["known": false, "present": .null, "next": next]
        case .absent: ["known": true, "present": .null, "next": next]
        case .weight(let present): ["known": true, "present": Self.json(present), "next": next]
        }
    }

    private static func json(_ weight: Weight?) -> JSON { weight.map { .unsigned(UInt64($0.rawValue)) } ?? .null }

    private var total: Duration {
        switch outcome {
        case .healthy(let measurement): measurement.total
        case .unhealthy(let failure), .inconclusive(let failure): failure.elapsed
        }
    }
}

extension VIPProbe.Answer {
    fileprivate var json: JSON {
        switch self {
        case .answered(let time): ["answered": .boolean(true), "reason": .null, "microseconds": .microseconds(time)]
        case .unanswered(let failure):
            ["answered": .boolean(false), "reason": .string("\(failure.reason)"), "microseconds": .null]
        }
    }
}

extension JSON {
    /// A time in whole microseconds.
    fileprivate static func microseconds(_ time: Duration?) -> JSON {
        time.map { .integer(Int(($0 / .microseconds(1)).rounded())) } ?? .null
    }
}
