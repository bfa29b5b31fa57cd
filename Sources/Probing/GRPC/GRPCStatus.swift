import Addressing
import LVSCareHTTP
import LVSCareModel

/// The status of a gRPC call: its code and its message.
struct GRPCStatus: Hashable {
    /// 0 for a call that went well.
    var code: Int
    /// May be empty.
    var message: String

    static let ok = 0
    static let notFound = 5
    static let unimplemented = 12

    private static let names = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]

    init(code: Int, message: String = "") {
        self.code = code
        self.message = message
    }

    /// The status in `trailers`, or in a head that is all there is, of several the last; `nil` when there is none, or
    /// none that is a number.
    init?(_ trailers: [HTTP2Field]) {
        guard let text = trailers.last(where: { $0.name == "grpc-status" })?.value, let code = Int(text), code >= 0
        else { return nil }
        self.init(code: code, message: PercentCoding.decoded(trailers.first(name: "grpc-message") ?? ""))
    }

    /// The fault of a probe for `service` whose status is not OK.
    func fault(of service: String) -> ProbeFault {
        let name = Self.names.indices.contains(code) ? " (\(Self.names[code]))" : ""
        let meaning =
            switch code {
            case Self.notFound: ": the server does not know the service \"\(service.abbreviated)\""
            case Self.unimplemented: ": the server has no health service"
            default: ""
            }
        return ProbeFault(
            .grpcStatus(code),
            "gRPC status \(code)\(name)\(meaning)\(message.isEmpty ? "" : ": \(message.abbreviated)")")
    }
}
