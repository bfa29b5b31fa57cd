import Addressing
import LVSCareModel

/// Calls the standard health service (`grpc.health.v1.Health/Check`): `SERVING` is healthy.
struct GRPCProbe: ProbePlan {
    let configuration: GRPCProbeConfiguration

    /// HTTP/2 over TLS.
    var applicationProtocols: [String] { [GRPCConversation.applicationProtocol] }

    func begin(_ circumstances: ProbeCircumstances) -> any ProbeCourse {
        Course(call: GRPCCall(configuration, at: circumstances.endpoint, timeout: circumstances.timeout))
    }

    private struct Course: ProbeCourse {
        let call: GRPCCall

        var step: ProbeStep {
            ProbeStep(
                host: .address(call.endpoint.address), port: call.endpoint.port, conversation: GRPCConversation(call))
        }
    }
}
