import SystemPackage

/// Requests and their answers over one netlink transport.
///
/// Sequence number and port of every message are checked, multi-part answers are read to their end, interrupted dumps
/// are repeated, and the kernel's extended acknowledgement is kept. A connection is used by one owner at a time.
public final class NetlinkConnection {
    /// How often a dump is tried before ``NetlinkError/interrupted(attempts:)``.
    public static let dumpAttempts = 16

    /// Most bytes of a batch that are sent at once: 64 KiB, or less where the transport has refused that.
    var chunkBytes = 64 * 1024

    let transport: any NetlinkTransport

    /// The address (`nl_pid`) under which the kernel answers, which it puts into notices of what was changed through this
    /// connection.
    public var port: UInt32 { transport.port }
    private var sequence: UInt32
    /// The datagram received last. The kernel fills dumps up to 32 KiB for readers with room for it; where it has less to
    /// say, the rest of this memory is never touched and so takes none.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    /// A connection over `transport`, whose first request has the sequence number `firstSequence`.
    public init(over transport: any NetlinkTransport, firstSequence: UInt32 = 1) {
        self.transport = transport
        sequence = firstSequence
    }

    deinit { buffer.deallocate() }

    /// A connection over a new socket of `family` in this thread's network namespace.
    public convenience init(_ family: NetlinkProtocol, timeout: Duration = .seconds(5)) throws(NetlinkError) {
        self.init(over: try NetlinkSocket(family, timeout: timeout))
    }

    // MARK: Requests

    /// Has the kernel execute `request` and waits for its acknowledgement.
    public func execute(_ request: NetlinkRequest) throws(NetlinkError) {
        if let error = execute(CollectionOfOne(request)).first ?? nil { throw error }
    }

    /// Asks for one object and returns what `decode` makes of the reply: its header and the bytes behind it.
    ///
    /// Throws `.noReply` when the kernel acknowledges without a reply.
    public func reply<Reply>(
        to request: NetlinkRequest,
        decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Reply
    ) throws(NetlinkError) -> Reply {
        for _ in 0..<Self.dumpAttempts {
            var reply: Reply?
            let ending = try exchange(request, flags: .acknowledge) { (header, payload) throws(NetlinkDecodingError) in
                reply = try decode(header, payload)
            }
            guard ending == .complete else { continue }
            guard let reply else { throw .noReply }
            return reply
        }
        throw .interrupted(attempts: Self.dumpAttempts)
    }

    /// Asks for all objects and returns what `decode` makes of each part; parts that it maps to `nil` are left out.
    ///
    /// A dump that the kernel marks as interrupted, or that overflowed the socket, is repeated from the start.
    public func dump<Element>(
        _ request: NetlinkRequest,
        decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Element?
    ) throws(NetlinkError) -> [Element] {
        for _ in 0..<Self.dumpAttempts {
            var elements: [Element] = []
            let ending = try exchange(request, flags: .dump) { (header, payload) throws(NetlinkDecodingError) in
                if let element = try decode(header, payload) { elements.append(element) }
            }
            if ending == .complete { return elements }
        }
        throw .interrupted(attempts: Self.dumpAttempts)
    }

