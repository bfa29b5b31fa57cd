package import Addressing
package import Epoll
import Glibc
package import SystemPackage

/// Receives what happens to a TCP connection. Anything may be done with the connection within each call.
package protocol TCPConnectionOwner: AnyObject {
    /// It is open.
    func connectionOpened()
    /// It could not be opened, or is broken; it is closed by now.
    func connectionFailed(_ error: Errno)
    /// The server has sent something.
    func connectionReceived(_ octets: RawSpan)
    /// All that had come has been read.
    func connectionPaused()
    /// The server has ended the connection, which is closed by now.
    func connectionEnded()
    /// The server has sent more than the limit; the connection is closed by now.
    func connectionFlooded()
}

/// A TCP connection that is opened, used and closed without ever blocking.
///
/// How it is closed is a decision about `TIME_WAIT`: the side that closes first keeps the connection's addresses and
/// ports for a minute, so a node with thousands of probes a second would fill its socket and connection-tracking
/// tables. Therefore either the server closes first (``waitForClose()``), or nobody closes in an orderly way
/// (``reset()``).
package final class TCPConnection {
    /// Time that the server has to close.
    package static let closeTimeout = Duration.milliseconds(250)
    /// Octets, such as those of a response's body, that the server may still send then.
    package static let maximumDiscardedBytes = 64 * 1024
    /// Most that is read for one event before other descriptors are attended to: so many pieces of 32 KiB, and so much
    /// time.
    private static let batch = (pieces: 4, time: Duration.milliseconds(2))

    private enum Reading {
        case untilNothingIsThere
        case upToEnd
    }

    private enum State {
        case opening
        case open
        /// All is sent, and the server shall close.
        case waitingForClose
        case closed
    }

    private let loop: EpollLoop
    private let socket: StreamSocket
    private var isKeptAlive = false
    private var state = State.opening
    /// Receives what happens, until the connection is closed or left to the server to close.
    private var owner: (any TCPConnectionOwner)?
    /// What the kernel has not taken yet.
    private var unsent: ArraySlice<UInt8> = []
    private var timer: LoopTimer?
    /// Octets that the server may still send.
    private var allowance: Int
    /// How reading goes on after other descriptors; `nil` when it does not.
    private var postponedReading: Reading?

    /// Begins to connect to `port` of `address`; `owner` receives the rest.
    ///
    /// Without `receives`, all that matters is whether it opens. `limit` is how many octets the server may send. Throws
    /// what the kernel has against it at once.
    package init(
        to address: IPAddress, port: UInt16, from sourcePort: UInt16?, receives: Bool, limit: Int, on loop: EpollLoop,
        for owner: any TCPConnectionOwner
    ) throws(Errno) {
        self.loop = loop
        allowance = limit
        self.owner = owner
        socket = try Self.connecting(to: address, port: port, from: sourcePort)
        do throws(Errno) {
            // All at once and for the connection's whole life, so that it costs one system call.
            try loop.watch(
                socket.number,
                for: receives ? [.readable, .writable, .peerClosed, .changesOnly] : [.writable, .changesOnly], self)
        } catch {
            close()
            throw error
        }
    }

    private static func connecting(
        to address: IPAddress, port: UInt16, from sourcePort: UInt16?
    ) throws(Errno) -> StreamSocket {
        guard let socket = StreamSocket(address.family) else { throw Errno(rawValue: errno) }
        // Somebody may have the port, which is as good as having none: the kernel chooses another then.
        let isBound = sourcePort.map { socket.bind(address.family, port: $0) == 0 } ?? false
        let code = socket.connect(to: address, port: port)
        guard code != 0 else { return socket }
        Glibc.close(socket.number)
        guard isBound, code == EADDRINUSE || code == EADDRNOTAVAIL else { throw Errno(rawValue: code) }
        return try connecting(to: address, port: port, from: nil)
    }

    /// The address and the port of this node; `nil` when it is closed.
    package var source: Endpoint? {
        if case .closed = state { nil } else { socket.source }
    }

    // MARK: Sending

    /// Sends `octets`, what the kernel does not take now as soon as it does.
    ///
    /// An error shows when the rest is read: a server may have responded before it closed.
    package func send(_ octets: [UInt8]) {
        if unsent.isEmpty { unsent = octets[...] } else { unsent += octets }
        sendRest()
    }

    private func sendRest() {
        guard isUsable else { return }
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes(socket.send)
            if count >= 0 {
                unsent.removeFirst(count)
            } else if errno != EINTR {
                break
            }
        }
        if unsent.isEmpty { unsent = [] }
    }

    /// Whether the kernel has taken all that was to be sent.
    package var hasSentAll: Bool { unsent.isEmpty }

    /// Has the kernel ask a server that is silent whether it is still there.
    package func keepAlive(every interval: Int32, times: Int32) {
        isKeptAlive = true
        socket.keepAlive(every: interval, times: times)
    }

    /// Has the kernel ask no more.
    package func stopKeepAlive() {
        guard isKeptAlive else { return }
        isKeptAlive = false
        socket.stopKeepAlive()
    }

    /// Lets the server send so many octets from now on.
    package func setLimit(_ octets: Int) { allowance = octets }

    private var isUsable: Bool {
        switch state {
        case .open, .waitingForClose: true
        case .opening, .closed: false
        }
    }

    // MARK: Closing

    /// Leaves it to the server to close, which it does after a response that was asked for with `Connection: close`,
    /// after a close_notify and after a TLS alert: a healthy server never sees a reset, and has nothing to log.
    ///
    /// A server that has not closed after `closeTimeout`, or that sends more than `maximumDiscardedBytes`, is cut off.
    /// The owner is told of nothing any more.
    package func waitForClose() {
        guard case .open = state else { return }
        state = .waitingForClose
        allowance = Self.maximumDiscardedBytes
        owner = nil
        timer = loop.schedule(at: loop.now + Self.closeTimeout) { [weak self] in self?.reset() }
    }

    /// Closes this instant with a reset: what is on its way is lost. The owner is told of nothing any more.
    package func reset() {
        if case .closed = state { return }
        socket.resetOnClose()
        close()
    }

    private func close() {
        if case .closed = state { return }
        state = .closed
        owner = nil
        unsent = []
        if let timer { loop.cancel(timer) }
        timer = nil
        loop.forget(socket.number)
        Glibc.close(socket.number)
    }

    // MARK: Receiving

    /// Reads all that is there, in batches. With an end in sight it reads on to that.
    private func receive(upToEnd: Bool) {
        if postponedReading != nil {
            if upToEnd { postponedReading = .upToEnd }
            return
        }
        var pieces = 0
        let begin = loop.clock()
        while isUsable {
            guard pieces == 0 || pieces < Self.batch.pieces && loop.clock() - begin < Self.batch.time else {
                return postponeReading(upToEnd: upToEnd)
            }
            pieces += 1
            let count = socket.receive(into: loop.scratch)
            if count > 0 {
                receive(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]).bytes)
                // Less than there was room for: no more is there, and more is an event of its own.
                if count < loop.scratch.count, !upToEnd { break }
            } else if count == 0 {
                // Who closes first has the `TIME_WAIT`, and that was the server.
                finish { $0.connectionEnded() }
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                let error = Errno(rawValue: errno)
                finish { $0.connectionFailed(error) }
            }
        }
        owner?.connectionPaused()
    }

    private func postponeReading(upToEnd: Bool) {
        postponedReading = upToEnd ? .upToEnd : .untilNothingIsThere
        loop.postpone { [weak self] in
            guard let self, let reading = self.postponedReading else { return }
            self.postponedReading = nil
            self.receive(upToEnd: reading == .upToEnd)
        }
    }

    private func receive(_ octets: RawSpan) {
        allowance -= octets.byteCount
        if case .waitingForClose = state {
            if allowance < 0 { reset() }
        } else if allowance < 0 {
            finish { $0.connectionFlooded() }
        } else {
            owner?.connectionReceived(octets)
        }
    }

    private func finish(_ report: (any TCPConnectionOwner) -> Void) {
        let owner = owner
        close()
        if let owner { report(owner) }
    }
}

extension TCPConnection: ReadinessHandler {
    package func descriptorIsReady(_ readiness: Readiness) {
        if case .opening = state {
            if !readiness.isDisjoint(with: [.failed, .hungUp]) {
                let code = socket.takeError()
                if code != 0 { return finish { $0.connectionFailed(Errno(rawValue: code)) } }
            }
            guard readiness.contains(.writable) else { return }
            state = .open
            owner?.connectionOpened()
        } else if !unsent.isEmpty {
            sendRest()
        }
        let isEnding = !readiness.isDisjoint(with: [.peerClosed, .failed, .hungUp])
        if isEnding || readiness.contains(.readable) { receive(upToEnd: isEnding) }
    }
}
