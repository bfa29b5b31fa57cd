import CLinux
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

/// No value that a caller or a kernel may hand over traps.
@Suite struct AnyValueTests {
    static let offsets = [Int.min, .min + 1, -17, -4, -1, 5, 17, .max - 3, .max]

    @Test(arguments: offsets)
    func `an offset outside of the bytes is an error of a header`(offset: Int) {
        let bytes = [UInt8](repeating: 0x10, count: 16)
        #expect(throws: NetlinkDecodingError.self) { try NetlinkHeader(bytes.span.bytes, at: offset) }
    }

    @Test(arguments: offsets)
    func `an offset outside of the bytes is an error of an integer`(offset: Int) {
        let bytes: [UInt8] = [1, 2, 3, 4]
        #expect(throws: NetlinkDecodingError.self) { try bytes.span.bytes.integer(at: offset, as: UInt32.self) }
        #expect(throws: NetlinkDecodingError.self) { try bytes.span.bytes.integer(at: offset, as: UInt8.self) }
    }

    @Test(arguments: offsets)
    func `an offset outside of the bytes is an error of a list of attributes`(offset: Int) {
        let bytes: [UInt8] = [4, 0, 1, 0]
        #expect(throws: NetlinkDecodingError.self) {
            try bytes.span.bytes.forEachAttribute(from: offset) { (_, _) throws(NetlinkDecodingError) in }
        }
    }

    /// The status of an `NLMSG_ERROR`: no errno is above 4095 (`MAX_ERRNO`, `linux/err.h`), and none is negative.
    @Test(arguments: [Int32.min, .min + 1, -4096, 1, .max])
    func `a status that is no errno is malformed`(status: Int32) {
        let kernel = ScriptedKernel { request in
            let octets = withUnsafeBytes(of: status) { [UInt8]($0) } + [UInt8](repeating: 0, count: 16)
            let isDump = request.header.flags.contains(.dump)
            return [
                .replies([
                    ScriptedKernel.Reply(type: isDump ? NetlinkControl.done : NetlinkControl.error, payload: octets)
                ])
            ]
        }
        let connection = NetlinkConnection(over: kernel)
        let request = NetlinkRequest(type: 16) { $0.header([0, 0, 0, 0]) }
        func isMalformed(_ error: NetlinkError?) -> Bool { if case .malformed? = error { true } else { false } }

        #expect(isMalformed(connection.execute([request, request]).last ?? nil))
        let single = #expect(throws: NetlinkError.self) {
            try connection.reply(to: request) { (_, _) throws(NetlinkDecodingError) in }
        }
        #expect(isMalformed(single))
        let dump = #expect(throws: NetlinkError.self) {
            try connection.dump(request) { (_, _) throws(NetlinkDecodingError) -> Int? in nil }
        }
        #expect(isMalformed(dump))
        let transaction = #expect(throws: NetlinkTransactionError.self) {
            try connection.transact([request], begin: request, end: request)
        }
        #expect(isMalformed(transaction?.underlying))
    }

    /// A transport that says it received what it cannot have.
    private final class Liar: NetlinkTransport {
        let port: UInt32 = 1
        let answerCapacity: Int
        let length: Int

        init(length: Int) {
            self.length = length
            answerCapacity = length
        }

        func send(_ datagram: [UInt8]) throws(Errno) {}
        func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int { length }
        func receive(into buffer: UnsafeMutableRawBufferPointer, slotBytes: Int) throws(Errno) -> [Int] {
            [Int](repeating: length, count: 40)
        }
    }

    @Test(arguments: [Int.min, -1, 1 << 20, .max])
    func `a transport that receives more than there is room for fails`(length: Int) {
        let connection = NetlinkConnection(over: Liar(length: length))
        let request = NetlinkRequest(type: 16) { $0.header([0, 0, 0, 0]) }
        #expect(connection.execute([request, request]).allSatisfy { $0 != nil })
        #expect(throws: NetlinkError.self) {
            try connection.reply(to: request) { (_, _) throws(NetlinkDecodingError) in }
        }
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1), .seconds(Int64.max), .seconds(Int64.max) * 3])
    func `a socket waits as long as any duration says`(timeout: Duration) throws {
        let connection = try NetlinkConnection(.route, timeout: timeout)
        // RTM_GETLINK for number 1, `lo`: the kernel answers before anybody has to wait.
        let request = NetlinkRequest(type: 18) { $0.header([0, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 11)) }
        try connection.reply(to: request) { (_, _) throws(NetlinkDecodingError) in }
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1)])
    func `a socket does not wait for ever when its timeout is next to nothing`(timeout: Duration) throws {
        let socket = try NetlinkSocket(.route, timeout: timeout)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 16)
        defer { buffer.deallocate() }
        #expect(throws: Errno.resourceTemporarilyUnavailable) { try socket.receive(into: buffer) }
    }
}
