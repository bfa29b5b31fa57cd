import LVSCare
import LVSCareModel
import LVSCareSettings

/// What a service manager should know of a virtual service, made up from what happens to it.
struct ServiceStatus {
    private var declared: [RealServer]
    private var weights: [RealServer: Weight] = [:]
    /// Whether its first pass has ended.
    private(set) var hasBegun = false
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

    /// Other real servers are declared from now on.
    mutating func adopt(_ declared: [RealServer]) { self.declared = declared }

    /// Takes in what happened, and returns whether it can make a difference.
    mutating func record(_ event: BalancerEvent.Kind) -> Bool {
        switch event {
        case .incomplete(let observed): begin(observed)
        case .ready(let observed):
            begin(observed)
            failure = nil
            isReady = true
        case .changed(let planned): record(planned.change)
        case .failed(let failure): self.failure = failure
        case .recovered: failure = nil
        case .reachability(let report): isUnanswered = report.isUnanswered
        default: return false
        }
        return true
    }

    private mutating func begin(_ observed: ObservedService) {
        weights = observed.realServers.mapValues(\.weight)
        hasBegun = true
    }

    private mutating func record(_ change: TableChange) {
        switch change {
        case .add(let realServer, let configuration), .update(let realServer, let configuration):
            weights[realServer] = configuration.weight
        case .remove(let realServer): weights[realServer] = nil
        case .createService, .removeService: weights = [:]
        case .updateService: break
        }
    }

    /// Number of declared real servers that get connections.
    var inService: Int { declared.count { weights[$0, default: .quiescent] != .quiescent } }

    /// Number of declared real servers.
    var declaredCount: Int { declared.count }

    /// What is wrong, none when nothing is.
    var troubles: [String] {
        (isUnanswered ? ["not answered through the VIP"] : []) + (failure.map { [$0.sentence] } ?? [])
    }
}
