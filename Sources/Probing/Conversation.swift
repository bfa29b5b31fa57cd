import Director
import NIOCore

/// What is said on a connection once it is open; each kind of probe that says something has its own.
///
/// It ends with one event, and with the connection left to its ``Farewell``, or open for whoever decides after an answer.
protocol Conversation: AnyObject {
    /// How far the connection has got.
    var phase: ProbeFailure.Phase { get }
    /// How long the parts took that are the conversation's: TLS, and until the answer.
    var times: ProbeTimes { get }
    /// When the certificate of the real server expires, in seconds since 1970 (UTC); `nil` where it was not shown.
    var certificateExpiry: Int64? { get }

    /// Starts to talk on `channel`, which has just been connected.
    func start(on channel: any Channel, _ report: @escaping (Connection.Event) -> Void)

    /// Closes the connection in an orderly way, after its answer.
    func close()

    /// Keeps the connection open after its answer if it can be kept, and says whether it is; otherwise closes it.
    ///
    /// `settled` is called at most once, and not after ``abort()``. The connection's end goes to `ended`.
    func keep(ended: @escaping (ConnectionEnd) -> Void, settled: @escaping (KeptConnection?) -> Void)

    /// Closes the connection this instant and reports nothing any more.
    func abort()
}
