import CLinux

/// The states of a descriptor that a loop reports: the events of `epoll(7)`.
public struct Readiness: OptionSet, Sendable {
    /// `EPOLL…` bits.
    public let rawValue: UInt32

    /// The bits as they are in `struct epoll_event`.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// There is something to read, or the end of it (`EPOLLIN`).
    public static let readable = Readiness(EPOLLIN)
    /// There is room to write; a connection that was being opened is open or has failed (`EPOLLOUT`).
    public static let writable = Readiness(EPOLLOUT)
    /// The peer writes no more (`EPOLLRDHUP`).
    public static let peerClosed = Readiness(EPOLLRDHUP)
    /// An error waits to be fetched (`EPOLLERR`); told of unasked.
    public static let failed = Readiness(EPOLLERR)
    /// Neither side writes any more (`EPOLLHUP`); told of unasked.
    public static let hungUp = Readiness(EPOLLHUP)

    /// Only what has become ready since it was last told (`EPOLLET`), for a handler that reads and writes until `EAGAIN`.
    public static let changesOnly = Readiness(EPOLLET)

    private init(_ event: EPOLL_EVENTS) { self.init(rawValue: event.rawValue) }
}

/// A receiver of the events of a descriptor.
public protocol ReadinessHandler: AnyObject {
    /// Called on the loop with all that the descriptor is ready for.
    ///
    /// Anything may be done within the call: closing the descriptor, watching others, stopping the loop.
    func descriptorIsReady(_ readiness: Readiness)
}

/// A handler that calls a closure whatever the descriptor is ready for, such as one that only reads.
public final class ReadinessCallback: ReadinessHandler {
    private let body: () -> Void

    /// A handler that calls `body` on the loop.
    public init(_ body: @escaping () -> Void) { self.body = body }

    /// Calls it.
    public func descriptorIsReady(_ readiness: Readiness) { body() }
}
