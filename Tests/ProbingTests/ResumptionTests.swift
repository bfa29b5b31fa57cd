import Addressing
import Epoll
import Foundation
import LVSCareModel
import ProbingTestKit
import Synchronization
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Which probes resume a session of TLS, in the eyes of the server, and which never do.
@Suite struct ResumptionTests {
    /// What a server has seen of handshakes, in order.
    final class Record: Sendable {
        private let handshakes = Mutex<[TLSHandshake]>([])

        /// Whether each was resumed.
        var areResumed: [Bool] { handshakes.withLock { $0.map(\.isResumed) } }

        func take(_ handshake: TLSHandshake) { handshakes.withLock { $0.append(handshake) } }
    }

    /// Probes with one prober, one after the other.
    final class Series: Sendable {
        private let prober: LoopBound<Prober>

        init(
            _ configuration: ProbeConfiguration, systemRoots: TLSContextMaker.SystemRoots = .certificates([])
        ) async throws {
            prober = try await probeLoop.submit { loop in
                LoopBound(try Prober(configuration: configuration, on: loop, systemRoots: systemRoots), on: loop)
            }
        }

        func probe(_ endpoint: Endpoint, timeout: Duration = .seconds(30)) async -> ProbeOutcome {
            await withCheckedContinuation { continuation in
                probeLoop.execute { loop in
                    self.prober.value(on: loop).probe(endpoint, timeout: timeout) { continuation.resume(returning: $0) }
                }
            }
        }

        /// A probe whose connection stays open; `end` waits for its end.
        func monitor(_ endpoint: Endpoint) async -> (outcome: ProbeOutcome, end: @Sendable () async throws -> Void) {
            let hasEnded = Mutex(false)
            let end = Box(hasEnded)
            let outcome = await withCheckedContinuation { continuation in
                probeLoop.execute { loop in
                    self.prober.value(on: loop).probe(endpoint, timeout: .seconds(30)) { _ in
                        end.value.withLock { $0 = true }
                    } completion: {
                        continuation.resume(returning: $0)
                    }
                }
            }
            return (outcome, { try await eventually("the connection has ended") { end.value.withLock(\.self) } })
        }

        func tryAsClient(_ endpoint: Endpoint) async -> ClientAttempt {
            await withCheckedContinuation { continuation in
                probeLoop.execute { loop in
                    self.prober.value(on: loop).tryAsClient(endpoint, timeout: .seconds(30)) {
                        continuation.resume(returning: $0)
                    }
                }
            }
        }
    }

    /// A value without copies that closures share.
    private final class Box<Value: ~Copyable & Sendable>: Sendable {
        let value: Value
        init(_ value: consuming Value) { self.value = value }
    }

    private static let versions = [TLSVersion.tls12, .tls13]
    private static let verified = HTTPProbeConfiguration(tls: TLSProbeConfiguration(verifiesCertificate: true))
    private let record = Record()

    private func context(
        _ version: TLSVersion = .tls13, adjust: (inout TLSServerSettings) -> Void = { _ in }
    ) throws -> TLSServerContext {
        try serverContext {
            $0.maximumVersion = version
            $0.seesHandshake = record.take
            adjust(&$0)
        }
    }

    private func isResumed(_ outcome: ProbeOutcome) -> Bool? {
        if case .healthy(let measurement) = outcome { measurement.resumesSession } else { nil }
    }

    // MARK: What is resumed

    @Test(arguments: versions)
    func `HTTP probes resume the session of the one before`(version: TLSVersion) async throws {
        let server = try await LoopbackServer(tls: context(version), answering: answer("200 OK"))
        let series = try await Series(.http(Self.verified), systemRoots: Certificates.roots)
        for number in 0..<4 {
            let outcome = await series.probe(server.endpoint)
            guard case .healthy(let measurement) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(measurement.resumesSession == (number > 0))
            // 2120-01-01, as the fixture says, although the certificate was shown only once.
            #expect(measurement.certificateExpiry == 4_733_510_400)
        }
        #expect(record.areResumed == [false, true, true, true])
        #expect(server.record.errors.isEmpty)
        try await server.stop()
    }

    @Test(arguments: versions)
    func `gRPC probes resume the session of the one before`(version: TLSVersion) async throws {
        let server = try await GRPCServer(tls: context(version) { $0.applicationProtocols = ["h2"] }) { _ in
            GRPCServer.answer(GRPCServer.serving)
        }
        let series = try await Series(.grpc(GRPCProbeConfiguration(tls: TLSProbeConfiguration())))
        for number in 0..<3 {
            let outcome = await series.probe(server.endpoint)
            #expect(isResumed(outcome) == (number > 0), "\(outcome)")
        }
        #expect(record.areResumed == [false, true, true])
        #expect(server.complaints.isEmpty)
        try await server.stop()
    }

