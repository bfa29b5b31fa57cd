public import SystemPackage

/// Where a connection's datagrams go to and come from: a socket, or a scripted kernel in tests.
public protocol NetlinkTransport: AnyObject {
    /// The address (`nl_pid`) under which the kernel answers this transport.
    var port: UInt32 { get }

    /// How many answers of one message, refusals and replies, can wait to be received before one is lost.
    var answerCapacity: Int { get }

    /// Sends one datagram to the kernel.
    ///
    /// Throws `EMSGSIZE` when it is too long, and nothing of it was sent; a batch is sent in smaller ones then.
    func send(_ datagram: [UInt8]) throws(Errno)

    /// Waits for one datagram from the kernel and puts it into `buffer`; returns its length.
    ///
    /// Throws `EAGAIN` when none came in time, `ENOBUFS` when some were lost, `EMSGSIZE` when it did not fit.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int

    /// Waits for one datagram, takes what waits behind it as well, and returns the length of each.
    ///
    /// `buffer` is divided into slots of `slotBytes`, one for each datagram; one from somebody else than the kernel has
    /// the length 0. Throws as ``receive(into:)`` does, unless some did come before it failed.
    func receive(into buffer: UnsafeMutableRawBufferPointer, slotBytes: Int) throws(Errno) -> [Int]
}
