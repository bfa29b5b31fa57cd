import CLinux
import Director
import Glibc
import NIOCore
import NIOPosix

/// SIGTERM and SIGINT as events of an event loop instead of interruptions.
///
/// From the moment it is made, the signals wait in a descriptor (`signalfd(2)`), also for threads that are started
/// later, and also for process 1 of a container, which would not be ended by them.
final class TerminationSignals {
    private var descriptor: Int32

    /// Holds the signals back. Throws when the process has no descriptor left.
    init() throws(KernelFailure) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        descriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw KernelFailure(
                operation: "wait for", object: "signals", code: errno, message: String(cString: strerror(errno)))
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Calls `body` on the event loop when a signal has come; one that came before counts, too.
    func whenReceived(on eventLoop: any EventLoop, _ body: @escaping (String) -> Void) {
        let body = NIOLoopBound(body, eventLoop: eventLoop)
        NIOPipeBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SignalReader(body.value))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .whenFailure { body.value("\($0)") }
        descriptor = -1
    }
}

/// Reads `struct signalfd_siginfo`, whose first member is the number of the signal.
private final class SignalReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let body: (String) -> Void

    init(_ body: @escaping (String) -> Void) { self.body = body }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        let number = buffer.readInteger(endianness: .host, as: UInt32.self).map(Int32.init(truncatingIfNeeded:))
        body(number == SIGINT ? "SIGINT" : "SIGTERM")
    }
}
