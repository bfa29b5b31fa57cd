import Glibc
import LVSCareModel
import Testing

@testable import Director

/// How often a healthy real server is suspect because of the network: heartbeats over synthetic delays, in virtual time.
@Suite struct FalseAlarmTests {
    /// A network between two hosts that are well.
    struct Network: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Part of the packets that are lost, each way.
        var loss = 0.0
        /// Time of a round trip without loss.
        var roundTrip = Duration.milliseconds(1)
        /// Part of the heartbeats during which the real server pauses, and for how long at most.
        var pauses = (share: 0.0, most: Duration.zero)
        /// Most suspicions in a day of three real servers.
        var most: Int
    }

    /// Least time after which TCP sends a packet again (`TCP_RTO_MIN`).
    private static let shortestRetransmission = Duration.milliseconds(200)

    private static func delay(_ network: Network, _ generator: inout SplitMix64) -> Duration {
        func isLost() -> Bool { Double.random(in: 0..<1, using: &generator) < network.loss }
        // Half of the time varies, as queues do, with a long tail.
        let tail = -log(Double.random(in: 0.0001..<1, using: &generator))
        var delay = network.roundTrip / 2 + network.roundTrip / 2 * tail
        var wait = shortestRetransmission + network.roundTrip
        while isLost() || isLost() {
            delay += wait
            wait = wait * 2
        }
        if Double.random(in: 0..<1, using: &generator) < network.pauses.share {
            delay += network.pauses.most * Double.random(in: 0..<1, using: &generator)
        }
        return delay
    }

    /// Suspicions in a day of three real servers.
    private static func suspicions(in network: Network, seed: UInt64) -> Int {
        var generator = SplitMix64(seed: seed)
        var suspicions = 0
        for _ in 0..<3 {
            var monitor = HeartbeatMonitor()
            monitor.useConnection(answersPings: true)
            var now = ContinuousClock.now
            for _ in 0..<86_400 {
                let patience = monitor.patience(at: now)
                let delay = delay(network, &generator)
                monitor.send(at: now)
                if delay > patience {
                    suspicions += 1
                    monitor.suspect(at: now + patience)
                    monitor.endSuspicion(wasFalse: true, at: now + delay)
                }
                monitor.answered(at: now + delay)
                now += max(.seconds(1), delay)
            }
        }
        return suspicions
    }

    @Test(arguments: [
        Network(testDescription: "a quiet network", most: 0),
        Network(testDescription: "0.1 % loss", loss: 0.001, most: 3),
        Network(testDescription: "0.1 % loss, 20 ms away", loss: 0.001, roundTrip: .milliseconds(20), most: 3),
        Network(
            testDescription: "pauses of up to 300 ms", pauses: (share: 0.01, most: .milliseconds(300)), most: 0),
        // Two losses in a row are one of 2,500 heartbeats then, and a suspicion is taken back by the answer.
        Network(testDescription: "1 % loss", loss: 0.01, most: 200),
    ])
    func `a day of three healthy real servers`(network: Network) {
        let found = (1...2).map { Self.suspicions(in: network, seed: $0) }
        #expect(found.allSatisfy { $0 <= network.most }, "\(found) suspicions")
    }
}
