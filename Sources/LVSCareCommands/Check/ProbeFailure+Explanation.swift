import LVSCareModel
import LVSCareSettings

extension ProbeFailure {
    /// What is known about the failure beyond its reason, on one line; `nil` when the reason says it all.
    var explanation: String? {
        // The system's words for the plainest reasons are the reason itself.
        guard !detail.isEmpty, detail.lowercased() != "\(reason)" else { return nil }
        return "\(reason): \(detail.escapedForOneLine)"
    }
}
