/// Lets so many events of each key through in a period, however different they are, and counts what it held back.
struct LineBudget<Key: Hashable> {
    /// What becomes of an event.
    enum Verdict: Hashable {
        case admitted
        /// It is the first that is held back in this period.
        case heldBackFirst
        case heldBack
    }

    private struct Account {
        var begin: ContinuousClock.Instant
        var admitted = 0
        var held = 0
    }

    /// Most events of a key that are let through in a period.
    let most: Int
    let period: Duration
    private var accounts: [Key: Account] = [:]

    init(most: Int, in period: Duration) { (self.most, self.period) = (most, period) }

    /// Decides on one event of `key`. An account whose period is over begins anew; those of others are forgotten then.
    mutating func admit(_ key: Key, at now: ContinuousClock.Instant) -> Verdict {
        var account = accounts[key] ?? Account(begin: now)
        if now - account.begin >= period {
            accounts = accounts.filter { now - $0.value.begin < period }
            account = Account(begin: now)
        }
        defer { accounts[key] = account }
        guard account.admitted >= most else {
            account.admitted += 1
            return .admitted
        }
        account.held += 1
        return account.held == 1 ? .heldBackFirst : .heldBack
    }
}
