/// Lets so many events of each key through in a period, however different they are.
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
        var events = 0
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
        account.events += 1
        accounts[key] = account
        if account.events <= most { return .admitted }
        return account.events == most + 1 ? .heldBackFirst : .heldBack
    }
}
