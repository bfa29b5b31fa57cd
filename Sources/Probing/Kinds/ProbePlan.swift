import Addressing
import LVSCareHTTP
import LVSCareModel

/// What a kind of probe does. Each kind is one value that has this, in one file of this folder.
protocol ProbePlan {
    /// What is offered in the handshakes of TLS (ALPN, RFC 7301); empty to offer nothing.
    var applicationProtocols: [String] { get }
    /// Whether its connections may lead to other servers than the one that is probed.
    var leavesOrigin: Bool { get }
    /// The same as a client does it that wants to know whether anybody answers, and nothing more.
    var forClient: Self { get }

    /// Returns the course of one probe. Throws what keeps this node from making it.
    func begin(_ circumstances: ProbeCircumstances) throws -> any ProbeCourse
}

extension ProbePlan {
    var applicationProtocols: [String] { [] }
    var leavesOrigin: Bool { false }
    var forClient: Self { self }
}

/// What is given for one probe.
struct ProbeCircumstances {
    /// What is probed.
    var endpoint: Endpoint
    /// Time that the probe has.
    var timeout: Duration
    /// Whether the connection shall stay open after a healthy response.
    var staysOpen: Bool
    /// Whether it shall answer heartbeats then, by PING where the server can.
    var hasHeartbeat = false
    /// The value of the field `Authorization`; `nil` for none.
    var authorization: String?
}

/// How one probe goes on: its connections, one after the other, and what their responses mean. A value without I/O.
protocol ProbeCourse {
    /// The connection to open now.
    var step: ProbeStep { get }
    /// Where the steps before have led, for the beginning of a failure's detail; `nil` at the beginning.
    var trail: String? { get }

    /// Judges the response of the present step; only that of HTTP asks for it.
    mutating func judge(status: Int, location: String?) -> ProbeVerdict
}

extension ProbeCourse {
    var trail: String? { nil }

    mutating func judge(status: Int, location: String?) -> ProbeVerdict { .healthy(staysOpen: false) }
}

/// One connection of a probe, and what it is for.
struct ProbeStep {
    /// Where it leads to.
    var host: Host
    var port: UInt16
    /// What is sent and received; `nil` where the connection itself is the answer.
    var conversation: (any Conversation)?
    /// Whether nothing may identify this node.
    var isAnonymous = false
}

/// What a response means.
enum ProbeVerdict: Hashable {
    /// It is healthy, and its connection may stay open or not.
    case healthy(staysOpen: Bool)
    case unhealthy(ProbeFault)
    /// The probe goes on with the next step.
    case redirected
}

extension ProbeConfiguration {
    /// The plan of this kind of probe.
    var plan: any ProbePlan {
        switch self {
        case .tcp: TCPProbe()
        case .http(let http): HTTPProbe(configuration: http)
        case .grpc(let grpc): GRPCProbe(configuration: grpc)
        }
    }
}
