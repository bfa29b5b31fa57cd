import CLinux
import Glibc
public import SystemPackage

extension NetlinkSocket {
    /// Waits for one datagram and takes what waits behind it, too. (`recvmmsg`)
    ///
    /// The kernel answers before `send` returns, so that one call gets all answers for which there are slots.
    public func receive(into buffer: UnsafeMutableRawBufferPointer, slotBytes: Int) throws(Errno) -> [Int] {
        let slots = slotBytes > 0 ? buffer.count / slotBytes : 0
        guard slots > 0, let memory = buffer.baseAddress else { throw .invalidArgument }
        var senders = [sockaddr_nl](repeating: sockaddr_nl(), count: slots)
        var vectors = (0..<slots).map { iovec(iov_base: memory + $0 * slotBytes, iov_len: slotBytes) }
        var datagrams = [mmsghdr](repeating: mmsghdr(), count: slots)
        let (count, error) = senders.withUnsafeMutableBufferPointer { senders in
            vectors.withUnsafeMutableBufferPointer { vectors in
                for slot in 0..<slots {
                    datagrams[slot].msg_hdr.msg_name = senders.baseAddress.map { UnsafeMutableRawPointer($0 + slot) }
                    datagrams[slot].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_nl>.size)
                    datagrams[slot].msg_hdr.msg_iov = vectors.baseAddress.map { $0 + slot }
                    datagrams[slot].msg_hdr.msg_iovlen = 1
                }
                return Self.receive(&datagrams, on: descriptor.rawValue)
            }
        }
        guard count >= 0 else { throw Errno(rawValue: error) }
        var lengths: [Int] = []
        for slot in 0..<count {
            guard datagrams[slot].msg_hdr.msg_flags & Int32(MSG_TRUNC) == 0 else { throw .messageTooLong }
            // What other processes send is dropped.
            lengths.append(senders[slot].nl_pid == 0 ? Int(datagrams[slot].msg_len) : 0)
        }
        return lengths
    }

    /// `MSG_WAITFORONE` (`linux/socket.h`, which programs do not get): wait for the first only.
    private static let waitForOne: Int32 = 0x10000

    /// Number of datagrams received, negative with an errno when there is none.
    private static func receive(_ datagrams: inout [mmsghdr], on number: Int32) -> (count: Int, error: Int32) {
        while true {
            let count = recvmmsg(number, &datagrams, UInt32(datagrams.count), Self.waitForOne, nil)
            if count >= 0 { return (Int(count), 0) }
            guard errno == EINTR else { return (-1, errno) }
        }
    }
}