    /// Asks for all objects and hands each part to `body` as it comes, so that memory does not grow with their number.
    ///
    /// Parts that were handed over cannot be taken back: where ``dump(_:decode:)`` would start anew, this throws
    /// `.interrupted` behind the last part, and what came before may not fit together. `body` must not use the connection.
    public func forEachPart(
        ofDump request: NetlinkRequest,
        _ body: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws(NetlinkError) {
        guard try exchange(request, flags: .dump, part: body) == .complete else { throw .interrupted(attempts: 1) }
    }

    // MARK: Exchange

    private enum Ending { case complete, interrupted }

    func nextSequence() -> UInt32 {
        defer { sequence &+= 1 }
        return sequence
    }

    /// Sends one request and hands every part of its answer to `part`, up to the acknowledgement or the end of a dump.
    private func exchange(
        _ request: NetlinkRequest, flags: NetlinkFlags,
        part: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws(NetlinkError) -> Ending {
        if let fault = request.fault { throw fault }
        let sequence = nextSequence()
        var datagram: [UInt8] = []
        request.encode(into: &datagram, flags: flags, sequence: sequence, port: transport.port)
        try send(datagram)

        var interrupted = false
        var status: NetlinkStatus?
        var fault: NetlinkDecodingError?
        while status == nil {
            do throws(NetlinkError) {
                try receive { (header, payload) throws(NetlinkDecodingError) in
                    guard header.sequence == sequence, header.port == transport.port, status == nil else { return }
                    interrupted = interrupted || header.flags.contains(.dumpInterrupted)
                    switch header.type {
                    case NetlinkControl.noop: break
                    case NetlinkControl.error, NetlinkControl.done:
                        status = try NetlinkStatus(payload, header: header)
                    case NetlinkControl.overrun: interrupted = true
                    default:
                        // A part that cannot be read must not leave the rest of the answer in the socket.
                        do throws(NetlinkDecodingError) {
                            if fault == nil { try part(header, payload) }
                        } catch { fault = error }
                    }
                }
            } catch .overrun {
                // Reading is harmless to repeat, and a fresh sequence number tells old parts from new ones.
                return .interrupted
            }
        }
        if let status, status.code != 0 {
            throw .refused(Errno(rawValue: status.code), status.extended)
        }
        if interrupted { return .interrupted }
        if let fault { throw .malformed(fault) }
        return .complete
    }

    func send(_ datagram: [UInt8]) throws(NetlinkError) {
        do throws(Errno) { try transport.send(datagram) } catch { throw .system("sendto", error) }
    }

    /// Receives one datagram and hands each of its messages to `message`.
    func receive(
        _ message: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws(NetlinkError) {
        let length: Int
        do throws(Errno) {
            length = try transport.receive(into: buffer)
        } catch {
            throw NetlinkError(receiving: error, by: "recvfrom")
        }
        try forEachMessage(in: buffer, length: length, message)
    }

    /// Receives what waits, `count` datagrams at most, and hands each message to `message`; waits only for the first.
    func receive(
        upTo count: Int, _ message: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws(NetlinkError) {
        // Aligned, because the kernel's structures are.
        let slotBytes = buffer.count / max(1, count) & ~15
        let lengths: [Int]
        do throws(Errno) {
            lengths = try transport.receive(into: buffer, slotBytes: slotBytes)
        } catch {
            throw NetlinkError(receiving: error, by: "recvmmsg")
        }
        for (slot, length) in lengths.prefix(buffer.count / max(1, slotBytes)).enumerated() {
            let memory = buffer[slot * slotBytes..<(slot + 1) * slotBytes]
            try forEachMessage(in: UnsafeMutableRawBufferPointer(rebasing: memory), length: length, message)
        }
    }

    /// Hands each message of the datagram at the beginning of `memory` to `message`.
    private func forEachMessage(
        in memory: UnsafeMutableRawBufferPointer, length: Int,
        _ message: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws(NetlinkError) {
        do throws(NetlinkDecodingError) {
            // The transport may be anybody's.
            guard 0...memory.count ~= length else {
                throw NetlinkDecodingError(.lengthBeyondEnd(claimed: length, available: memory.count))
            }
            try UnsafeRawBufferPointer(rebasing: memory[..<length]).bytes.forEachMessage(message)
        } catch {
            throw .malformed(error)
        }
    }
}

extension NetlinkError {
    /// What a failed receiving means; `call` is the system call that failed.
    fileprivate init(receiving errno: Errno, by call: String) {
        switch errno {
        case .resourceTemporarilyUnavailable: self = .timeout
        case .noBufferSpace: self = .overrun
        default: self = .system(call, errno)
        }
    }
}
