import Netlink
import SystemPackage

/// A socket that counts what goes through it.
final class CountingTransport: NetlinkTransport {
    private let socket: NetlinkSocket
    private(set) var sent: [NetlinkHeader] = []
    /// The command of each generic netlink request, the first byte behind its header.
    private(set) var commands: [UInt8] = []
    private(set) var systemCalls = 0

    init(_ family: NetlinkProtocol) throws { socket = try NetlinkSocket(family) }

    var port: UInt32 { socket.port }
    var answerCapacity: Int { socket.answerCapacity }

    func reset() { (sent, commands, systemCalls) = ([], [], 0) }

    func send(_ datagram: [UInt8]) throws(Errno) {
        systemCalls += 1
        if let header = try? NetlinkHeader(datagram.span.bytes) {
            sent.append(header)
            commands.append(datagram[NetlinkHeader.size])
        }
        try socket.send(datagram)
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        systemCalls += 1
        return try socket.receive(into: buffer)
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer, slotBytes: Int) throws(Errno) -> [Int] {
        systemCalls += 1
        return try socket.receive(into: buffer, slotBytes: slotBytes)
    }
}
