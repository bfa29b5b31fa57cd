import LVSCareModel

/// Whether a service has enough healthy real servers, by its quorum.
///
/// Sums of weights count: *h* of those that are healthy, *u* of those of which nothing is known yet, *t* of all. Those without
/// a verdict decide nothing, so neither a start nor a new real server is an outage, or the end of one. Of the quorum and its hysteresis
/// come three bounds: *enough* is the quorum, and no more than *t*; *upper* is that and the hysteresis, and no more than *t*; *lower*
/// is that less the hysteresis. Each is at least 1, so where nobody has a weight, or there is nobody, the service is down.
///
/// | before | down | up |
/// |---|---|---|
/// | undecided | *h* + *u* < enough | *h* ≥ enough |
/// | up | *h* + *u* < lower | otherwise |
/// | down | otherwise | *h* ≥ upper |
package enum Availability: Hashable, Sendable {
    /// Too few verdicts are known since the start.
    case undecided
    /// There are enough.
    case up
    /// There are not.
    case down

    /// Sums of the weights of the declared real servers.
    struct Pool: Hashable, Sendable {
        /// Of those that are healthy.
        var healthy = 0
        /// Of those of which nothing is known yet.
        var unknown = 0
        /// Of all.
        var total = 0

        /// Sum from which on a service that is down is up.
        func upper(_ quorum: ServicePolicy.Quorum) -> Int { max(1, min(enough(quorum) + quorum.hysteresis, total)) }

        /// Sum below which a service that is up is down.
        func lower(_ quorum: ServicePolicy.Quorum) -> Int { max(1, enough(quorum) - quorum.hysteresis) }

        /// The quorum, or all.
        func enough(_ quorum: ServicePolicy.Quorum) -> Int { max(1, min(quorum.weight, total)) }

        /// Takes in weight that had one verdict and has another; `nil` for that of nobody.
        mutating func move(_ weight: Weight, from: HealthState?, to: HealthState?) {
            let weight = Int(weight.rawValue)
            healthy += (to == .healthy ? weight : 0) - (from == .healthy ? weight : 0)
            unknown += (to == .unknown ? weight : 0) - (from == .unknown ? weight : 0)
            total += (to == nil ? 0 : weight) - (from == nil ? 0 : weight)
        }
    }

    /// State that follows for `pool`.
    func next(_ pool: Pool, by quorum: ServicePolicy.Quorum) -> Availability {
        let most = pool.healthy + pool.unknown
        switch self {
        case .undecided:
            let enough = pool.enough(quorum)
            return most < enough ? .down : pool.healthy >= enough ? .up : .undecided
        case .up: return most < pool.lower(quorum) ? .down : .up
        case .down: return pool.healthy >= pool.upper(quorum) ? .up : .down
        }
    }
}
