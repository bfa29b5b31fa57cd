public import SystemPackage

/// Where a connection's datagrams go to and come from: a socket, or a scripted kernel in tests.
public protocol NetlinkTransport: AnyObject {
    /// The address (`nl_pid`) under which the kernel answers this transport.
    var port: UInt32 { get }

    /// How many refusals can wait to be received before one is lost.
    var refusalCapacity: Int { get }

    /// Sends one datagram to the kernel.
    func send(_ datagram: [UInt8]) throws(Errno)

    /// Waits for one datagram from the kernel and puts it into `buffer`; returns its length.
    ///
    /// Throws `EAGAIN` when none came in time, `ENOBUFS` when some were lost, `EMSGSIZE` when it did not fit.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int
}
