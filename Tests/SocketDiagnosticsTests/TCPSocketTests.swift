import KernelTestKit
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import SocketDiagnostics

/// Questions and answers about sockets.
@Suite struct TCPSocketTests {
    private static let connected: Set<TCPState> = [.established, .synSent]

    /// The client names the port outside the condition, too, where `ss` leaves 0.
    private func expectSame(_ request: ScriptedKernel.Request, as captured: String, port: UInt16) throws {
        let message = try #require(try CapturedMessage.all(captured).first)
        var payload = message.payload
        payload[10] = UInt8(port >> 8)
        payload[11] = UInt8(truncatingIfNeeded: port)
        #expect(request.header.type == message.header.type)
        #expect(request.header.flags == message.header.flags.union(.dump))
        #expect(request.payload == payload)
    }

    @Test func `lists the sockets to an IPv4 address, those of IPv6 among them`() throws {
        let (client, kernel) = try replaying([.ipv4: Captured.answer, .ipv6: Captured.mappedAnswer])
        let found = try client.tcpSockets(in: Self.connected, to: endpoint("127.0.0.1:8081"))
        #expect(found == [Captured.socket, Captured.mapped])
        #expect(
            found.map(\.description) == [
                "ESTAB 127.0.0.1:42820 127.0.0.1:8081", "ESTAB 127.0.0.1:42822 127.0.0.1:8081",
            ])
        try #require(kernel.requests.count == 2)
        try expectSame(kernel.requests[0], as: Captured.request, port: 8081)
        try expectSame(kernel.requests[1], as: Captured.mappedRequest, port: 8081)
    }

    @Test func `asks nobody for IPv4 sockets to an IPv6 address`() throws {
        let (client, kernel) = try replaying([.ipv6: Captured.answer6])
        #expect(try client.tcpSockets(in: Self.connected, to: endpoint("[::1]:8082")) == [Captured.socket6])
        try #require(kernel.requests.count == 1)
        try expectSame(kernel.requests[0], as: Captured.request6, port: 8082)
    }

    @Test func `asks for all where no other end is named, and for any port of an address`() throws {
        let (client, kernel) = try replaying([:])
        #expect(try client.tcpSockets(in: [.listen, .closing]).isEmpty)
        #expect(kernel.requests.map(\.payload.count) == [56, 56])
        // Bits 10 and 11, host order.
        #expect(Array(kernel.requests[0].payload[4..<8]) == withUnsafeBytes(of: UInt32(0xc00)) { [UInt8]($0) })
        _ = try client.tcpSockets(to: endpoint("127.0.0.1:0"))
        let condition = try #require(kernel.requests.last).payload.suffix(16)
        #expect(Array(condition.dropFirst(8).prefix(4)) == [0xff, 0xff, 0xff, 0xff])
    }

    @Test func `destroys the very socket that was listed`() throws {
        let (client, kernel) = refusing(Errno(rawValue: 0))
        try client.destroy(Captured.destroyed)
        let message = try #require(try CapturedMessage.all(Captured.destruction).first)
        let request = try #require(kernel.requests.last)
        #expect(request.header.type == message.header.type)
        #expect(request.header.flags == message.header.flags)
        #expect(request.payload == message.payload)
    }

    @Test func `an IPv6 socket over IPv4 is named as the kernel knows it`() throws {
        let (client, kernel) = refusing(Errno(rawValue: 0))
        try client.destroy(Captured.mapped)
        let identity = try #require(try CapturedMessage.all(Captured.mappedAnswer).first).payload[4..<52]
        #expect(try #require(kernel.requests.last).payload.dropFirst(8) == identity)
    }

    @Test func `many are destroyed in one exchange, and each failure is told with its socket`() throws {
        let kernel = ScriptedKernel { request in
            let isGone = request.payload[40 + 8] == 0x0c
            if isGone { return [.replies([.status(Errno.noSuchFileOrDirectory.rawValue)])] }
            return request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
        }
        let client = SocketDiagnosticsClient(over: NetlinkConnection(over: kernel))
        let errors = client.destroy([Captured.socket, Captured.mapped, Captured.socket6])
        #expect(errors.map { $0?.notFound } == [nil, true, nil])
        #expect(errors[1]?.object == "TCP socket \(Captured.mapped)")
        #expect(kernel.sentDatagrams == 1)
        #expect(client.destroy([TCPSocket]()).isEmpty)
    }

    @Test func `an IPv4 socket with an IPv6 address is refused before anything is sent`() throws {
        let (client, kernel) = refusing(Errno(rawValue: 0))
        var socket = Captured.socket6
        socket.family = .ipv4
        let error = #expect(throws: SocketDiagnosticsError.self) { try client.destroy(socket) }
        #expect(error?.reason == .invalid)
        #expect(kernel.requests.isEmpty)
    }

    /// `AF_UNIX` (1), and another message.
    @Test func `skips what is no TCP socket of an IP address`() throws {
        var message = try #require(try CapturedMessage.all(Captured.answer).first)
        message.payload[0] = 1
        #expect(try TCPSocket(header: message.header, payload: message.payload.span.bytes) == nil)
        message.header.type = SocketMessage.destroy.rawValue
        #expect(try TCPSocket(header: message.header, payload: message.payload.span.bytes) == nil)
    }

    @Test(arguments: [0, 1, 4, 7, 23, 39, 51, 71])
    func `an answer that is cut short is an error`(length: Int) throws {
        let message = try #require(try CapturedMessage.all(Captured.answer).first)
        let cut = Array(message.payload.prefix(length))
        #expect(throws: NetlinkDecodingError.self) {
            try TCPSocket(header: message.header, payload: cut.span.bytes)
        }
    }

    @Test func `names states as the command does`() {
        #expect(TCPState.synSent.description == "SYN-SENT")
        #expect(TCPState(rawValue: 13).description == "13")
        // A state without a bit asks for nothing, and does not trap.
        #expect(Set([TCPState(rawValue: 1), TCPState(rawValue: 200)]).bits == 2)
    }
}
