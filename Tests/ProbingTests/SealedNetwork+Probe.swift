import Addressing
import LVSCareModel
import ProbingTestKit

@testable import LVSCareSockets
@testable import Probing

extension SealedNetwork {
    /// The outcome of a probe from within the network.
    func probe(
        _ endpoint: Endpoint, _ configuration: ProbeConfiguration, files: NameFiles, timeout: Duration = .seconds(10)
    ) async throws -> ProbeOutcome {
        try await withCheckedThrowingContinuation { continuation in
            execute { loop in
                do {
                    let prober = try Prober(
                        configuration: configuration, on: loop, systemRoots: .certificates([]), nameFiles: files)
                    prober.probe(endpoint, timeout: timeout) { continuation.resume(returning: $0) }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
