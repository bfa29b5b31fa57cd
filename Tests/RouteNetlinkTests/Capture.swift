import Addressing
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import RouteNetlink

extension CapturedMessage {
    func decoded<Value>(
        _ decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Value
    ) throws(NetlinkDecodingError) -> Value {
        try decode(header, payload.span.bytes)
    }
}

/// A client whose kernel says `answer` to everything, and that kernel.
func scripted(_ answer: [ScriptedKernel.Datagram]) -> (RouteNetlinkClient, ScriptedKernel) {
    let kernel = ScriptedKernel { _ in answer }
    return (RouteNetlinkClient(over: NetlinkConnection(over: kernel)), kernel)
}

/// A client whose kernel refuses everything.
func refusing(_ errno: Errno, message: String? = nil) -> RouteNetlinkClient {
    scripted([.replies([.status(errno.rawValue, message: message)])]).0
}

/// Captured messages as answers to whatever is asked.
func replies(_ hexadecimal: String) throws -> [ScriptedKernel.Reply] {
    try CapturedMessage.all(hexadecimal).map { message in
        ScriptedKernel.Reply(type: message.header.type, flags: message.header.flags, payload: message.payload)
    }
}

/// A client whose kernel answers everything with captured messages, and that kernel.
func replaying(_ hexadecimal: String) throws -> (RouteNetlinkClient, ScriptedKernel) {
    let replies = try replies(hexadecimal)
    // A lookup is acknowledged behind its reply; a captured dump has its own end.
    let isDump = replies.contains { $0.type == NetlinkControl.done }
    return scripted([.replies(isDump ? replies : replies + [.status(0)])])
}

/// What `operation` sends to a kernel that agrees to everything.
func request(_ operation: (RouteNetlinkClient) throws -> Void) throws -> ScriptedKernel.Request {
    let (client, kernel) = scripted([.replies([.status(0)])])
    try operation(client)
    return try #require(kernel.requests.last)
}

/// Checks that a request is what the `ip` command sent, apart from sequence number and port.
func expectSame(
    _ request: ScriptedKernel.Request, as captured: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let message = try #require(try CapturedMessage.all(captured).first, sourceLocation: sourceLocation)
    #expect(request.header.type == message.header.type, sourceLocation: sourceLocation)
    #expect(request.header.flags == message.header.flags, sourceLocation: sourceLocation)
    #expect(request.payload == message.payload, sourceLocation: sourceLocation)
}

func address(_ text: String) throws -> IPAddress {
    try #require(IPAddress(text), "\(text) is an address")
}

func block(_ text: String) throws -> CIDR {
    let parts = text.split(separator: "/")
    return try #require(CIDR(address: try address(String(parts[0])), prefixLength: Int(parts[1]) ?? -1))
}
