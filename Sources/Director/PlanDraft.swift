import LVSCareModel

/// A plan that is being drawn up, and the order in which its changes are made.
struct PlanDraft {
    private var service: [PlannedChange] = []
    private var provided: [PlannedChange] = []
    private var quiesced: [PlannedChange] = []
    private var removed: [PlannedChange] = []

    /// An empty one, with room for so many real servers that get connections.
    init(providing count: Int) { provided.reserveCapacity(count) }

    /// Number of real servers that it removes.
    var removals: Int { removed.count }

    mutating func append(_ planned: PlannedChange) {
        switch planned.change {
        case .createService, .updateService, .removeService: service.append(planned)
        case .update(_, let configuration) where configuration.weight == .quiescent: quiesced.append(planned)
        case .add, .update: provided.append(planned)
        case .remove: removed.append(planned)
        }
    }

    /// Undeclared real servers come out of a dictionary; equal states should give equal plans, hence the sorting.
    var ordered: [PlannedChange] { service + provided + quiesced.sortedByRealServer + removed.sortedByRealServer }
}

extension [PlannedChange] {
    fileprivate var sortedByRealServer: [PlannedChange] {
        sorted { left, right in
            guard let left = left.change.realServer, let right = right.change.realServer else { return false }
            return left < right
        }
    }
}
