public import Netlink
public import SystemPackage

/// A kernel at message level: answers each datagram with what a script says.
///
/// Replies are written with the request's sequence number and this transport's port unless they say otherwise.
public final class ScriptedKernel: NetlinkTransport {
    /// One message of an answer.
    public struct Reply: Sendable {
        /// Message type.
        public var type: UInt16
        /// Message flags.
        public var flags: NetlinkFlags
        /// Bytes behind the netlink header.
        public var payload: [UInt8]
        /// Added to the request's sequence number; anything but 0 is an answer to somebody else.
        public var sequenceOffset: UInt32
        /// The port that it is meant for; `nil` is the asker's.
        public var port: UInt32?

        /// A reply of its parts.
        public init(
            type: UInt16, flags: NetlinkFlags = [], payload: [UInt8] = [], sequenceOffset: UInt32 = 0,
            port: UInt32? = nil
        ) {
            self.type = type
            self.flags = flags
            self.payload = payload
            self.sequenceOffset = sequenceOffset
            self.port = port
        }

        /// `NLMSG_ERROR` with `errno` (0 acknowledges) in the capped form that the kernel uses by default here.
        public static func status(_ errno: Int32, message: String? = nil) -> Reply {
            var payload = withUnsafeBytes(of: -errno) { [UInt8]($0) }
            payload += [UInt8](repeating: 0, count: NetlinkHeader.size)
            var flags: NetlinkFlags = .capped
            if let message {
                var writer = AttributeWriter()
                writer.string(1, message)
                payload += writer.bytes
                flags.insert(.extendedAcknowledgement)
            }
            return Reply(type: NetlinkControl.error, flags: flags, payload: payload)
        }

        /// `NLMSG_DONE`, the end of a dump.
        public static func done(_ errno: Int32 = 0) -> Reply {
            Reply(
                type: NetlinkControl.done, flags: .multi, payload: withUnsafeBytes(of: -errno) { [UInt8]($0) })
        }
    }

    /// What one receive call yields.
    public enum Datagram: Sendable {
        /// Messages in one datagram.
        case replies([Reply])
        /// Bytes as they are.
        case raw([UInt8])
        /// A failed `recvfrom`.
        case failure(Errno)
    }

    /// A request as the kernel sees it.
    public struct Request: Sendable {
        /// Its netlink header.
        public var header: NetlinkHeader
        /// The bytes behind it.
        public var payload: [UInt8]
    }

    /// Port of the asker.
    public let port: UInt32 = 4711
    /// How many answers fit; small values make the connection cut its batches.
    public var answerCapacity = 256
    /// Most bytes that a datagram may have; more is `EMSGSIZE`, as with a small send buffer. `nil` is any number.
    public var sendLimit: Int?
    /// Everything that was asked so far.
    public private(set) var requests: [Request] = []
    /// Number of datagrams that were sent.
    public private(set) var sentDatagrams = 0
    /// Number of calls that received something.
    public private(set) var receipts = 0

    private let script: (Request) -> [Datagram]
    private var pending: [Datagram] = []
    private var sequences: [UInt32] = []

    /// A kernel that answers each request with the datagrams that `script` returns for it.
    public init(_ script: @escaping (Request) -> [Datagram]) { self.script = script }

    /// Takes one datagram with one or more requests.
    public func send(_ datagram: [UInt8]) throws(Errno) {
        if let sendLimit, datagram.count > sendLimit { throw .messageTooLong }
        sentDatagrams += 1
        var offset = 0
        while offset < datagram.count {
            guard let header = try? NetlinkHeader(datagram.span.bytes, at: offset) else { throw .invalidArgument }
            let end = offset + Int(header.length)
            let request = Request(header: header, payload: Array(datagram[(offset + NetlinkHeader.size)..<end]))
            requests.append(request)
            for datagram in script(request) {
                pending.append(datagram)
                sequences.append(header.sequence)
            }
            offset = (end + 3) & ~3
        }
    }

    /// Yields the next datagram of the script; `EAGAIN` when there is none.
    public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let length = try next(into: buffer)
        receipts += 1
        return length
    }

    /// Yields the next datagrams of the script, up to a failure; `EAGAIN` when there is none.
    public func receive(into buffer: UnsafeMutableRawBufferPointer, slotBytes: Int) throws(Errno) -> [Int] {
        var lengths = [try next(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<slotBytes]))]
        for slot in 1..<max(1, buffer.count / slotBytes) {
            if case .failure? = pending.first { break }
            guard !pending.isEmpty else { break }
            let memory = buffer[slot * slotBytes..<(slot + 1) * slotBytes]
            lengths.append(try next(into: UnsafeMutableRawBufferPointer(rebasing: memory)))
        }
        receipts += 1
        return lengths
    }

    private func next(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        guard !pending.isEmpty else { throw .resourceTemporarilyUnavailable }
        let sequence = sequences.removeFirst()
        var bytes: [UInt8] = []
        switch pending.removeFirst() {
        case .failure(let errno): throw errno
        case .raw(let octets): bytes = octets
        case .replies(let replies):
            for reply in replies {
                NetlinkHeader(
                    length: UInt32(NetlinkHeader.size + reply.payload.count), type: reply.type, flags: reply.flags,
                    sequence: sequence &+ reply.sequenceOffset, port: reply.port ?? port
                ).encode(into: &bytes)
                bytes += reply.payload
                while bytes.count % 4 != 0 { bytes.append(0) }
            }
        }
        guard bytes.count <= buffer.count else { throw .messageTooLong }
        buffer.copyBytes(from: bytes)
        return bytes.count
    }
}
