import Director
import LVSCareModel

/// A path verification in simulated time: a scheduler that takes turns, direct probes every five seconds, attempts that
/// are answered after two milliseconds unless another time is set.
final class VerificationWorld {
    typealias Instant = ContinuousClock.Instant

    private let start = Instant.now
    private(set) var now: Instant
    private(set) var verification: PathVerification
    private var events: [(at: Instant, input: PathVerification.Input)] = []
    private var wake: Instant?
    private var turn = 0
    private let interval: Duration

    /// The real servers with a weight, in the order in which the scheduler takes them.
    let realServers: [RealServer]
    var inService: Set<RealServer>
    /// Those that answer direct probes.
    var healthy: Set<RealServer>
    /// Those that do not answer through the VIP.
    var broken: Set<RealServer> = []
    /// Whether another program has emptied the table, which the next pass puts right.
    var isTableGone = false
    /// Whether no packet reaches the load balancer.
    var isCutOff = false
    /// Whether the kernel tells which real server an attempt got.
    var isTransparent = true
    /// Whether no attempt can be made at all.
    var isExhausted = false
    /// How long a real server takes to answer.
    var answerTime: Duration = .milliseconds(2)
    /// Picks the real server of an attempt; `nil` to take turns.
    var pick: ((Int) -> RealServer)?
    /// What came of each attempt.
    private(set) var attempts: [(at: Duration, realServer: RealServer?)] = []
    private(set) var reports: [(at: Duration, report: ReachabilityReport)] = []
    private(set) var mostInFlight = 0
    private var inFlight = 0

    init(_ realServers: [RealServer], healthCheck: HealthCheck = HealthCheck(jitter: 0)) {
        self.realServers = realServers
        inService = Set(realServers)
        healthy = inService
        interval = healthCheck.interval
        now = start
        verification = PathVerification(healthCheck, seed: 1)
        for (index, realServer) in realServers.enumerated() {
            events.append((start + .milliseconds(10 + index), .probed(realServer, answeredAfter: .zero)))
        }
    }

    /// Ends a pass.
    func pass(isComplete: Bool = true, hasRepaired: Bool = false) {
        take(.passFinished(isComplete: isComplete, hasRepaired: hasRepaired || isTableGone, inService: inService))
        isTableGone = false
    }

    func advance(by duration: Duration) {
        let end = now + duration
        while let next = (events.map(\.at) + [wake].compactMap(\.self)).min(), next <= end {
            now = next
            if let wake, wake == next {
                self.wake = nil
                take(.wake)
            } else if let index = events.firstIndex(where: { $0.at == next }) {
                happen(events.remove(at: index).input)
            }
        }
        now = end
    }

    /// What was told, without the rounds in which all was well: `began [a]`.
    var news: [String] {
        reports.lazy.map(\.report).filter { $0.phase != .verified }.map { "\($0.phase) \($0.realServers)" }
    }

    private func happen(_ input: PathVerification.Input) {
        switch input {
        case .passFinished: pass()
        case .probed(let realServer, _):
            events.append((now + interval, .probed(realServer, answeredAfter: .zero)))
            take(.probed(realServer, answeredAfter: healthy.contains(realServer) ? answerTime : nil))
        case .attemptEnded:
            inFlight -= 1
            take(input)
        default:
            take(input)
        }
    }

    private func take(_ input: PathVerification.Input) {
        for directive in verification.handle(input, at: now) {
            switch directive {
            case .attempt(let number, let timeout): begin(number, timeout)
            case .look: events.append((now + .milliseconds(50), passDue))
            case .report(let report): reports.append((now - start, report))
            case .wake(let instant): wake = instant
            }
        }
    }

    /// Stands for the pass that was asked for.
    private var passDue: PathVerification.Input {
        .passFinished(isComplete: true, hasRepaired: false, inService: inService)
    }

    private func begin(_ number: Int, _ timeout: Duration) {
        inFlight += 1
        mostInFlight = max(mostInFlight, inFlight)
        let candidates = realServers.filter(inService.contains)
        turn += 1
        let realServer = pick?(turn) ?? candidates[turn % candidates.count]
        attempts.append((now - start, isCutOff ? nil : realServer))
        let told = isCutOff || !isTransparent ? nil : realServer
        if isTableGone {
            events.append((now, .attemptEnded(number, .unanswered(nil, failure(.refused)))))
        } else if isExhausted {
            events.append((now, .attemptEnded(number, .notMade)))
        } else if isCutOff || broken.contains(realServer) || !healthy.contains(realServer) {
            events.append((now + timeout, .attemptEnded(number, .unanswered(told, failure(.connectTimeout)))))
        } else {
            let answer = PathVerification.Input.attemptEnded(number, .answered(told))
            let silence = PathVerification.Input.attemptEnded(number, .unanswered(told, failure(.responseTimeout)))
            events.append(answerTime < timeout ? (now + answerTime, answer) : (now + timeout, silence))
        }
    }
}
