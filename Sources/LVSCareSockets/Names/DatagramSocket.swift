import Addressing
import Glibc
import LVSCareSystem
import SystemPackage

/// A socket for datagrams to and from one endpoint: its port is drawn by the kernel at random, and what others send to
/// it does not arrive.
struct DatagramSocket {
    /// The descriptor, which is closed by whoever opened it.
    let number: Int32

    /// A socket that is connected to `endpoint`. Throws what the kernel has against it: `EMFILE`, `ENFILE`, `ENOBUFS`,
    /// `EAFNOSUPPORT`, `ENETUNREACH`, `EACCES`.
    init(to endpoint: Endpoint) throws(Errno) {
        let type = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        number = socket(Int32(endpoint.address.family.rawValue), Int32(type), 0)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        let code = SocketAddress(endpoint).connect(number)
        guard code == 0 else {
            close(number)
            throw Errno(rawValue: code)
        }
    }

    /// Sends one datagram. Throws what an earlier one met, too: `ECONNREFUSED`, `EHOSTUNREACH`.
    func send(_ octets: [UInt8]) throws(Errno) {
        while Glibc.send(number, octets, octets.count, Int32(MSG_NOSIGNAL)) < 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    /// Fetches one datagram, of which `memory` is what has room; `nil` where none is there.
    func receive(into memory: UnsafeMutableRawBufferPointer) throws(Errno) -> [UInt8]? {
        while true {
            let count = recv(number, memory.baseAddress, memory.count, 0)
            if count >= 0 { return Array(memory[..<count]) }
            if errno == EAGAIN { return nil }
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }
}
