import Addressing
import Director
public import Epoll
public import LVSCareModel
import Probing

/// Tries a virtual service of this node's kernel once, as a client does.
///
/// Nothing is decided, remembered or changed, and no privilege is needed. `lvscare check --vs`
public enum VIPProbe {
    /// The result of the attempts at one real server.
    @frozen
    public enum Answer: Hashable, Sendable {
        /// It answered after this time; what it said does not matter here.
        case answered(after: Duration)
        /// It did not, and the attempt was repeated; or no attempt at all was answered.
        case unanswered(ProbeFailure)
    }

    /// Makes attempts at `service`, one after the other, until each of `realServers` has got one, and hands over what was
    /// found, on the loop, once.
    ///
    /// `realServers` are those that get connections and are healthy, with the time that their probes took. There are at most twice as many attempts as these, and
    /// at most 32; real servers that the scheduler did not choose are missing in what is found. So are all where a packet
    /// for the VIP would leave this node.
    public static func once(
        _ service: VirtualService, reaching realServers: [RealServer: Duration], _ healthCheck: HealthCheck,
        on loop: EpollLoop, completion: @escaping ([RealServer: Answer]) -> Void
    ) {
        let side = ClientSide.ofKernel()
        guard !realServers.isEmpty, case .endpoint(.tcp, let endpoint) = service, side.isLocal(endpoint.address),
            let prober = try? Prober(configuration: healthCheck.probe, on: loop)
        else { return loop.execute { completion([:]) } }
        loop.refreshNow()
        VIPTrial(
            at: endpoint, reaching: Set(realServers.keys), prober, asking: side,
            timeout: PathVerification.timeout(of: healthCheck, slowest: realServers.values.max() ?? .zero), on: loop,
            completion: completion
        ).proceed()
    }
}

/// A round of attempts outside of any care. It holds itself by what the loop is to call.
private final class VIPTrial {
    private let service: Endpoint
    private let realServers: Set<RealServer>
    private let prober: Prober
    private let side: ClientSide
    private let timeout: Duration
    private let loop: EpollLoop
    private let completion: ([RealServer: VIPProbe.Answer]) -> Void
    private var round: VerificationRound
    private var found: [RealServer: VIPProbe.Answer] = [:]
    /// Number of attempts without an answer, by the real server where that is known.
    private var failures: [RealServer?: Int] = [:]

    init(
        at service: Endpoint, reaching realServers: Set<RealServer>, _ prober: Prober, asking side: ClientSide,
        timeout: Duration, on loop: EpollLoop, completion: @escaping ([RealServer: VIPProbe.Answer]) -> Void
    ) {
        self.service = service
        self.realServers = realServers
        self.prober = prober
        self.side = side
        self.timeout = timeout
        self.loop = loop
        self.completion = completion
        round = VerificationRound(toReach: realServers)
    }

    /// Makes the next attempt, or ends.
    func proceed() {
        guard !round.isOver(isDoubtful: failures.values.contains(1)) else { return completion(found) }
        round.begin()
        let earliest = loop.now + PathVerification.spacing
        prober.tryAsClient(service, timeout: timeout) { attempt in
            let endpoint = attempt.source.flatMap { self.side.realServer($0, self.service) }
            self.record(attempt.outcome, of: endpoint.map(RealServer.init))
            self.loop.schedule(at: earliest) { self.proceed() }
        }
    }

    private func record(_ outcome: ClientAttempt.Outcome, of realServer: RealServer?) {
        switch outcome {
        case .notMade:
            round.stop()
        case .answered(let time):
            round.answered(by: realServer)
            guard let realServer else { return }
            failures[realServer] = nil
            found[realServer] = .answered(after: time)
        case .unanswered(let failure):
            // What is wrong with one that is not healthy is known already.
            if let realServer, !realServers.contains(realServer) { return }
            failures[realServer, default: 0] += 1
            guard failures[realServer] == 2 else { return }
            if let realServer {
                round.giveUp(realServer)
                found[realServer] = .unanswered(failure)
            } else {
                round.stop()
                // Where some were answered, nobody knows which real servers were not.
                if round.answers == 0 { for realServer in realServers { found[realServer] = .unanswered(failure) } }
            }
        }
    }
}
