import CLinux
import Glibc
import NetlinkTestKit
import SystemPackage
import Testing

@testable import Netlink

/// What no message can carry is refused before anything is sent.
@Suite struct UnsendableTests {
    private let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }

    private func request(_ body: (inout AttributeWriter) -> Void) -> NetlinkRequest {
        NetlinkRequest(type: 16) { writer in
            writer.header([0, 0, 0, 0])
            body(&writer)
        }
    }

    @Test func `a text with a NUL in it would be cut short by the kernel`() {
        let connection = NetlinkConnection(over: kernel)
        let error = #expect(throws: NetlinkError.self) {
            try connection.execute(request { $0.string(3, "eth0\0x") })
        }
        #expect(error == .invalid("attribute 3 has a NUL in its text"))
        #expect(error?.errno == .invalidArgument)
        #expect(kernel.requests.isEmpty)
    }

    @Test func `a value that its writer refuses is not sent, and the others of the batch are`() {
        let connection = NetlinkConnection(over: kernel)
        let answers = connection.execute([
            request { $0.flag(1) }, request { $0.refuse("weight 0") }, request { $0.flag(2) },
        ])
        #expect(answers == [nil, .invalid("weight 0"), nil])
        #expect(kernel.requests.count == 2)
    }

    @Test func `the first of several faults is told`() {
        let connection = NetlinkConnection(over: kernel)
        let request = request { writer in
            writer.refuse("first")
            writer.octets(1, [UInt8](repeating: 0, count: 70_000))
        }
        #expect(throws: NetlinkError.invalid("first")) { try connection.execute(request) }
        #expect(throws: NetlinkError.invalid("first")) {
            try connection.dump(request) { (_, _) throws(NetlinkDecodingError) -> Int? in nil }
        }
        #expect(throws: NetlinkTransactionError(at: 0, .invalid("first"))) {
            try connection.transact([request], begin: request, end: request)
        }
        #expect(kernel.requests.isEmpty)
    }

    @Test func `an error tells whether the request may have taken effect`() {
        let without: [NetlinkError] = [
            .refused(.notPermitted, ExtendedAcknowledgement()), .system("socket", .tooManyOpenFiles),
            .system("sendto", .messageTooLong), .attributeTooLong(1), .invalid("weight 0"),
        ]
        let unknown: [NetlinkError] = [
            .timeout, .overrun, .malformed(NetlinkDecodingError(.missingAttribute(1))), .noReply,
            .interrupted(attempts: 1), .system("recvfrom", .invalidArgument), .system("recvmmsg", .messageTooLong),
        ]
        #expect(without.filter { !$0.hadNoEffect } == [])
        #expect(unknown.filter { $0.hadNoEffect } == [])
    }
}

/// A socket's send buffer limits what is sent at once.
@Suite struct SendBufferTests {
    /// A message that the kernel skips, and acknowledges where that is asked for.
    private let request = NetlinkRequest(type: NetlinkControl.noop) { $0.header([UInt8](repeating: 0, count: 16)) }

    @Test(arguments: [100, 40, 4096, 65536])
    func `a batch is cut into what the transport takes`(limit: Int) {
        let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }
        kernel.answerCapacity = 100_000
        kernel.sendLimit = limit
        let connection = NetlinkConnection(over: kernel)
        #expect(connection.execute([NetlinkRequest](repeating: request, count: 3000)).allSatisfy { $0 == nil })
        #expect(kernel.requests.count == 3000)
    }

    @Test func `a request that does not fit alone is not sent, and the others are`() {
        let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }
        kernel.sendLimit = 100
        let connection = NetlinkConnection(over: kernel)
        let long = NetlinkRequest(type: 18) { $0.octets(1, [UInt8](repeating: 0, count: 200)) }
        let answers = connection.execute([request, long, request])
        #expect(answers == [nil, .system("sendto", .messageTooLong), nil])
        #expect(kernel.requests.count == 2)
    }

    @Test func `a socket whose send buffer is small takes a datagram of any size`() throws {
        let socket = try NetlinkSocket(.route)
        // What `net.core.wmem_default=16384` makes of it; the kernel doubles the number.
        try socket.descriptor.set(SO_SNDBUF, 8192, level: SOL_SOCKET, "SO_SNDBUF")
        let connection = NetlinkConnection(over: socket)
        #expect(connection.execute([NetlinkRequest](repeating: request, count: 2496)).allSatisfy { $0 == nil })
        // More than the buffer that every socket may have, where privileged.
        let long = [NetlinkRequest](repeating: request, count: 20_000)
        #expect(connection.execute(long).allSatisfy { $0 == nil })
    }
}