    @Test(arguments: versions)
    func `a probe whose connection stays open has its session resumed`(version: TLSVersion) async throws {
        let server = try await LoopbackServer(
            tls: context(version), .init(onRequest: { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }))
        let series = try await Series(.http(HTTPProbeConfiguration()))
        let (outcome, _) = await series.monitor(server.endpoint)
        #expect(isResumed(outcome) == false, "\(outcome)")
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        #expect(record.areResumed == [false, true])
        try await server.stop()
    }

    /// The real thing: Go's crypto/tls, with and without the question for a certificate of the client, which decides
    /// whether tickets come before the end of the handshake or after it.
    @Test(arguments: versions, [true, false])
    func `a server in Go has its sessions resumed`(version: TLSVersion, asks: Bool) async throws {
        let server = try await GoServer(["-tell", "-tls", version == .tls12 ? "12" : "13"] + (asks ? ["-ask"] : []))
        let series = try await Series(.http(Self.verified), systemRoots: Certificates.roots)
        for number in 0..<4 {
            let outcome = await series.probe(server.endpoint)
            #expect(isResumed(outcome) == (number > 0), "\(outcome)")
        }
        #expect(try server.stop() == ["full", "resumed", "resumed", "resumed"])
    }

    @Test func `a server in Go without tickets is healthy`() async throws {
        let server = try await GoServer(["-tell", "-tickets=false"])
        let series = try await Series(.http(Self.verified), systemRoots: Certificates.roots)
        for _ in 0..<3 { #expect(isResumed(await series.probe(server.endpoint)) == false) }
        #expect(try server.stop() == ["full", "full", "full"])
    }

    // MARK: What is not

    @Test func `an attempt as a client resumes nothing`() async throws {
        let server = try await LoopbackServer(tls: context(), answering: answer("200 OK"))
        let series = try await Series(.http(HTTPProbeConfiguration()))
        _ = await series.probe(server.endpoint)
        _ = await series.tryAsClient(server.endpoint)
        _ = await series.tryAsClient(server.endpoint)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        #expect(record.areResumed == [false, false, false, true])
        try await server.stop()
    }

    /// A changed file makes another context, whatever is in it.
    @Test func `a change of the issuers' file is followed by a full handshake`() async throws {
        let server = try await LoopbackServer(tls: context(), answering: answer("200 OK"))
        let folder = try Folder()
        let issuers = try folder.write("ca.crt", Certificates.root)
        let series = try await Series(
            .http(HTTPProbeConfiguration(tls: .init(verifiesCertificate: true, issuersFile: issuers))))
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        try folder.write("ca.crt", Certificates.elsewhere)
        try await eventually("the change is seen") {
            await series.probe(server.endpoint).failure?.reason == .certificate(.unknownIssuer)
        }
        try folder.write("ca.crt", Certificates.root)
        try await eventually("the change is seen") { await series.probe(server.endpoint).isHealthy }
        try folder.write("ca.crt", Certificates.root + "\n")
        try await eventually("a full handshake") { isResumed(await series.probe(server.endpoint)) == false }
        try await server.stop()
    }

    /// A session stands for the certificate that the client had shown.
    @Test func `another client certificate is shown in a full handshake`() async throws {
        let server = try await LoopbackServer(
            tls: context { $0.clientIssuers = Certificates.root }, answering: answer("200 OK"))
        let folder = try Folder()
        let file = try folder.write("tls.pem", Certificates.loopback + "\n" + Certificates.key)
        let series = try await Series(.http(HTTPProbeConfiguration(tls: TLSProbeConfiguration(certificateFile: file))))
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        try folder.write("tls.pem", Certificates.expired + "\n" + Certificates.key)
        try await eventually("the server refuses it") { await series.probe(server.endpoint).failure?.reason == .tls }
        try await server.stop()
    }

    /// The certificate is for fifteen seconds; a resumed handshake would not show that they are over.
    @Test(arguments: versions)
    func `no session outlives the certificate`(version: TLSVersion) async throws {
        let folder = try Folder()
        let certificate = try await Self.certificate(in: folder, seconds: 15)
        let server = try await LoopbackServer(
            tls: context(version) {
                $0.certificate = certificate.text
                $0.key = certificate.key
            }, answering: answer("200 OK"))
        let tls = TLSProbeConfiguration(verifiesCertificate: true, issuersFile: certificate.path)
        let series = try await Series(.http(HTTPProbeConfiguration(tls: tls)))
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        try await eventually("it has expired") {
            await series.probe(server.endpoint).failure?.reason == .certificate(.expired)
        }
        try await server.stop()
    }

    // MARK: What may hide another certificate

    /// Its sessions go on being resumed, as those of a server whose processes share the keys of tickets.
    @Test(arguments: versions)
    func `a failure is followed by a full handshake, which shows another certificate`(version: TLSVersion) async throws
    {
        let isBroken = Box(Mutex(false))
        let context = try context(version)
        let server = try await LoopbackServer(
            tls: context,
            .init(onRequest: { _ in
                [.send(answer(isBroken.value.withLock(\.self) ? "503 Service Unavailable" : "200 OK")), .close]
            }))
        let series = try await Series(.http(Self.verified), systemRoots: Certificates.roots)
        #expect(await series.probe(server.endpoint).isHealthy)
        isBroken.value.withLock { $0 = true }
        // The resumed session makes no verdict, so the question is repeated.
        #expect(await series.probe(server.endpoint).failure?.reason == .status(503))
        #expect(record.areResumed == [false, true, false])
        isBroken.value.withLock { $0 = false }
        try context.show(Certificates.elsewhere)
        #expect(await series.probe(server.endpoint).failure?.reason == .certificate(.wrongName))
        try context.show(Certificates.loopback)
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        try await server.stop()
    }

    @Test(arguments: versions)
    func `a refused connection is followed by a full handshake`(version: TLSVersion) async throws {
        let context = try context(version)
        let server = try await LoopbackServer(tls: context, answering: answer("200 OK"))
        let series = try await Series(.http(HTTPProbeConfiguration()))
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        try await server.stop()
        #expect(await series.probe(server.endpoint).failure?.reason == .refused)
        let next = try await LoopbackServer(
            port: server.endpoint.port, tls: context, .init(onRequest: { _ in [.send(answer("200 OK")), .close] }))
        #expect(isResumed(await series.probe(next.endpoint)) == false)
        try await next.stop()
    }

    @Test(arguments: versions)
    func `the end of a monitored connection is followed by a full handshake`(version: TLSVersion) async throws {
        let server = try await LoopbackServer(
            tls: context(version), .init(onRequest: { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }))
        let series = try await Series(.http(HTTPProbeConfiguration()))
        let (_, end) = await series.monitor(server.endpoint)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        server.perform([.close])
        try await end()
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        try await server.stop()
    }

    // MARK: Servers that cannot resume

    @Test(arguments: versions)
    func `a server that takes no offer is as healthy, and has new sessions resumed`(version: TLSVersion) async throws {
        let context = try context(version)
        let server = try await LoopbackServer(tls: context, answering: answer("200 OK"))
        let series = try await Series(.http(Self.verified), systemRoots: Certificates.roots)
        _ = await series.probe(server.endpoint)
        context.renewTicketKeys()
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        #expect(record.areResumed == [false, false, true])
        #expect(server.record.connections == 3)
        try await server.stop()
    }

    /// An alert, and the silence of something in between that drops what it does not know.
    @Test(arguments: versions, [TLSServerSettings.Treatment.alert, .silence])
    func `a server that an offer breaks is healthy, and gets no more offers`(
        version: TLSVersion, treatment: TLSServerSettings.Treatment
    ) async throws {
        let server = try await LoopbackServer(
            tls: context(version) { $0.treatmentOfOffers = treatment }, answering: answer("200 OK"))
        let series = try await Series(.http(Self.verified), systemRoots: Certificates.roots)
        for _ in 0..<4 {
            let outcome = await series.probe(server.endpoint, timeout: .seconds(4))
            #expect(isResumed(outcome) == false, "\(outcome)")
        }
        #expect(record.areResumed == [false, false, false, false])
        // The first, the offer and what came instead of it, and two more.
        #expect(server.record.connections == 5)
        try await server.stop()
    }

    /// Servers that look for the client's certificate in each handshake, for example.
    @Test(arguments: versions)
    func `a server that answers otherwise in a resumed session is healthy`(version: TLSVersion) async throws {
        let record = record
        let server = try await LoopbackServer(
            tls: context(version),
            .init(onRequest: { _ in
                [.send(answer(record.areResumed.last == true ? "403 Forbidden" : "200 OK")), .close]
            }))
        let series = try await Series(.http(HTTPProbeConfiguration()))
        for _ in 0..<4 { #expect(isResumed(await series.probe(server.endpoint)) == false) }
        #expect(record.areResumed == [false, true, false, false, false])
        try await server.stop()
    }

    // MARK: Redirects

    /// The same server under two names: a certificate that was for one is none for the other.
    @Test func `a session is resumed for the name that it was made with`() async throws {
        let server = try await LoopbackServer(
            tls: context(),
            .init(onRequest: { request in
                let port = request.lineValue("Host")?.split(separator: ":").last ?? ""
                return request.hasPrefix("GET /end ")
                    ? [.send(answer("200 OK")), .close]
                    : [.send(answer("302 Found", "Location: https://localhost:\(port)/end\r\n")), .close]
            }))
        var http = Self.verified
        http.redirects = .follow
        let series = try await Series(.http(http), systemRoots: Certificates.roots)
        #expect(isResumed(await series.probe(server.endpoint)) == false)
        #expect(isResumed(await series.probe(server.endpoint)) == true)
        #expect(record.areResumed == [false, false, true, true])
        try await server.stop()
    }

    /// A server that a redirect leads to is told nothing that identifies the client, and a session would.
    @Test func `sessions with a client certificate are not resumed without it`() async throws {
        let folder = try Folder()
        let file = try folder.write("tls.pem", Certificates.loopback + "\n" + Certificates.key)
        let target = Box(Mutex(""))
        let first = try await LoopbackServer(
            tls: serverContext(),
            .init(onRequest: { _ in
                [.send(answer("302 Found", "Location: \(target.value.withLock(\.self))\r\n")), .close]
            }))
        let other = try await LoopbackServer(tls: context(), answering: answer("200 OK"))
        target.value.withLock { $0 = "https://\(other.endpoint)/" }
        var http = HTTPProbeConfiguration(tls: TLSProbeConfiguration(certificateFile: file))
        http.redirects = .follow
        let series = try await Series(.http(http))
        // With the certificate, and then from elsewhere without it.
        #expect(isResumed(await series.probe(other.endpoint)) == false)
        #expect(isResumed(await series.probe(first.endpoint)) == false)
        #expect(isResumed(await series.probe(first.endpoint)) == true)
        #expect(isResumed(await series.probe(other.endpoint)) == true)
        #expect(record.areResumed == [false, false, true, true])
        try await first.stop()
        try await other.stop()
    }

    // MARK: Fixtures

    /// A certificate for 127.0.0.1 of its own issue, and its key, by `openssl ca -selfsign`.
    private static func certificate(
        in folder: Folder, seconds: Int
    ) async throws -> (path: String, text: String, key: String) {
        try folder.write(
            "ca.cnf",
            """
            [ca]
            default_ca = defaults
            [defaults]
            database = \(folder.path("index.txt"))
            new_certs_dir = \(folder.path(""))
            rand_serial = yes
            default_md = sha256
            policy = names
            x509_extensions = server
            [names]
            commonName = supplied
            [server]
            subjectAltName = IP:127.0.0.1
            """)
        try folder.write("index.txt", "")
        let (key, path) = (try folder.write("key", Certificates.key), folder.path("certificate"))
        let request = folder.path("request")
        try await run(["req", "-new", "-key", key, "-subj", "/CN=short", "-out", request, "-config", "/dev/null"])
        let now = Int64(Date.now.timeIntervalSince1970)
        try await run([
            "ca", "-batch", "-notext", "-config", folder.path("ca.cnf"), "-in", request, "-out", path, "-selfsign",
            "-keyfile", key, "-startdate", "20200101000000Z", "-enddate", utc(now + Int64(seconds)),
        ])
        return (path, try String(contentsOfFile: path, encoding: .utf8), Certificates.key)
    }

    /// `20260131235959Z`
    private static func utc(_ seconds: Int64) -> String {
        var (time, parts) = (time_t(seconds), tm())
        gmtime_r(&time, &parts)
        let digits: (Int32, Int) -> String = { number, count in
            String(String(Int(number) + 10_000).suffix(count))
        }
        return digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2)
            + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2) + "Z"
    }

