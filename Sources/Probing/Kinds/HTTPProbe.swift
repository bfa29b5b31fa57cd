import Addressing
import LVSCareHTTP
import LVSCareModel

/// Sends a request, follows redirects where that is wanted, and judges the status of the response.
struct HTTPProbe: ProbePlan {
    let configuration: HTTPProbeConfiguration

    var leavesOrigin: Bool { configuration.redirects == .follow }

    /// A redirect is a response.
    var forClient: HTTPProbe {
        var configuration = configuration
        configuration.redirects = .none
        return HTTPProbe(configuration: configuration)
    }

    func begin(_ circumstances: ProbeCircumstances) -> any ProbeCourse {
        HTTPExchange(
            configuration, with: circumstances.endpoint, authorization: circumstances.authorization,
            staysOpen: circumstances.staysOpen, prefersHTTP2: circumstances.hasHeartbeat)
    }
}

extension HTTPExchange: ProbeCourse {
    var step: ProbeStep {
        ProbeStep(
            host: request.url.host, port: request.url.port,
            conversation: prefersHTTP2 ? HTTP2Conversation(self) : HTTPConversation(self), isAnonymous: isAnonymous)
    }

    var trail: String? { redirect.map { "\($0)" } }
}
