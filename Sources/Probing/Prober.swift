public import Addressing
public import Epoll
public import LVSCareModel
import LVSCareSockets

/// Makes probes of one kind: each is one attempt at one real server over a connection of its own.
///
/// Everything happens on the loop given at the start: a prober is made, used and released there, and its probes
/// need no other thread. The host names that redirects lead to are looked up there, too, without the C library.
/// One prober serves any number of real servers and of probes in flight; they share the TLS context and nothing else.
public final class Prober {
    private let plan: any ProbePlan
    private let loop: EpollLoop
    private let materials: ProbeMaterials
    private let sourcePorts: SourcePorts
    private let bodyTimeout: Duration
    private let notice: (Notice) -> Void

    /// An observation beside the outcomes of probes.
    public enum Notice: Hashable, Sendable {
        /// A file cannot be used any more; its former content stays in use.
        case fileAged(String)
        /// A file is in use from now on, for the first time or because it has changed; a client certificate's with its
        /// expiry, in seconds since 1970 (UTC).
        case fileRenewed(String, expiry: Int64?)
        /// The client certificate in this file expires within a day, or has.
        case certificateExpires(String, at: Int64)
        /// Something drops what comes to this endpoint from the probes' own ports; from now on its probes come from
        /// those of clients.
        case portsFiltered(Endpoint, ClosedRange<UInt16>)
    }

    /// A prober that makes probes of `configuration` on `loop`.
    ///
    /// For HTTPS with verification this reads the system's trust roots from the file system. A system without any is
    /// no error here: its probes are inconclusive, with a detail that names what is missing.
    ///
    /// Certificates, keys and tokens that are in files are read when a probe needs them, on a thread of their own, and
    /// again within a second of a change; what was good stays in use while they cannot be read, and `notice` is called.
    /// Where it never was, probes are inconclusive, with a detail that names the file.
    ///
    /// Throws the error of the TLS library when it cannot be set up.
    public convenience init(
        configuration: ProbeConfiguration, on loop: EpollLoop, notice: @escaping (Notice) -> Void = { _ in }
    ) throws {
        try self.init(
            configuration: configuration, on: loop, systemRoots: .standard, notice: notice)
    }

    /// The same with other trust roots than the system's, with other files about host names, and with another timeout
    /// of responses whose connection shall be kept.
    init(
        configuration: ProbeConfiguration,
        on loop: EpollLoop,
        systemRoots: TLSContextMaker.SystemRoots,
        sourcePorts: SourcePorts = SourcePorts(),
        nameFiles: NameFiles = .ofThisNode,
        bodyTimeout: Duration = ProbeAttempt.bodyTimeout,
        notice: @escaping (Notice) -> Void = { _ in }
    ) throws {
        self.bodyTimeout = bodyTimeout
        self.notice = notice
        plan = configuration.plan
        self.sourcePorts = sourcePorts
        self.loop = loop
        let traits = configuration.traits
        let tls = TLSClient(
            traits.tls ?? TLSProbeConfiguration(), applicationProtocols: plan.applicationProtocols,
            systemRoots: systemRoots)
        materials = ProbeMaterials(
            tls, anonymous: plan.leavesOrigin ? tls.withoutCertificate() : tls, tokenFile: traits.tokenFile,
            resolver: HostResolver(reading: nameFiles, on: loop))
        materials.whenSomethingHappens(notice)
        // A redirect may still lead to TLS; only then is the context made.
        if traits.beginsWithTLS { try tls.prepare() }
    }

    /// Starts one probe of `endpoint` and returns at once.
    ///
    /// `completion` is called exactly once, on the loop, after this call has returned, and when the loop has attended
    /// to its events for `timeout` after it at the latest; not at all if the attempt is cancelled before. The attempt
    /// need not be kept.
    ///
    /// With `connectionEnded`, the connection of a healthy HTTP(S) probe stays open where the real server allows it: it
    /// is a connection to `endpoint` itself, and the response is of HTTP/1.1, has an end that shows, is short and does
    /// not close the connection. Whether it stays open is in the measurement (``ProbeMeasurement/keepsConnection``),
    /// for whose sake the completion waits for the end of the response, a moment at most. `connectionEnded` is then
    /// called exactly once, on the loop and after the completion, when the connection ends; or not at all if the
    /// attempt is cancelled before, which closes the connection at once.
    ///
    /// With `heartbeatAnswered`, that connection can be asked for a sign of life (``ProbeAttempt/askForAnswer()``), after
    /// each of which `heartbeatAnswered` is called on the loop as soon as the answer is there. Over TLS the server may
    /// choose HTTP/2 then, and is asked by PING (RFC 9113, section 6.7; ``ProbeMeasurement/answersPings``); over HTTP/1.1
    /// the request is sent once more.
    @discardableResult
    public func probe(
        _ endpoint: Endpoint,
        timeout: Duration,
        connectionEnded: ((ConnectionEnd) -> Void)? = nil,
        heartbeatAnswered: (() -> Void)? = nil,
        completion: @escaping (ProbeOutcome) -> Void
    ) -> ProbeAttempt {
        let staysOpen = connectionEnded != nil
        let attempt = ProbeAttempt(
            at: endpoint, with: materials, from: sourcePorts, timeout: timeout, bodyTimeout: bodyTimeout,
            usesSessions: true, on: loop,
            notice: notice
        ) { [plan, materials] in
            try plan.begin(
                ProbeCircumstances(
                    endpoint: endpoint, timeout: timeout, staysOpen: staysOpen,
                    hasHeartbeat: staysOpen && heartbeatAnswered != nil,
                    authorization: try materials.authorization()))
        } handler: { event in
            switch event {
            case .finished(let outcome): completion(outcome)
            case .heartbeatAnswered: heartbeatAnswered?()
            case .connectionEnded(let end): connectionEnded?(end)
            }
        }
        // A connection can fail within the call that opens it; the caller shall hold the attempt by then.
        loop.execute { attempt.start() }
        return attempt
    }

    /// Tries the virtual service at `endpoint` as its clients do, and returns at once.
    ///
    /// The conversation is that of a probe, because a mere connection would be logged by servers as a mishap; but it
    /// comes from a port that the kernel chooses, as a client's does, and follows no redirect. `completion` is called
    /// as that of ``probe(_:timeout:connectionEnded:heartbeatAnswered:completion:)``.
    @discardableResult
    public func tryAsClient(
        _ endpoint: Endpoint, timeout: Duration, completion: @escaping (ClientAttempt) -> Void
    ) -> ProbeAttempt {
        let source = SourceHolder()
        let attempt = ProbeAttempt(
            at: endpoint, with: materials, from: .chosenByKernel, timeout: timeout,
            bodyTimeout: bodyTimeout, usesSessions: false, on: loop,
            notice: notice
        ) { [plan, materials] in
            try plan.forClient.begin(
                ProbeCircumstances(
                    endpoint: endpoint, timeout: timeout, staysOpen: false,
                    authorization: try materials.authorization()))
        } handler: { event in
            guard case .finished(let outcome) = event else { return }
            completion(ClientAttempt(.init(outcome), from: source.endpoint))
        }
        loop.execute {
            attempt.start()
            source.endpoint = attempt.source
        }
        return attempt
    }
}

/// Where an attempt comes from, known as soon as it has begun.
private final class SourceHolder {
    var endpoint: Endpoint?
}

@available(*, unavailable)
extension Prober: Sendable {}
