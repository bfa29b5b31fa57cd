import LVSCareModel

extension ConnectionEnd {
    /// What a fault of an idle connection means.
    init(_ fault: ProbeFault) {
        self = [.unreachable, .responseTimeout].contains(fault.reason) ? .lost : .reset
    }
}
