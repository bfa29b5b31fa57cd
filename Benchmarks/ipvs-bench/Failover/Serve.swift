import Addressing
import CLinux
import Glibc

/// A real server that can fail: HTTP/1.1 with keep-alive, whose answers name it.
///
/// From SIGUSR1 to SIGUSR2 it fails. Who speaks TLS is passed on to one of two servers with a good and a wrong
/// certificate: the sockets `good` and `wrong` in the folder.
final class Serve {
    private let endpoint: Endpoint
    private let kind: FailureKind
    private let folder: String
    private let listener: Int32
    private let signals: Signals
    private var poller: Poller
    private var isFailing = false
    /// What has arrived on each connection that speaks HTTP.
    private var requests: [Int32: HTTPMessage] = [:]
    /// The other end of each connection that is passed on.
    private var others: [Int32: Int32] = [:]

    init(at endpoint: Endpoint, failing kind: FailureKind, folder: String) throws(Failure) {
        self.endpoint = endpoint
        self.kind = kind
        self.folder = folder
        listener = try Socket.listening(at: endpoint)
        signals = try Signals([SIGUSR1, SIGUSR2])
        poller = try Poller()
        poller.add(listener, .readable)
        poller.add(signals.descriptor, .readable)
    }

    func run() {
        while true {
            for (socket, _) in poller.wait(milliseconds: -1) {
                switch socket {
                case signals.descriptor: while let signal = signals.next() { change(failing: signal == SIGUSR1) }
                case listener: accept()
                default: read(socket)
                }
            }
        }
    }

    private func change(failing: Bool) {
        isFailing = failing
        if kind == .gone { setLink(up: !failing) }
    }

    private func accept() {
        while let socket = Socket.accepted(by: listener) {
            requests[socket] = HTTPMessage()
            poller.add(socket, .readable)
        }
    }

    private func read(_ socket: Int32) {
        // It may have been closed together with its other end, a moment ago.
        guard requests[socket] != nil || others[socket] != nil else { return }
        switch Socket.read(socket) {
        case .nothingYet: return
        case .end: end(socket)
        case .bytes(let bytes):
            if let other = others[socket] {
                if !Socket.write(bytes, to: other) { end(socket) }
            } else if var request = requests[socket] {
                request.append(bytes)
                requests[socket] = request
                if request.isTLS { passOn(socket, bytes) } else if request.hasHead { answer(request, socket) }
            }
        }
    }

    private func answer(_ request: HTTPMessage, _ socket: Int32) {
        let status =
            switch (isFailing, kind) {
            case (true, .status): "500 Internal Server Error"
            // For clients that do not speak TLS: what those who do would have seen.
            case (true, .certificate): "495 Wrong Certificate"
            default: "200 OK"
            }
        requests[socket] = HTTPMessage()
        let close = request.wantsClose
        let written = Socket.write(
            HTTPMessage.answer(status, line: endpoint.address.description, close: close), to: socket)
        if close || !written { end(socket) }
    }

    private func passOn(_ socket: Int32, _ bytes: [UInt8]) {
        requests[socket] = nil
        let path = folder + (isFailing && kind == .certificate ? "/wrong" : "/good")
        guard let other = Socket.connected(toPath: path), Socket.write(bytes, to: other) else { return end(socket) }
        others[socket] = other
        others[other] = socket
        poller.add(other, .readable)
    }

    private func end(_ socket: Int32) {
        close(socket)
        requests[socket] = nil
        guard let other = others.removeValue(forKey: socket) else { return }
        others[other] = nil
        close(other)
    }

    /// `ip link set net0 up|down`
    private func setLink(up: Bool) {
        var request = ifreq()
        withUnsafeMutableBytes(of: &request.ifr_ifrn.ifrn_name) { $0.copyBytes(from: "net0".utf8) }
        _ = ioctl(listener, UInt(SIOCGIFFLAGS), &request)
        let upFlag = Int16(truncatingIfNeeded: IFF_UP)
        request.ifr_ifru.ifru_flags = up ? request.ifr_ifru.ifru_flags | upFlag : request.ifr_ifru.ifru_flags & ~upFlag
        _ = ioctl(listener, UInt(SIOCSIFFLAGS), &request)
    }
}
