import Director

extension ProbeFailure {
    /// What is known about the failure beyond its reason, on one line; `nil` when the reason says it all.
    var explanation: String? {
        // The system's words for the plainest reasons are the reason itself.
        let says = detail.isEmpty || detail.lowercased() == "\(reason)" ? nil : detail.escapedForOneLine
        let parts = [says, remedy.isEmpty ? nil : remedy].compactMap(\.self)
        return parts.isEmpty ? nil : "\(reason): \(parts.joined(separator: "; "))"
    }
}
