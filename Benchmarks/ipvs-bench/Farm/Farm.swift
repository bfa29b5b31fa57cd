import Addressing
import CLinux
import Glibc
import LVSCareSystem

/// Very many real servers in one process: 127.1.x.y, port 80, which answer HTTP requests and keep connections.
///
/// One listening socket takes the connections to all of them; where a connection arrived tells which it is. From SIGUSR1
/// on it notes when new connections come, and at SIGTERM it prints
///
///     CONNECTIONS SERVERS MEDIAN 99TH-PERCENTILE MOST
///
/// how many came, how many servers got some, and how many milliseconds lay between two to the same server.
final class Farm {
    private let listener: Int32
    private let signals: Signals
    private var poller: Poller
    private var requests: [Int32: HTTPMessage] = [:]
    private var arrivals: [(server: UInt16, at: Double)]?

    init() throws(Failure) {
        var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw Failure(call: "setrlimit")
        }
        listener = try Socket.listening(at: Endpoint(address: .unspecified(.ipv4), port: 80))
        signals = try Signals([SIGUSR1, SIGTERM])
        poller = try Poller()
        poller.add(listener, .readable)
        poller.add(signals.descriptor, .readable)
    }

    func run() {
        while true {
            for (socket, _) in poller.wait(milliseconds: -1) {
                switch socket {
                case listener: accept()
                case signals.descriptor:
                    while let signal = signals.next() {
                        if signal == SIGTERM { return report() }
                        arrivals = []
                    }
                default: read(socket)
                }
            }
        }
    }

    private func accept() {
        while let socket = Socket.accepted(by: listener) {
            let server = server(of: socket)
            arrivals?.append((server, Moment().milliseconds))
            requests[socket] = HTTPMessage()
            poller.add(socket, .readable)
        }
    }

    private func read(_ socket: Int32) {
        switch Socket.read(socket) {
        case .nothingYet: break
        case .end: end(socket)
        case .bytes(let bytes):
            requests[socket, default: HTTPMessage()].append(bytes)
            guard let request = requests[socket], request.hasHead else { return }
            requests[socket] = HTTPMessage()
            let close = request.wantsClose
            let written = Socket.write(HTTPMessage.answer("200 OK", line: "ok", close: close), to: socket)
            if close || !written { end(socket) }
        }
    }

    private func end(_ socket: Int32) {
        close(socket)
        requests[socket] = nil
    }

    /// The last two octets of the address at which a connection arrived.
    private func server(of socket: Int32) -> UInt16 {
        let octets = SocketAddress(of: socket)?.endpoint?.address.octets.suffix(2) ?? []
        return octets.reduce(0) { $0 << 8 | UInt16($1) }
    }

    private func report() {
        var last: [UInt16: Double] = [:]
        var gaps: [Double] = []
        for (server, moment) in arrivals ?? [] {
            if let before = last.updateValue(moment, forKey: server) { gaps.append(moment - before) }
        }
        gaps.sort()
        let figures = [gaps.count / 2, gaps.count * 99 / 100, gaps.count - 1].map { index in
            gaps.indices.contains(index) ? hundredths(gaps[index]) : "-"
        }
        Output.standard.write("\(arrivals?.count ?? 0) \(last.count) \(figures.joined(separator: " "))\n")
    }
}
