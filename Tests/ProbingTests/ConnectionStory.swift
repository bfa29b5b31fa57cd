import Addressing
import Glibc
import LVSCareModel

@testable import Probing

/// A connection without a socket: hands in what happens at a time of its own, and notes what is to be done.
struct ConnectionStory {
    /// What the connection is for: a request that may leave it open.
    enum Transport: CaseIterable {
        case plain, secure
        /// A request that cannot be written.
        case impossible
    }

    typealias Input = @Sendable (inout ConnectionMachine) -> ConnectionMachine.Actions

    private(set) var machine: ConnectionMachine
    private var now = ContinuousClock.now
    private static let address = IPAddress("10.0.0.1") ?? .loopback(.ipv4)
    static let response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    init(of transport: Transport?, to host: Host = .address(address)) {
        machine = ConnectionMachine(
            to: host, from: 61000, for: transport.map(Self.conversation), at: now)
    }

    /// A gRPC call.
    init(ofCall scheme: String) throws {
        let tls = scheme == "https" ? TLSProbeConfiguration() : nil
        let call = GRPCCall(
            GRPCProbeConfiguration(tls: tls), at: Endpoint(address: Self.address, port: 1), timeout: .seconds(1))
        machine = ConnectionMachine(to: .address(Self.address), for: GRPCConversation(call), at: now)
    }

    /// A connection on which the request is sent.
    static func conversing(_ transport: Transport) -> ConnectionStory {
        var story = ConnectionStory(of: transport)
        _ = story.start()
        _ = story.opened()
        if transport == .secure { _ = story.established() }
        return story
    }

    /// A connection that is kept.
    static func kept(_ transport: Transport) -> ConnectionStory {
        var story = conversing(transport)
        _ = story.received(response)
        _ = story.perform { $0.keep() }
        _ = story.perform { $0.paused(hasSentAll: true) }
        return story
    }

    private static func conversation(_ transport: Transport) -> any Conversation {
        let configuration = HTTPProbeConfiguration(
            scheme: transport == .secure ? .https : .http, target: transport == .impossible ? "a b" : "/")
        return HTTPConversation(
            HTTPExchange(configuration, with: Endpoint(address: address, port: 1), staysOpen: true))
    }

    // MARK: What happens

    /// Hands in `input`, and returns what is to be done, in the order in which the driver does it.
    mutating func perform(_ input: Input) -> [String] { Self.lines(of: input(&machine)) }

    mutating func start() -> [String] { perform { $0.start() } }
    mutating func ended() -> [String] { perform { $0.ended() } }
    mutating func broken(_ errno: CInt) -> [String] { perform { $0.broken(errno: errno) } }

    mutating func resolved(_ addresses: String...) -> [String] {
        perform { $0.resolved(addresses.compactMap { IPAddress($0) }) }
    }

    mutating func opened(after time: Duration = .zero) -> [String] {
        now += time
        return perform { [now] in $0.opened(at: now) }
    }

    mutating func established(after time: Duration = .zero) -> [String] {
        now += time
        return perform { [now] in $0.established(applicationProtocol: nil, at: now) }
    }

    mutating func received(_ text: String, after time: Duration = .zero) -> [String] {
        now += time
        return perform { [now] in $0.received(Array(text.utf8).span.bytes, at: now) }
    }

    /// The way to a connection that is kept, over TLS if there is any.
    static let journey: [(String, Input)] = [
        ("start", { $0.start() }), ("resolved", { $0.resolved([address, address]) }),
        ("opened", { $0.opened(at: .now) }),
        ("established", { $0.established(applicationProtocol: nil, at: .now) }),
        ("received", { $0.received(Array(response.utf8).span.bytes, at: .now) }), ("keep", { $0.keep() }),
        ("paused", { $0.paused(hasSentAll: true) }),
    ]

    /// What may happen without the probe's doing.
    static let inputs: [(String, Input)] = journey.dropLast(2) + endings

    private static let endings: [(String, Input)] = [
        ("paused", { $0.paused(hasSentAll: true) }), ("ended", { $0.ended() }),
        ("broken", { $0.broken(errno: ECONNRESET) }), ("close_notify", { $0.closeNotified() }),
        ("failed", { $0.failed(.closedEarly) }), ("flooded", { $0.flooded(limit: 1) }),
        ("unresolved", { $0.unresolved("?") }),
    ]

    // MARK: What is done

    private static func lines(of actions: ConnectionMachine.Actions) -> [String] {
        var lines: [String] = []
        if let name = actions.lookUp { lines.append("look up \(name)") }
        if let route = actions.connect {
            lines.append("connect \(route.address)" + (route.sourcePort.map { " from \($0)" } ?? ""))
        }
        if let host = actions.handshake { lines.append("handshake with \(host)") }
        if let octets = actions.send { lines.append("send \(String(decoding: octets.prefix(14), as: UTF8.self))…") }
        if actions.monitors { lines.append("monitor") }
        switch actions.parting {
        case .close(let notifies): lines.append(notifies ? "close with close_notify" : "close")
        case .reset: lines.append("reset")
        case nil: break
        }
        if let event = actions.event { lines.append(line(of: event)) }
        return lines
    }

    private static func line(of event: ConnectionMachine.Event) -> String {
        switch event {
        case .connected: "connected"
        case .responded(let status, _): "responded \(status)"
        case .healthy: "healthy"
        case .failed(let fault, let phase): "failed in \(phase): \(reason(fault))"
        case .kept(let isKept): "kept \(isKept)"
        case .answered: "answered"
        case .ended(let end): "ended \(end.rawValue)"
        }
    }

    private static func reason(_ fault: ProbeFault) -> String {
        switch fault.reason {
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .connectTimeout: "connectTimeout"
        case .tlsTimeout: "tlsTimeout"
        case .reset: "reset"
        case .certificate(let fault): "certificate \(fault.rawValue)"
        case .tls: "tls"
        case .protocolError: "protocolError"
        case .local: "local"
        default: "something else"
        }
    }

    /// Whether a line is one that the probe is told.
    static func isEvent(_ line: String) -> Bool {
        ["connected", "responded", "healthy", "failed", "kept", "answered", "ended"].contains { line.hasPrefix($0) }
    }
}
