import Addressing
import Epoll
import Glibc
import LVSCareModel
import Probing
import SystemPackage

/// The prober of `scripts/bench tls`: HTTPS probes, one after the other, as the daemon makes them.
@main
enum Main {
    private static let usage = """
        usage: probe-bench ADDRESS:PORT COUNT [CERTIFICATE]
                   makes COUNT probes, one after the other; with the file CERTIFICATE, the server's has to be of it
               probe-bench PORT COUNT
                   probes COUNT real servers of 127.1.0.0/16, once each
        Prints how many were healthy, how many of these had resumed a session of TLS, and the memory that only this
        process has, in KiB

        """

    static func main() {
        let operands = CommandLine.arguments.dropFirst().map { $0 }
        guard 2...3 ~= operands.count, let count = Int(operands[1]), let endpoints = endpoints(operands[0], count)
        else { complain(usage, status: 64) }
        do {
            let loop = try EpollLoop()
            var tls = TLSProbeConfiguration()
            if operands.count == 3 { tls = TLSProbeConfiguration(verifiesCertificate: true, issuersFile: operands[2]) }
            let prober = try Prober(configuration: .http(HTTPProbeConfiguration(target: "/", tls: tls)), on: loop)
            let series = Series(prober, of: endpoints, on: loop)
            loop.execute { series.proceed() }
            loop.run()
            print(series.healthy, series.resumed, try privateMemory())
        } catch {
            complain("probe-bench: \(error)\n", status: 1)
        }
    }

    /// Whom to probe, in order; `nil` when `text` is neither an endpoint nor a port.
    private static func endpoints(_ text: String, _ count: Int) -> [Endpoint]? {
        if let endpoint = try? Endpoint(text) { return Array(repeating: endpoint, count: count) }
        guard let port = UInt16(text) else { return nil }
        return (0..<count).compactMap { try? Endpoint("127.1.\($0 / 250).\(1 + $0 % 250):\(port)") }
    }

    /// `RssAnon` of proc(5), in KiB.
    private static func privateMemory() throws -> Int {
        guard let file = fopen("/proc/self/status", "r") else { throw Errno(rawValue: errno) }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split {
                $0 == ":" || $0 == " " || $0 == "\t"
            }
            if words.first == "RssAnon", let number = words.dropFirst().first.flatMap({ Int($0) }) { return number }
        }
        return 0
    }

    private static func complain(_ text: String, status: Int32) -> Never {
        let octets = Array(text.utf8)
        write(STDERR_FILENO, octets, octets.count)
        exit(status)
    }
}

/// Probes that follow one another.
private final class Series {
    private let prober: Prober
    private let loop: EpollLoop
    private var left: ArraySlice<Endpoint>
    private(set) var healthy = 0
    private(set) var resumed = 0

    init(_ prober: Prober, of endpoints: [Endpoint], on loop: EpollLoop) {
        self.prober = prober
        self.loop = loop
        left = endpoints[...]
    }

    func proceed() {
        guard let endpoint = left.popFirst() else { return loop.stop() }
        prober.probe(endpoint, timeout: .seconds(10)) { outcome in
            if case .healthy(let measurement) = outcome {
                self.healthy += 1
                if measurement.resumesSession { self.resumed += 1 }
            }
            self.proceed()
        }
    }
}
