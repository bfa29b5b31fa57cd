import Addressing
import CLinux
import Epoll
import Glibc
import LVSCareSystem

/// The system calls of a TCP connection that is opened, used and closed without ever blocking.
///
/// Each returns what went wrong as an `errno`, 0 for nothing. The number is closed by whoever opened it.
struct StreamSocket {
    /// The descriptor.
    let number: Int32

    /// A socket for addresses of `family`; `nil` with `errno` set when there is none to be had (`EMFILE`, `ENFILE`,
    /// `ENOBUFS`, `EAFNOSUPPORT`).
    init?(_ family: IPAddress.Family) {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        number = socket(Int32(family.rawValue), Int32(type), 0)
        if number < 0 { return nil }
    }

    // MARK: Opening

    /// Takes a source port. Probes of different real servers can have the same one at the same time.
    func bind(_ family: IPAddress.Family, port: UInt16) -> Int32 {
        set(SO_REUSEADDR, 1, level: SOL_SOCKET)
        return SocketAddress(IPAddress.unspecified(family), port: port).bind(number)
    }

    /// Begins to connect; the socket is writable when it is open or has failed.
    func connect(to address: IPAddress, port: UInt16) -> Int32 {
        let code = SocketAddress(address, port: port).connect(number)
        return code == EINPROGRESS ? 0 : code
    }

    /// The address and the port of this node, which it has as soon as it begins to connect. `getsockname(2)`
    var source: Endpoint? { SocketAddress(of: number)?.endpoint }

    /// Why the connection failed; reading it clears it.
    func takeError() -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    // MARK: Sending and receiving

    /// Sends what the kernel takes of `octets`, and returns how many that were; -1 with `errno` set for none.
    func send(_ octets: UnsafeRawBufferPointer) -> Int {
        Glibc.send(number, octets.baseAddress, octets.count, Int32(MSG_NOSIGNAL))
    }

    /// Fetches what is there, at most what `memory` has room for; 0 at the end, -1 with `errno` set for none.
    func receive(into memory: UnsafeMutableRawBufferPointer) -> Int {
        recv(number, memory.baseAddress, memory.count, 0)
    }

    /// Has the kernel ask whether the other side is still there, `interval` seconds after it last sent anything, and
    /// that often in a row at the same distance.
    ///
    /// `TCP_USER_TIMEOUT` takes the place of the count, tcp(7), so it is as long as they take; it also bounds the time
    /// that something may stay without an acknowledgement. A kernel that refuses one of these still sees the end of the
    /// process.
    func keepAlive(every interval: Int32, times: Int32) {
        set(SO_KEEPALIVE, 1, level: SOL_SOCKET)
        set(TCP_KEEPIDLE, interval, level: Int32(IPPROTO_TCP))
        set(TCP_KEEPINTVL, interval, level: Int32(IPPROTO_TCP))
        set(TCP_USER_TIMEOUT, (1 + times) * interval * 1000, level: Int32(IPPROTO_TCP))
    }

    /// Has the kernel ask no more.
    func stopKeepAlive() { set(SO_KEEPALIVE, 0, level: SOL_SOCKET) }

    // MARK: Closing

    /// Makes the close to come a reset: unsent data is dropped, and no `TIME_WAIT` remains.
    func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    private func set(_ option: Int32, _ value: Int32, level: Int32) {
        var value = value
        setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
