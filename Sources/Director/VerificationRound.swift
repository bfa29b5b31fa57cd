package import LVSCareModel

/// Attempts at a VIP, one after the other, until each real server in service was reached.
///
/// The scheduler decides which real server an attempt gets, so their number is bounded: one that always leads to the
/// same real server, as source hashing does, ends the round without anything against the others.
package struct VerificationRound: Sendable {
    /// Most attempts, however many real servers there are.
    package static let mostAttempts = 32

    /// Most attempts of this round.
    package let limit: Int
    /// Number of attempts that were begun.
    package private(set) var attempts = 0
    /// The real servers that answered.
    package private(set) var reached: Set<RealServer> = []
    /// Number of attempts that were answered, and of those that were not.
    package private(set) var answers = 0
    private(set) var failures = 0
    /// The real servers that are still to be reached.
    private var open: Set<RealServer>
    /// Answers of real servers that are not known.
    private var anonymousAnswers = 0
    private var isStopped = false

    /// A round that is to reach each of `realServers`.
    package init(toReach realServers: some Collection<RealServer>) {
        open = Set(realServers)
        limit = min(2 * open.count + 2, Self.mostAttempts)
    }

    /// Counts an attempt that begins.
    package mutating func begin() { attempts += 1 }

    /// Takes in an answer, by this real server where that is known.
    package mutating func answered(by realServer: RealServer?) {
        answers += 1
        guard let realServer else {
            anonymousAnswers += 1
            return
        }
        reached.insert(realServer)
        open.remove(realServer)
    }

    /// Takes in that an attempt was not answered.
    package mutating func failed() { failures += 1 }

    /// Gives up reaching this real server.
    package mutating func giveUp(_ realServer: RealServer) { open.remove(realServer) }

    /// Gives up.
    package mutating func stop() { isStopped = true }

    /// Whether no further attempt should be made; `isDoubtful` while a failure waits to be repeated.
    package func isOver(isDoubtful: Bool) -> Bool {
        isStopped || attempts >= limit || !isDoubtful && open.count <= anonymousAnswers
    }
}
