import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@Suite struct TransactionTests {
    private let begin = NetlinkRequest(type: 16) { $0.header([0, 0, 0, 10]) }
    private let end = NetlinkRequest(type: 17) { $0.header([0, 0, 0, 10]) }

    private func request(_ type: UInt16 = 20, octets: Int = 0) -> NetlinkRequest {
        NetlinkRequest(type: type) { $0.octets(1, [UInt8](repeating: 0xaa, count: octets)) }
    }

    private func transact(_ types: [UInt16], with kernel: ScriptedKernel) throws(NetlinkTransactionError) {
        try NetlinkConnection(over: kernel).transact(types.map { request($0) }, begin: begin, end: end)
    }

    @Test func `a transaction is one datagram and its last request is acknowledged`() throws {
        let kernel = ScriptedKernel { request in
            request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
        }
        try transact([20, 21, 22], with: kernel)
        #expect(kernel.sentDatagrams == 1)
        #expect(kernel.requests.map(\.header.type) == [16, 20, 21, 22, 17])
        #expect(kernel.requests.map(\.header.sequence) == [1, 2, 3, 4, 5])
        #expect(
            kernel.requests.map { $0.header.flags.contains(.acknowledge) } == [false, false, false, true, false])
    }

    @Test func `a transaction without requests sends nothing`() throws {
        let kernel = ScriptedKernel { _ in [] }
        try transact([], with: kernel)
        #expect(kernel.sentDatagrams == 0)
    }

    @Test(arguments: [[20, 99, 20], [20, 99, 98], [99, 20, 20], [20, 20, 99]] as [[UInt16]])
    func `the first refusal is the cause`(types: [UInt16]) {
        // The kernel looks at all requests, and acknowledges the last one of a transaction that it does not commit.
        let kernel = ScriptedKernel { request in
            switch request.header.type {
            case 99: [.replies([.status(22, message: "bad")])]
            case 98: [.replies([.status(2)])]
            default: request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
            }
        }
        let expected = NetlinkTransactionError(
            at: types.firstIndex(of: 99),
            .refused(.invalidArgument, ExtendedAcknowledgement(message: "bad")))
        #expect(throws: expected) { try transact(types, with: kernel) }
    }

    @Test func `a refusal of the whole needs no more answers`() {
        let kernel = ScriptedKernel { request in request.header.type == 16 ? [.replies([.status(1)])] : [] }
        #expect(throws: NetlinkTransactionError(.refused(.notPermitted, ExtendedAcknowledgement()))) {
            try transact([20, 21], with: kernel)
        }
    }

    @Test func `a failed commit is a refusal of the whole, and its rest is not mistaken later`() throws {
        var commits = false
        let kernel = ScriptedKernel { request in
            if request.header.type == 16, !commits { return [.replies([.status(16)])] }
            if request.header.type == 99 { return [.replies([.status(17)])] }
            return request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
        }
        let connection = NetlinkConnection(over: kernel)
        #expect(throws: NetlinkTransactionError(.refused(.resourceBusy, ExtendedAcknowledgement()))) {
            try connection.transact([request()], begin: begin, end: end)
        }
        // The acknowledgement of the first try is still in the socket.
        commits = true
        #expect(throws: NetlinkTransactionError(at: 0, .refused(.fileExists, ExtendedAcknowledgement()))) {
            try connection.transact([request(99)], begin: begin, end: end)
        }
    }

    @Test func `an acknowledged begin and end change nothing`() throws {
        try transact([20, 21], with: ScriptedKernel { _ in [.replies([.status(0)])] })
    }

    @Test func `silence is a timeout of the whole`() {
        #expect(throws: NetlinkTransactionError(.timeout)) { try transact([20], with: ScriptedKernel { _ in [] }) }
    }

    @Test func `a refusal is reported even if later ones were lost`() {
        let kernel = ScriptedKernel { request in
            switch request.header.type {
            case 99: [.replies([.status(22)]), .failure(.noBufferSpace)]
            default: []
            }
        }
        #expect(throws: NetlinkTransactionError(at: 1, .refused(.invalidArgument, ExtendedAcknowledgement()))) {
            try transact([20, 99, 20], with: kernel)
        }
    }

    @Test func `an attribute that is too long is refused before anything is sent`() {
        let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }
        let connection = NetlinkConnection(over: kernel)
        #expect(throws: NetlinkTransactionError(at: 1, .attributeTooLong(1))) {
            try connection.transact([request(), request(octets: 65_532)], begin: begin, end: end)
        }
        #expect(kernel.sentDatagrams == 0)
    }

    @Test func `sequence numbers wrap around`() {
        let kernel = ScriptedKernel { request in [.replies([.status(request.header.type == 99 ? 17 : 0)])] }
        let connection = NetlinkConnection(over: kernel, firstSequence: .max - 1)
        #expect(throws: NetlinkTransactionError(at: 1, .refused(.fileExists, ExtendedAcknowledgement()))) {
            try connection.transact([request(), request(99), request()], begin: begin, end: end)
        }
    }
}
