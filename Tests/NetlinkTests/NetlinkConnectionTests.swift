import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@Suite struct NetlinkConnectionTests {
    typealias Reply = ScriptedKernel.Reply

    private func request(_ type: UInt16 = 20, octets: Int = 0) -> NetlinkRequest {
        NetlinkRequest(type: type) { $0.octets(1, [UInt8](repeating: 0xaa, count: octets)) }
    }

    private func part(_ number: UInt8, flags: NetlinkFlags = .multi) -> Reply {
        Reply(type: 24, flags: flags, payload: [number, 0, 0, 0])
    }

    private func numbers(_ connection: NetlinkConnection) throws -> [UInt8] {
        try connection.dump(request()) { (_, payload) throws(NetlinkDecodingError) in try payload.integer(at: 0) }
    }

    // MARK: One request

    @Test func `an acknowledgement is success`() throws {
        let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }
        try NetlinkConnection(over: kernel).execute(request())
        let header = try #require(kernel.requests.first?.header)
        #expect(header.flags == [.request, .acknowledge])
        #expect(header.port == kernel.port)
    }

    @Test func `a refusal carries the kernel's words`() {
        let kernel = ScriptedKernel { _ in [.replies([.status(22, message: "Scheduler is missing")])] }
        #expect(
            throws: NetlinkError.refused(.invalidArgument, ExtendedAcknowledgement(message: "Scheduler is missing"))
        ) {
            try NetlinkConnection(over: kernel).execute(request())
        }
    }

    @Test func `a refusal that repeats the whole request is understood`() {
        // Without NETLINK_CAP_ACK the attributes follow the request, whose own length is in its header.
        let kernel = ScriptedKernel { request in
            var payload = withUnsafeBytes(of: Int32(-1)) { [UInt8]($0) }
            request.header.encode(into: &payload)
            payload += request.payload
            var attributes = AttributeWriter()
            attributes.string(1, "not you")
            attributes.integer(2, UInt32(20))
            attributes.integer(6, UInt32(3))
            payload += attributes.bytes
            return [.replies([Reply(type: NetlinkControl.error, flags: .extendedAcknowledgement, payload: payload)])]
        }
        let expected = ExtendedAcknowledgement(message: "not you", offset: 20, missingType: 3)
        #expect(throws: NetlinkError.refused(.notPermitted, expected)) {
            try NetlinkConnection(over: kernel).execute(request(octets: 6))
        }
    }

    @Test func `messages for others are ignored`() throws {
        let kernel = ScriptedKernel { _ in
            [
                .replies([Reply(type: NetlinkControl.error, payload: [1], sequenceOffset: 7)]),
                .replies([Reply(type: NetlinkControl.error, payload: [1], port: 1)]),
                .replies([.status(0)]),
            ]
        }
        try NetlinkConnection(over: kernel).execute(request())
    }

    @Test func `silence is a timeout`() {
        #expect(throws: NetlinkError.timeout) {
            try NetlinkConnection(over: ScriptedKernel { _ in [] }).execute(request())
        }
    }

    @Test(
        arguments: [
            [16, 0, 0, 0],
            [4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
            [200, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `garbage is malformed`(bytes: [UInt8]) throws {
        let connection = NetlinkConnection(over: ScriptedKernel { _ in [.raw(bytes)] })
        let error = #expect(throws: NetlinkError.self) { try connection.execute(request()) }
        guard case .malformed = try #require(error) else {
            Issue.record("\(String(describing: error)) is not .malformed")
            return
        }
    }

    @Test func `a reply is decoded, and an acknowledgement alone is none`() throws {
        let answers = ScriptedKernel { _ in [.replies([self.part(7, flags: [])]), .replies([.status(0)])] }
        let number = try NetlinkConnection(over: answers).reply(to: request()) {
            (_, payload) throws(NetlinkDecodingError) in try payload.integer(at: 0, as: UInt8.self)
        }
        #expect(number == 7)

        let silent = NetlinkConnection(over: ScriptedKernel { _ in [.replies([.status(0)])] })
        #expect(throws: NetlinkError.noReply) {
            try silent.reply(to: request()) { (_, _) throws(NetlinkDecodingError) in () }
        }
    }

    @Test func `an attribute beyond 64 KiB is refused before it is sent`() {
        let kernel = ScriptedKernel { _ in [.replies([.status(0)])] }
        #expect(throws: NetlinkError.attributeTooLong(1)) {
            try NetlinkConnection(over: kernel).execute(request(octets: 65_532))
        }
        #expect(kernel.requests.isEmpty)
    }

    // MARK: Dumps

    @Test func `a dump is read to its end`() throws {
        let kernel = ScriptedKernel { _ in
            [.replies([self.part(1), self.part(2)]), .replies([self.part(3)]), .replies([.done()])]
        }
        #expect(try numbers(NetlinkConnection(over: kernel)) == [1, 2, 3])
        #expect(kernel.requests.first?.header.flags == [.request, .dump])
    }

    @Test func `an empty dump is an answer`() throws {
        #expect(try numbers(NetlinkConnection(over: ScriptedKernel { _ in [.replies([.done()])] })) == [])
    }

    @Test func `the end of a dump can carry an errno`() {
        let kernel = ScriptedKernel { _ in [.replies([self.part(1)]), .replies([.done(1)])] }
        #expect(throws: NetlinkError.refused(.notPermitted, ExtendedAcknowledgement())) {
            try numbers(NetlinkConnection(over: kernel))
        }
    }

    @Test func `an interrupted dump is repeated`() throws {
        var dumps = 0
        let kernel = ScriptedKernel { _ in
            dumps += 1
            let flags: NetlinkFlags = dumps < 3 ? [.multi, .dumpInterrupted] : .multi
            return [.replies([self.part(UInt8(dumps), flags: flags), .done()])]
        }
        #expect(try numbers(NetlinkConnection(over: kernel)) == [3])
        #expect(dumps == 3)
    }

    @Test func `a dump that is always interrupted is an error`() {
        let kernel = ScriptedKernel { _ in [.replies([self.part(1, flags: [.multi, .dumpInterrupted]), .done()])] }
        #expect(throws: NetlinkError.interrupted(attempts: NetlinkConnection.dumpAttempts)) {
            try numbers(NetlinkConnection(over: kernel))
        }
    }

    @Test func `a dump that lost messages is repeated and stale parts are ignored`() throws {
        var dumps = 0
        let kernel = ScriptedKernel { _ in
            dumps += 1
            if dumps == 1 {
                return [.replies([self.part(1)]), .failure(.noBufferSpace), .replies([self.part(2), .done()])]
            }
            return [.replies([self.part(1), self.part(2), .done()])]
        }
        #expect(try numbers(NetlinkConnection(over: kernel)) == [1, 2])
    }

    @Test func `a part that cannot be read leaves nothing behind`() throws {
        var dumps = 0
        let kernel = ScriptedKernel { _ in
            dumps += 1
            let first = dumps == 1 ? Reply(type: 24, flags: .multi) : self.part(1)
            return [.replies([first]), .replies([self.part(2)]), .replies([.done()])]
        }
        let connection = NetlinkConnection(over: kernel)
        #expect(throws: NetlinkError.malformed(NetlinkDecodingError(.truncated(needed: 1, found: 0)))) {
            try numbers(connection)
        }
        #expect(try numbers(connection) == [1, 2])
    }

    @Test func `parts are handed over as they come and an interruption is thrown behind them`() throws {
        var flags: NetlinkFlags = .multi
        let kernel = ScriptedKernel { _ in
            [.replies([self.part(1, flags: flags)]), .replies([self.part(2), .done()])]
        }
        let connection = NetlinkConnection(over: kernel)
        var seen: [UInt8] = []
        func read() throws {
            try connection.forEachPart(ofDump: request()) { (_, payload) throws(NetlinkDecodingError) in
                seen.append(try payload.integer(at: 0))
            }
        }
        try read()
        #expect(seen == [1, 2])
        flags = [.multi, .dumpInterrupted]
        #expect(throws: NetlinkError.interrupted(attempts: 1)) { try read() }
        #expect(seen == [1, 2, 1, 2])
    }

    // MARK: Batches

    @Test func `a batch is one datagram and errors map to their requests`() {
        let kernel = ScriptedKernel { request in
            switch request.header.type {
            case 21: [.replies([.status(17)])]
            case 22: [.replies([.status(2, message: "nothing there")])]
            default: request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
            }
        }
        let types: [UInt16] = [20, 21, 20, 22, 20]
        let errors = NetlinkConnection(over: kernel).execute(types.map { request($0) })
        #expect(
            errors == [
                nil, .refused(.fileExists, ExtendedAcknowledgement()), nil,
                .refused(.noSuchFileOrDirectory, ExtendedAcknowledgement(message: "nothing there")), nil,
            ])
        #expect(kernel.sentDatagrams == 1)
        #expect(kernel.requests.map { $0.header.flags.contains(.acknowledge) } == [false, false, false, false, true])
    }

    @Test func `a batch is cut to what the receive buffer can hold`() {
        let kernel = ScriptedKernel { request in
            [.replies([.status(request.header.sequence % 2 == 0 ? 17 : 0)])]
        }
        kernel.answerCapacity = 3
        let errors = NetlinkConnection(over: kernel).execute((0..<10).map { _ in request() })
        #expect(kernel.sentDatagrams == 4)
        #expect(errors.map { $0 == nil } == [true, false, true, false, true, false, true, false, true, false])
    }

    @Test func `a batch is cut at 64 KiB`() {
        let kernel = ScriptedKernel { request in
            request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
        }
        let errors = NetlinkConnection(over: kernel).execute((0..<5).map { _ in request(octets: 30_000) })
        #expect(errors == [nil, nil, nil, nil, nil])
        #expect(kernel.sentDatagrams == 3)
    }

    @Test func `a request that is too long does not keep the others`() {
        let kernel = ScriptedKernel { request in
            request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
        }
        let errors = NetlinkConnection(over: kernel).execute([request(), request(octets: 70_000), request()])
        #expect(errors == [nil, .attributeTooLong(1), nil])
        #expect(kernel.requests.count == 2)
    }

    @Test func `unknown results after an overrun are reported`() {
        let kernel = ScriptedKernel { request in
            request.header.sequence == 1 ? [.replies([.status(17)]), .failure(.noBufferSpace)] : []
        }
        let errors = NetlinkConnection(over: kernel).execute([request(), request()])
        #expect(errors == [.refused(.fileExists, ExtendedAcknowledgement()), .overrun])
    }

    // MARK: Many replies

    /// What a batch of requests of these types yields: the number in the reply, or why there is none.
    private func replies(_ types: [UInt16], from kernel: ScriptedKernel) -> [Result<UInt8, NetlinkError>] {
        NetlinkConnection(over: kernel).replies(to: types.map { request($0) }) {
            (_, payload) throws(NetlinkDecodingError) in try payload.integer(at: 0)
        }
    }

    /// A kernel that says to a request of type 20 its sequence number, refuses 21, and says nothing to 22.
    private func answering() -> ScriptedKernel {
        ScriptedKernel { request in
            let acknowledgement: [ScriptedKernel.Datagram] =
                request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
            return switch request.header.type {
            case 20:
                [.replies([self.part(UInt8(truncatingIfNeeded: request.header.sequence), flags: [])])] + acknowledgement
            case 21: [.replies([.status(101)])]
            default: acknowledgement
            }
        }
    }

    @Test func `replies to many requests come in their order, with each refusal in its place`() {
        let unreachable = NetlinkError.refused(.networkUnreachable, ExtendedAcknowledgement())
        let kernel = answering()
        #expect(
            replies([20, 21, 20, 22, 20], from: kernel)
                == [.success(1), .failure(unreachable), .success(3), .failure(.noReply), .success(5)])
        #expect((kernel.sentDatagrams, kernel.receipts) == (1, 1))
        #expect(replies([20, 21], from: answering()) == [.success(1), .failure(unreachable)])
        #expect(replies([], from: answering()) == [])
    }

    @Test func `a hundred replies cost five calls`() {
        let kernel = answering()
        #expect(replies([UInt16](repeating: 20, count: 100), from: kernel) == (1...100).map { .success($0) })
        #expect((kernel.sentDatagrams, kernel.receipts) == (1, 4))
    }

    @Test func `requests are cut to the replies that the receive buffer can hold`() {
        let kernel = answering()
        kernel.answerCapacity = 3
        #expect(replies([UInt16](repeating: 20, count: 10), from: kernel) == (1...10).map { .success($0) })
        #expect(kernel.sentDatagrams == 4)
    }

    @Test func `a reply that cannot be read is one request's failure`() {
        let kernel = ScriptedKernel { request in
            let payload: [UInt8] = request.header.sequence == 2 ? [] : [7, 0, 0, 0]
            return [.replies([Reply(type: 24, payload: payload)])]
                + (request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : [])
        }
        #expect(
            replies([20, 20, 20], from: kernel) == [
                .success(7), .failure(.malformed(NetlinkDecodingError(.truncated(needed: 1, found: 0)))), .success(7),
            ])
    }

    @Test func `replies that came before some were lost count`() {
        let kernel = ScriptedKernel { request in
            request.header.sequence == 1 ? [.replies([self.part(1, flags: [])]), .failure(.noBufferSpace)] : []
        }
        #expect(replies([20, 20], from: kernel) == [.success(1), .failure(.overrun)])
    }

    @Test func `sequence numbers wrap around`() {
        let kernel = ScriptedKernel { request in
            [.replies([.status(request.header.sequence == 0 ? 17 : 0)])]
        }
        let connection = NetlinkConnection(over: kernel, firstSequence: .max)
        #expect(connection.execute([request(), request()]) == [nil, .refused(.fileExists, ExtendedAcknowledgement())])
    }
}
