import SystemPackage

/// Why a transaction changed nothing, or may have.
public struct NetlinkTransactionError: Error, Hashable, Sendable {
    /// Position of the first request that the kernel refused; `nil` when it was the transaction as a whole.
    public var index: Int?
    /// The message of the kernel or the connection.
    public var underlying: NetlinkError

    /// Creates an error, by default one of the transaction as a whole.
    public init(at index: Int? = nil, _ underlying: NetlinkError) {
        self.index = index
        self.underlying = underlying
    }
}

extension NetlinkTransactionError: CustomStringConvertible {
    /// `request 3: File exists`, or what happened to the whole.
    public var description: String { index.map { "request \($0): \(underlying)" } ?? "\(underlying)" }
}

extension NetlinkConnection {
    /// Has the kernel execute `requests` as a whole or not at all, between the messages `begin` and `end`.
    ///
    /// This is the batch of nfnetlink (`NFNL_MSG_BATCH_BEGIN`, `NFNL_MSG_BATCH_END`). All of it goes in one
    /// datagram, for which the socket's send buffer grows; where it may not, because `net.core.wmem_max` is less and the
    /// process lacks `CAP_NET_ADMIN` over the machine, this throws `EMSGSIZE` and nothing was changed. The kernel looks at every request even behind a
    /// refused one and answers when it is through, so the first refusal is the cause and the others may be its
    /// consequences. A refusal means that nothing was changed; after `.timeout` and `.overrun` nobody knows.
    /// Without requests nothing is sent.
    public func transact(
        _ requests: [NetlinkRequest], begin: NetlinkRequest, end: NetlinkRequest
    ) throws(NetlinkTransactionError) {
        guard !requests.isEmpty else { return }
        for (index, request) in requests.enumerated() {
            if let fault = request.fault { throw NetlinkTransactionError(at: index, fault) }
        }
        let first = nextSequence()
        var datagram: [UInt8] = []
        begin.encode(into: &datagram, flags: [], sequence: first, port: transport.port)
        for (index, request) in requests.enumerated() {
            // Kernels before 6.10 do not acknowledge `end`, but all of them the last request.
            let flags: NetlinkFlags = index == requests.count - 1 ? .acknowledge : []
            request.encode(into: &datagram, flags: flags, sequence: nextSequence(), port: transport.port)
        }
        end.encode(into: &datagram, flags: [], sequence: nextSequence(), port: transport.port)

        var refusals: [Int: NetlinkError] = [:]
        var whole: NetlinkError?
        var heardOfLast = false
        do throws(NetlinkError) {
            try send(datagram)
            while !heardOfLast, whole == nil {
                try receive { (header, payload) throws(NetlinkDecodingError) in
                    let position = Int(header.sequence &- first)
                    guard header.port == transport.port, position <= requests.count + 1,
                        header.type == NetlinkControl.error
                    else { return }
                    let status = try NetlinkStatus(payload, header: header)
                    let refusal: NetlinkError? =
                        status.code == 0 ? nil : .refused(Errno(rawValue: status.code), status.extended)
                    if (1...requests.count).contains(position) {
                        if let refusal { refusals[position - 1] = refusal }
                        if position == requests.count { heardOfLast = true }
                    } else if let refusal {
                        // What the kernel says to `begin` is its last word: no right to do it, no such subsystem, no
                        // memory, a commit that failed.
                        whole = refusal
                    }
                }
            }
        } catch {
            // A refusal that did arrive tells more than that a later one was lost.
            if refusals.isEmpty { throw NetlinkTransactionError(error) }
        }
        if let whole { throw NetlinkTransactionError(whole) }
        if let (index, refusal) = refusals.min(by: { $0.key < $1.key }) {
            throw NetlinkTransactionError(at: index, refusal)
        }
    }
}