    private static func run(_ arguments: [String]) async throws {
        let program = try await Program("openssl", arguments)
        try #require(program.status == 0, "openssl \(arguments.joined(separator: " "))")
    }
}

/// The program of `Tests/Oracles/go-tls`, built by `scripts/oracles`.
final class GoServer {
    private static let program = URL(filePath: #filePath).appending(path: "../../../.build/oracles/go-tls-server")
        .standardized.path

    let endpoint: Endpoint
    private let process = Process()
    private let folder: Folder

    /// What it tells goes to a file: the end of a pipe may be a long time coming, when other processes have inherited it.
    init(_ arguments: [String]) async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.program), "scripts/oracles has not been run")
        folder = try Folder()
        let output = try folder.write("output", "")
        process.executableURL = URL(filePath: Self.program)
        process.arguments =
            try [
                "-cert", folder.write("certificate", Certificates.loopback), "-key",
                folder.write("key", Certificates.key),
            ] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        try process.run()
        try await eventually("the server listens") {
            try String(contentsOfFile: output, encoding: .utf8).contains("\n")
        }
        endpoint = try Endpoint(String(String(contentsOfFile: output, encoding: .utf8).prefix { $0 != "\n" }))
    }

    /// Ends it. Returns what it has told.
    func stop() throws -> [String] {
        // It may have inherited a mask that holds back what is gentler.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let text = try String(contentsOfFile: folder.path("output"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map(String.init)
    }
}
