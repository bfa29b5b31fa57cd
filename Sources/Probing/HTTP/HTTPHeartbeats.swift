import LVSCareHTTP
import LVSCareModel

/// A heartbeat that is a PING of HTTP/2.
struct PingHeartbeat: ConnectionHeartbeat {
    private var heartbeat: HTTP2Heartbeat

    init(_ heartbeat: HTTP2Heartbeat) { self.heartbeat = heartbeat }

    var isPing: Bool { true }

    mutating func ask() -> [UInt8] { heartbeat.ask() }

    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> Bool {
        do throws(HTTPFault) { return try heartbeat.receive(octets) } catch { throw ProbeFault(error) }
    }

    mutating func takeOutgoing() -> [UInt8]? { heartbeat.takeOutgoing() }
}

/// A heartbeat that is the request of the probe, once more, over HTTP/1.1.
///
/// A response with the status of the probe's is an answer. Any other one, and one that does not let the connection stay open,
/// ends it: a probe finds out what that means.
struct RequestHeartbeat: ConnectionHeartbeat {
    private let message: [UInt8]
    private let method: String
    private let status: Int
    /// The response that is awaited; `nil` where none is.
    private var response: HTTPResponseParser?

    /// Heartbeats of the octets `message`, a request of `method` that was answered with `status`.
    init(_ message: [UInt8], method: String, status: Int) {
        (self.message, self.method, self.status) = (message, method, status)
    }

    var isPing: Bool { false }

    mutating func ask() -> [UInt8] {
        response = HTTPResponseParser(toMethod: method)
        return message
    }

    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> Bool {
        guard response != nil else {
            // Whatever this is (such as a 408 before it closes), the connection is of no use now.
            throw ProbeFault(.protocolError, "an answer that nobody asked for")
        }
        do throws(HTTPFault) { try response?.receive(octets) } catch { throw ProbeFault(error) }
        guard let response, let head = response.head else { return false }
        guard head.status == status, response.persistence != .impossible else {
            throw ProbeFault(.reset, "an answer of another kind, status \(head.status)")
        }
        guard response.isComplete else { return false }
        self.response = nil
        return true
    }

    func takeOutgoing() -> [UInt8]? { nil }
}
