import Addressing
import LVSCareModel

extension ConnectionMachine {
    /// What the probe learns.
    enum Event: Hashable {
        /// It is open, and there is nothing to send on it.
        case connected
        /// The head of the response is there; the probe closes or keeps the connection now.
        case responded(status: Int, location: String?)
        /// The conversation has found the server healthy.
        case healthy
        /// It failed.
        case failed(ProbeFault, in: ProbeFailure.Phase)
        /// The connection that was to be kept is idle and stays open; or it was closed, as it cannot be kept.
        case kept(Bool)
        /// The connection that is kept has answered a heartbeat.
        case answered
        /// The connection that was kept has ended.
        case ended(ConnectionEnd)
    }

    /// What the driver has to do, in this order.
    struct Actions {
        /// Find the addresses of this name.
        var lookUp: String?
        /// Connect to this address.
        var connect: Route?
        /// Begin TLS for this host.
        var handshake: Host?
        /// Send this, over TLS where that is established.
        var send: [UInt8]?
        /// Have the kernel ask an idle server whether it is there, and let it send little.
        var monitors = false
        /// Part from the server.
        var parting: Parting?
        /// Report this to the probe; after the last event there is none.
        var event: Event?
    }

    /// An address, and the port of this node to come from; `nil` to let the kernel choose.
    struct Route: Hashable {
        var address: IPAddress
        var sourcePort: UInt16?
    }

    /// How to part from the server.
    enum Parting: Hashable {
        /// Send what TLS has to send, with a close_notify of our own or without, and let the server close.
        case close(notifies: Bool)
        /// Reset at once.
        case reset
    }
}
