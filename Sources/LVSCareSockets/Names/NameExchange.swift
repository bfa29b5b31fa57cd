import Addressing
import DNS
import Epoll
import Glibc
import SystemPackage

/// A question on its way to a name server, in a datagram or on a stream, until it is ended.
final class NameExchange {
    /// Datagrams that are read before other descriptors are attended to. One answers the question; others come from
    /// nobody who was asked.
    private static let batch = 8

    private let exchange: Lookup.Exchange
    private let loop: EpollLoop
    /// Receives what happens; `nil` when that is over.
    private var handler: ((Lookup.Input) -> Void)?
    private var datagrams: DatagramSocket?
    private var stream: TCPConnection?
    private var message = StreamedMessage()
    private var timer: AttendedTimer?

    /// Sends the question. `handler` receives what happens, maybe at once, until ``end()``, and holds this as long.
    init(_ exchange: Lookup.Exchange, on loop: EpollLoop, _ handler: @escaping (Lookup.Input) -> Void) {
        self.exchange = exchange
        self.loop = loop
        self.handler = handler
    }

    func start() {
        let number = exchange.number
        timer = loop.schedule(afterAttending: exchange.timeout, since: loop.now) { [weak self] in
            self?.handler?(.timedOut(number))
        }
        do throws(Errno) {
            switch exchange.transport {
            case .datagram:
                let datagrams = try DatagramSocket(to: exchange.server)
                self.datagrams = datagrams
                try loop.watch(datagrams.number, for: .readable, self)
                try datagrams.send(exchange.octets)
            case .stream:
                stream = try TCPConnection(
                    to: exchange.server.address, port: exchange.server.port, from: nil, receives: true,
                    limit: StreamedMessage.mostOctets, on: loop, for: self)
            }
        } catch {
            connectionFailed(error)
        }
    }

    /// Closes everything; `handler` is not called any more.
    func end() {
        handler = nil
        timer?.cancel()
        timer = nil
        stream?.reset()
        stream = nil
        guard let datagrams else { return }
        self.datagrams = nil
        loop.forget(datagrams.number)
        close(datagrams.number)
    }
}

extension NameExchange: ReadinessHandler {
    func descriptorIsReady(_ readiness: Readiness) {
        for _ in 0..<Self.batch {
            do throws(Errno) {
                guard let octets = try datagrams?.receive(into: loop.scratch) else { return }
                handler?(.received(exchange.number, octets))
            } catch {
                return connectionFailed(error)
            }
        }
    }
}

extension NameExchange: TCPConnectionOwner {
    func connectionOpened() { stream?.send(exchange.octets) }

    func connectionFailed(_ error: Errno) { handler?(.failed(exchange.number, errno: error.rawValue)) }

    func connectionReceived(_ octets: RawSpan) {
        if let message = message.receive(octets) { handler?(.received(exchange.number, message)) }
    }

    func connectionPaused() {}

    func connectionEnded() { handler?(.failed(exchange.number, errno: 0)) }

    func connectionFlooded() { handler?(.failed(exchange.number, errno: 0)) }
}
