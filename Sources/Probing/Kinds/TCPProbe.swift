import Addressing

/// Opens a connection and closes it again: that it opens is the answer.
struct TCPProbe: ProbePlan {
    func begin(_ circumstances: ProbeCircumstances) -> any ProbeCourse { Course(endpoint: circumstances.endpoint) }

    private struct Course: ProbeCourse {
        let endpoint: Endpoint

        var step: ProbeStep { ProbeStep(host: .address(endpoint.address), port: endpoint.port) }
    }
}
