package import Addressing
package import Epoll
import Glibc
package import SystemPackage

/// Who hears of a TCP connection. Anything may be done with the connection within each call.
package protocol TCPConnectionOwner: AnyObject {
    /// It is open.
    func connectionOpened()
    /// It could not be opened, or is broken; it is closed by now.
    func connectionFailed(_ error: Errno)
    /// The server said something.
    func connectionReceived(_ octets: RawSpan)
    /// All that had come has been read.
    func connectionPaused()
    /// The server says no more; the connection is closed by now.
    func connectionEnded()
    /// The server has sent more than was granted; the connection is closed by now.
    func connectionFlooded()
}

/// A TCP connection that is opened, spoken on, and parted from without ever waiting.
///
/// How it is closed is a decision about `TIME_WAIT`: the side that closes first keeps the connection's addresses and ports
/// for a minute, so a node with thousands of probes a second would fill its socket and connection-tracking tables.
/// Therefore either the server closes first (``leave()``), or nobody closes in an orderly way (``reset()``).
package final class TCPConnection {
    /// Time that the server has to close after it was left.
    package static let patience = Duration.milliseconds(250)
    /// Octets, say of an answer's body, that the server may still send then.
    package static let tolerance = 64 * 1024
    /// Most that is read for one event before others have their turn: so many pieces of 32 KiB, and so much time.
    private static let turn = (pieces: 4, time: Duration.milliseconds(2))

    private enum Reading {
        case untilNothingIsThere
        case upToEnd
    }

    private enum State {
        case opening
        case open
        /// All is said, and the server shall close.
        case leaving
        case closed
    }

    private let loop: EpollLoop
    private let socket: StreamSocket
    private var state = State.opening
    /// Is told what happens until all is said.
    private var owner: (any TCPConnectionOwner)?
    /// What the kernel has not taken yet.
    private var unsent: ArraySlice<UInt8> = []
    private var timer: LoopTimer?
    /// Octets that the server may still send before it has to close.
    private var grant: Int
    /// How reading goes on after the turn of others; `nil` when it does not.
    private var postponedReading: Reading?

    /// Begins to connect to `port` of `address`; `owner` is told of the rest.
    ///
    /// Without `listens`, all that matters is whether it opens. `grant` is how many octets the server may send. Throws what the
    /// kernel has against it at once.
    package init(
        to address: IPAddress, port: UInt16, from sourcePort: UInt16?, listens: Bool, grant: Int, on loop: EpollLoop,
        for owner: any TCPConnectionOwner
    ) throws(Errno) {
        self.loop = loop
        self.grant = grant
        self.owner = owner
        socket = try Self.connecting(to: address, port: port, from: sourcePort)
        do throws(Errno) {
            // All at once and for the connection's whole life, so that it costs one system call.
            try loop.watch(
                socket.number,
                for: listens ? [.readable, .writable, .peerClosed, .changesOnly] : [.writable, .changesOnly], self)
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

    // MARK: Speaking

    /// Sends `octets`, what the kernel does not take now as soon as it does.
    ///
    /// What it refuses for good it says when the rest is read: a server may have answered before it closed.
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
    package func keepAlive(every interval: Int32, times: Int32) { socket.keepAlive(every: interval, times: times) }

    /// Lets the server send so many octets from now on.
    package func grant(_ octets: Int) { grant = octets }

    private var isUsable: Bool {
        switch state {
        case .open, .leaving: true
        case .opening, .closed: false
        }
    }

    // MARK: Parting

    /// Leaves it to the server to close, which it does after an answer that was asked for with `Connection: close`, after TLS's
    /// goodbye and after a TLS alert: a healthy server never sees a reset, and has nothing to log.
    ///
    /// A server that has not closed after `patience`, or that sends more than `tolerance`, is cut off. The owner is
    /// told of nothing any more.
    package func leave() {
        guard case .open = state else { return }
        state = .leaving
        grant = Self.tolerance
        owner = nil
        timer = loop.schedule(at: loop.now + Self.patience) { [weak self] in self?.reset() }
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

    // MARK: Hearing

    /// Reads all that is there, in turns. With an end in sight it reads on to that.
    private func receive(upToEnd: Bool) {
        if postponedReading != nil {
            if upToEnd { postponedReading = .upToEnd }
            return
        }
        var pieces = 0
        let begin = loop.clock()
        while isUsable {
            guard pieces == 0 || pieces < Self.turn.pieces && loop.clock() - begin < Self.turn.time else {
                return postponeReading(upToEnd: upToEnd)
            }
            pieces += 1
            let count = socket.receive(into: loop.scratch)
            if count > 0 {
                take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]).bytes)
                // Less than there was room for: no more is there, and what comes is told of.
                if count < loop.scratch.count, !upToEnd { break }
            } else if count == 0 {
                // Who closes first has the `TIME_WAIT`, and that was the server.
                part { $0.connectionEnded() }
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                let error = Errno(rawValue: errno)
                part { $0.connectionFailed(error) }
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

    private func take(_ octets: RawSpan) {
        grant -= octets.byteCount
        if case .leaving = state {
            if grant < 0 { reset() }
        } else if grant < 0 {
            part { $0.connectionFlooded() }
        } else {
            owner?.connectionReceived(octets)
        }
    }

    private func part(_ tell: (any TCPConnectionOwner) -> Void) {
        let owner = owner
        close()
        if let owner { tell(owner) }
    }
}

extension TCPConnection: ReadinessHandler {
    package func descriptorIsReady(_ readiness: Readiness) {
        if case .opening = state {
            if !readiness.isDisjoint(with: [.failed, .hungUp]) {
                let code = socket.takeError()
                if code != 0 { return part { $0.connectionFailed(Errno(rawValue: code)) } }
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
