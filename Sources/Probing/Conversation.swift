import Director
import NIOCore

/// What is said on a connection once it is open; each kind of probe that says something has its own.
protocol Conversation: AnyObject {
    /// How far the connection has got.
    var phase: ProbeFailure.Phase { get }

    /// Starts to talk on `channel`, which has just been connected.
    func start(on channel: any Channel, _ report: @escaping (Connection.Event) -> Void)

    /// Closes the connection this instant and reports nothing any more.
    func abort()
}
