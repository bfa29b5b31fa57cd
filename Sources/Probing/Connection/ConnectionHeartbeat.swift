/// Heartbeats on a connection that stays open: what is sent, and what answers it. Octets in, octets out.
protocol ConnectionHeartbeat {
    /// Whether it costs the server no request.
    var isPing: Bool { get }

    /// Returns what to send for the next one.
    mutating func ask() -> [UInt8]

    /// Receives `octets`. Returns whether the latest one is answered now.
    ///
    /// Throws what ends the connection.
    mutating func receive(_ octets: RawSpan) throws(ProbeFault) -> Bool

    /// Takes what else has to be sent; `nil` for nothing.
    mutating func takeOutgoing() -> [UInt8]?
}
