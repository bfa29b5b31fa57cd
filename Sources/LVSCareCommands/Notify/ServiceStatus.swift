import LVSCare
import LVSCareModel
import LVSCareSettings

/// What a service manager should know of a virtual service, made up from what happens to it.
struct ServiceStatus {
    private let declared: [RealServer]
    private var weights: [RealServer: Weight] = [:]
    private var hasBegun = false
    /// What the kernel refused last, as long as the kernel does not match the specification.
    private var failure: KernelFailure?
    /// Whether healthy real servers do not answer through the VIP.
    private var isUnanswered = false

    /// Whether clients can be sent to the virtual service: it is in the table, and the path to it was once complete.
    ///
    /// It stays so: what goes wrong later is repaired, and no reason to take others down who need the service.
    private(set) var isReady = false

    /// The status before anything has happened to the real servers `declared`.
    init(declared: [RealServer]) { self.declared = declared }

    /// Takes in what happened.
    mutating func take(_ event: CareEvent) {
        switch event {
        case .incomplete(let observed): begin(observed)
        case .ready(let observed):
            begin(observed)
            failure = nil
            isReady = true
        case .changed(let planned): take(planned.change)
        case .failed(let failure): self.failure = failure
        case .recovered: failure = nil
        case .reachability(let report): isUnanswered = report.isUnanswered
        default: return
        }
    }

    private mutating func begin(_ observed: ObservedService) {
        weights = observed.realServers.mapValues(\.weight)
        hasBegun = true
    }

    private mutating func take(_ change: TableChange) {
        switch change {
        case .add(let realServer, let configuration), .update(let realServer, let configuration):
            weights[realServer] = configuration.weight
        case .remove(let realServer): weights[realServer] = nil
        case .createService, .removeService: weights = [:]
        case .updateService: break
        }
    }

    /// `2 of 3 real servers in service`, and what is wrong, on one line.
    var line: String {
        let inService = declared.count { weights[$0, default: .quiescent] != .quiescent }
        var line = "\(inService) of \(declared.count) real server\(declared.count == 1 ? "" : "s") in service"
        if isUnanswered { line += "; not answered through the VIP" }
        if let failure { line += "; \(failure.sentence)" }
        return line.escapedForOneLine
    }

    /// The lines of the message that says all of this (`sd_notify(3)`); none before the first pass has ended.
    var message: [String] {
        guard hasBegun else { return [] }
        return (isReady ? ["READY=1"] : []) + ["STATUS=\(line)"]
    }
}
