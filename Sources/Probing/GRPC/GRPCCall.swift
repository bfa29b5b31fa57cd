import Addressing
import LVSCareHTTP
import LVSCareModel

/// One call of `grpc.health.v1.Health/Check`: its request and the judgement of the response.
struct GRPCCall {
    /// What a response means.
    enum Verdict: Hashable {
        case healthy
        case unhealthy(ProbeFault)
    }

    /// The settings of TLS; `nil` for a call without TLS.
    let tls: TLSProbeConfiguration?
    let endpoint: Endpoint
    private let service: String
    private let timeout: Duration
    private var message = GRPCMessage()
    private var hasHead = false

    /// A call of the server at `endpoint` with the deadline `timeout`.
    init(_ configuration: GRPCProbeConfiguration, at endpoint: Endpoint, timeout: Duration) {
        tls = configuration.tls
        service = configuration.service
        self.endpoint = endpoint
        self.timeout = timeout
    }

    /// The header fields of the request.
    var headers: [HTTP2Field] {
        let authority = tls?.serverName.map { "\($0):\(endpoint.port)" } ?? "\(endpoint)"
        return [
            HTTP2Field(":method", "POST"),
            HTTP2Field(":scheme", tls == nil ? "http" : "https"),
            HTTP2Field(":path", "/grpc.health.v1.Health/Check"),
            HTTP2Field(":authority", authority),
            HTTP2Field("te", "trailers"),
            HTTP2Field("grpc-timeout", Self.wireForm(timeout)),
            HTTP2Field("content-type", "application/grpc"),
            HTTP2Field("user-agent", "lvscare"),
        ]
    }

    /// The body of the request.
    var body: [UInt8] { GRPCMessage.framed(GRPCHealthMessage.request(for: service)) }

    /// The verdict as soon as it is certain; `nil` as long as the response goes on.
    ///
    /// Throws when the response is not a gRPC response.
    mutating func judge(_ part: HTTP2Exchange.Part) throws(ProbeFault) -> Verdict? {
        switch part {
        case .data(let octets, let isLast):
            guard hasHead else { throw ProbeFault(.protocolError, "HTTP/2: data before the head of an answer") }
            try message.receive(octets)
            guard !isLast else { throw Self.withoutStatus }
            return nil
        case .head(let fields, let isLast):
            guard hasHead else { return try judge(head: fields, isLast: isLast) }
            guard isLast, let status = GRPCStatus(fields) else { throw Self.withoutStatus }
            return try judge(status)
        }
    }

    private mutating func judge(head: [HTTP2Field], isLast: Bool) throws(ProbeFault) -> Verdict? {
        guard let code = head.first(name: ":status").flatMap({ Int($0) }) else {
            throw ProbeFault(.protocolError, "HTTP/2: a head without a status")
        }
        // 101 is none of HTTP/2's (RFC 9113, section 8.6).
        if 100..<200 ~= code, code != 101, !isLast { return nil }
        // A response that is nothing but an error; its own code says more than HTTP's.
        if isLast, let status = GRPCStatus(head) { return try judge(status) }
        guard code == 200 else { return .unhealthy(ProbeFault(.status(code), "status \(code)")) }
        let type = head.first(name: "content-type") ?? ""
        guard type == "application/grpc" || type.hasPrefix("application/grpc+") || type.hasPrefix("application/grpc;")
        else {
            return .unhealthy(
                ProbeFault(.protocolError, "the answer is not gRPC but of the type \"\(type.abbreviated)\""))
        }
        guard !isLast else { throw Self.withoutStatus }
        hasHead = true
        return nil
    }

    private func judge(_ status: GRPCStatus) throws(ProbeFault) -> Verdict {
        guard status.code == GRPCStatus.ok else { return .unhealthy(status.fault(of: service)) }
        let serving = try GRPCHealthMessage.status(in: message.complete())
        guard serving == .serving else {
            let name = service.isEmpty ? "the server" : "the service \"\(service.abbreviated)\""
            return .unhealthy(ProbeFault(.notServing, "\(name) says \(serving)"))
        }
        return .healthy
    }

    private static let withoutStatus = ProbeFault(.protocolError, "gRPC: an answer without a grpc-status")

    /// `TimeoutValue TimeoutUnit`: at most eight digits and a unit, milliseconds where they fit.
    static func wireForm(_ timeout: Duration) -> String {
        let (seconds, attoseconds) = timeout.components
        guard seconds < 99_999 else { return "\(min(seconds, 99_999_999))S" }
        // Rounded up: 0 would mean that the time is over.
        return "\(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)m"
    }
}
