import Addressing
import NFTables
import NIOCore
import NIOPosix
import Netlink
import RouteNetlink

/// Hears from the kernel that something changed on the path to the VIP, on an event loop.
///
/// That makes repairs quick, but nothing depends on it: what is not heard, because a notice was lost or there is no
/// socket to hear it, is found when the repair interval is over.
final class KernelNotices {
    /// Longer than any notice; what is cut off would count as being of interest.
    private static let datagramSize = 32 * 1024

    private let interests: KernelInterests
    private let eventLoop: any EventLoop
    private let changed: () -> Void
    private(set) var channels: [KernelInterests.Subject: any Channel] = [:]
    private var isClosed = false

    /// Calls `changed` once for each datagram with something of interest, as soon as ``listen()`` was called.
    init(of interests: KernelInterests, on eventLoop: any EventLoop, changed: @escaping () -> Void) {
        self.interests = interests
        self.eventLoop = eventLoop
        self.changed = changed
    }

    /// Opens what is not open. Called ahead of every look at the kernel, so that nothing happens in between unheard, and
    /// so that a socket that could not be opened, or was lost, is tried again at that pace.
    func listen() {
        guard !isClosed else { return }
        for subject in interests.subjects where channels[subject] == nil { open(subject) }
    }

    /// Ends it: nothing is called any more, and no socket stays open.
    func close() {
        isClosed = true
        for channel in channels.values { channel.close(promise: nil) }
        channels = [:]
    }

    private func open(_ subject: KernelInterests.Subject) {
        // Each can do without the other: a kernel may lack nf_tables.
        guard let subscription = try? subscribe(to: subject) else { return }
        let descriptor = subscription.release()
        let reader = NIOLoopBound(
            NoticeReader { [weak self] datagram in self?.receive(datagram, about: subject) }, eventLoop: eventLoop)
        let notices = NIOLoopBound(self, eventLoop: eventLoop)
        _ = NIOPipeBootstrap(group: eventLoop)
            .channelInitializer { channel in
                let notices = notices.value
                notices.channels[subject] = channel
                channel.closeFuture.assumeIsolated().whenComplete { [weak notices] _ in
                    notices?.channels[subject] = nil
                }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.syncOptions?.setOption(
                        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.datagramSize))
                    try channel.pipeline.syncOperations.addHandler(reader.value)
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
        // Without a channel, which would close it, the descriptor is still ours.
        if channels[subject] == nil { _ = OwnedDescriptor(adopting: descriptor) }
    }

    private func subscribe(to subject: KernelInterests.Subject) throws(NetlinkError) -> NetlinkSubscription {
        switch subject {
        case .routing: try .toRouting(RouteGroup.all(of: interests.vip.family))
        case .ruleset: try .toRuleset()
        }
    }

    private func receive(_ datagram: ByteBuffer, about subject: KernelInterests.Subject) {
        guard !isClosed, interests.concerns(subject, datagram.readableBytesSpan) else { return }
        changed()
    }
}

/// Hands on what one `read(2)` gives, which is a datagram.
private final class NoticeReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: (ByteBuffer) -> Void

    init(_ received: @escaping (ByteBuffer) -> Void) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { received(unwrapInboundIn(data)) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
