import Addressing
import Glibc

/// A client that sends requests to a virtual service until SIGTERM, each over a new connection; then it prints
///
///     SENT FAILED
final class Client {
    private let signals: Signals
    private var poller: Poller
    private var load: RequestLoad

    init(of service: Endpoint) throws(Failure) {
        signals = try Signals([SIGTERM])
        poller = try Poller()
        load = RequestLoad(to: service)
        poller.add(signals.descriptor, .readable)
    }

    func run() {
        var isEnding = false
        while !isEnding || !load.isIdle {
            for (socket, events) in poller.wait(milliseconds: 1) {
                if socket == signals.descriptor {
                    while signals.next() != nil { isEnding = true }
                } else {
                    load.handle(socket, events)
                }
            }
            let now = Moment().milliseconds
            load.expire(at: now)
            if !isEnding { load.send(at: now, poller) }
        }
        Output.standard.write("\(load.sent) \(load.failed)\n")
    }
}
