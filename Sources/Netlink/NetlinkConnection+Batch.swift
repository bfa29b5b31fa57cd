import SystemPackage

extension NetlinkConnection {
    /// Most datagrams that are received at once.
    static let datagramsAtOnce = 32

    /// Has the kernel execute `requests` in order and returns for each of them why it failed, `nil` for success.
    ///
    /// A request that fails does not keep the following ones from being executed. Many requests travel in one
    /// datagram and only the last of it is acknowledged, so that a batch costs two system calls for each 64 KiB.
    public func execute(_ requests: some Collection<NetlinkRequest>) -> [NetlinkError?] {
        exchange(requests) { (_, _, _) in }
    }

    /// Asks for many objects and returns what `decode` makes of the reply to each of `requests`, in their order.
    ///
    /// A request that is refused does not keep the following ones from being answered; one that is acknowledged
    /// without a reply, or whose reply `decode` maps to `nil`, yields `.noReply`. Many requests travel in one datagram
    /// and their replies are received 32 at once, so that three requests cost two system calls and a hundred five.
    /// For objects that come in one message; all objects of a kind are a ``dump(_:decode:)``.
    public func replies<Reply>(
        to requests: some Collection<NetlinkRequest>,
        decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Reply?
    ) -> [Result<Reply, NetlinkError>] {
        var replies = [Reply?](repeating: nil, count: requests.count)
        let errors = exchange(requests) { (index, header, payload) throws(NetlinkDecodingError) in
            replies[index] = try decode(header, payload)
        }
        return zip(replies, errors).map { reply, error in
            // What came before the rest was lost is as good as ever.
            if let reply { .success(reply) } else { .failure(error ?? .noReply) }
        }
    }

    /// Sends `requests` in as few datagrams as can be, hands each reply to `reply` with its request's position, and
    /// returns for each of them why it failed.
    private func exchange(
        _ requests: some Collection<NetlinkRequest>,
        reply: (Int, NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) -> [NetlinkError?] {
        var errors: [NetlinkError?] = []
        errors.reserveCapacity(requests.count)
        var remaining = requests[...]
        while let first = remaining.first {
            if let fault = first.fault {
                errors.append(fault)
                remaining = remaining.dropFirst()
                continue
            }
            var bytes = 0
            // All answers to a chunk must fit into the receive buffer, because they come before anyone reads.
            let limit = max(1, transport.answerCapacity)
            let chunk = remaining.prefix(limit).prefix { request in
                bytes += request.encodedLength
                return request.isSound && (bytes <= chunkBytes || bytes == request.encodedLength)
            }
            guard exchangeChunk(chunk, errors: &errors, reply: reply) else { continue }
            remaining = remaining[chunk.endIndex...]
        }
        return errors
    }

    /// Returns whether the chunk was sent or failed; not so when it was too large, and smaller ones are to be tried.
    private func exchangeChunk(
        _ requests: some Collection<NetlinkRequest>, errors: inout [NetlinkError?],
        reply: (Int, NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) -> Bool {
        let start = errors.count
        var first: UInt32?
        var datagram: [UInt8] = []
        datagram.reserveCapacity(min(chunkBytes, requests.count * 128))
        for (index, request) in requests.enumerated() {
            let sequence = nextSequence()
            first = first ?? sequence
            // Refusals are always sent; success needs to be heard only of the last.
            let flags: NetlinkFlags = index == requests.count - 1 ? .acknowledge : []
            request.encode(into: &datagram, flags: flags, sequence: sequence, port: transport.port)
            errors.append(nil)
        }
        guard let first else { return true }
        let last = requests.count - 1
        var heardOfLast = false
        do throws(NetlinkError) {
            try send(datagram)
            while !heardOfLast {
                // One more than there are requests, because the last is answered and acknowledged.
                try receive(upTo: min(Self.datagramsAtOnce, requests.count + 1)) {
                    (header, payload) throws(NetlinkDecodingError) in
                    let index = Int(header.sequence &- first)
                    guard header.port == transport.port, index <= last else { return }
                    if header.type == NetlinkControl.error {
                        let status = try NetlinkStatus(payload, header: header)
                        if status.code != 0 {
                            errors[start + index] = .refused(Errno(rawValue: status.code), status.extended)
                        }
                        if index == last { heardOfLast = true }
                    } else if header.type >= NetlinkControl.firstOfFamily {
                        // A reply that cannot be read is one request's misfortune.
                        do throws(NetlinkDecodingError) {
                            try reply(start + index, header, payload)
                        } catch { errors[start + index] = .malformed(error) }
                    }
                }
            }
        } catch .system("sendto", .messageTooLong) where requests.count > 1 {
            // Nothing of it was sent.
            errors.removeLast(requests.count)
            chunkBytes = max(1, datagram.count / 2)
            return false
        } catch {
            // Nobody knows which of the others took effect; the caller looks and tries again.
            for index in start..<errors.count where errors[index] == nil { errors[index] = error }
        }
        return true
    }
}
