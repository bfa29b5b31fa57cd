package import Addressing

/// Whom a TLS session is with: where the connection leads, and the host that the certificate has to be for.
package struct TLSServerIdentity: Hashable, Sendable {
    package let endpoint: Endpoint
    package let host: Host

    /// An identity of its two parts.
    package init(_ endpoint: Endpoint, as host: Host) {
        self.endpoint = endpoint
        self.host = host
    }
}

/// The sessions that servers let a client resume, all of one TLS context. A value: what time it is, is said to it.
///
/// A resumed handshake shows no certificate. So a server's session is resumed as long as its certificate is valid, for
/// ten minutes at most after the full handshake that it rests on, and never after something went wrong.
package struct TLSSessionStore {
    package typealias Instant = ContinuousClock.Instant

    /// Time after a full handshake when the next one is due, at random within it: clients that began at the same moment,
    /// for example because their server did, shall not all come back at the same moment.
    package static let renewal: ClosedRange<Duration> = .seconds(300) ... .seconds(600)
    /// Time for which handshakes are full ones after a server has served a client only with such a one.
    package static let abstention = Duration.seconds(600)
    /// Octets that each server counts for beside its session: what a dictionary and an array need.
    static let overhead = 256

    /// What is known of a server.
    fileprivate enum Entry {
        /// It can be resumed.
        case session(ResumableSession)
        /// Nothing that a connection from before this moment got from it is of any use.
        case forgotten(at: Instant)
        /// Its handshakes are full ones until this moment.
        case abstaining(until: Instant)
    }

    private let limit: Int
    private var random: any RandomNumberGenerator
    private var entries: [TLSServerIdentity: Entry] = [:]
    /// Octets of all entries.
    private(set) var size = 0
    /// When old entries were dropped last.
    private var swept: Instant?

    /// A store without sessions, which has at most `limit` octets: some 25,000 servers.
    package init(limit: Int = 16 * 1024 * 1024, random: any RandomNumberGenerator = SystemRandomNumberGenerator()) {
        self.limit = limit
        self.random = random
    }

    /// Servers that something is known of.
    var count: Int { entries.count }

    /// The session to offer to `server`; `nil` for a full handshake. `time` is in seconds since 1970 (UTC).
    ///
    /// One that serves only once is taken out.
    package mutating func take(for server: TLSServerIdentity, at now: Instant, time: Int64) -> ResumableSession? {
        guard case .session(let session) = entries[server] else { return nil }
        guard let renewal = session.origin.renewal, now < renewal, session.origin.validity?.contains(time) != false
        else {
            remove(server)
            return nil
        }
        if session.isForOneUse { remove(server) }
        return session
    }

    /// Keeps a session that `server` gave on a connection that began at `began`, in the place of a former one.
    ///
    /// What comes of a resumed handshake has the age of the full one. Where there is no room, it is not kept.
    package mutating func keep(
        _ session: ResumableSession, of server: TLSServerIdentity, since began: Instant, at now: Instant
    ) {
        switch entries[server] {
        case .forgotten(let time) where began <= time: return
        case .abstaining(let end) where now < end: return
        case .forgotten, .abstaining, .session, nil: break
        }
        var session = session
        if session.origin.renewal == nil {
            let milliseconds = Self.renewal.lowerBound.milliseconds...Self.renewal.upperBound.milliseconds
            session.origin.renewal = began + .milliseconds(Int64.random(in: milliseconds, using: &random))
        }
        set(.session(session), for: server, at: now)
    }

    /// Has the next handshake with `server` be a full one, and keeps nothing of connections that have begun.
    package mutating func forget(_ server: TLSServerIdentity, at now: Instant) {
        if case .abstaining(let end) = entries[server], now < end { return }
        set(.forgotten(at: now), for: server, at: now)
    }

    /// Has handshakes with `server` be full ones for a while.
    package mutating func abstain(from server: TLSServerIdentity, at now: Instant) {
        set(.abstaining(until: now + Self.abstention), for: server, at: now)
    }

    // MARK: Room

    private mutating func set(_ entry: Entry, for server: TLSServerIdentity, at now: Instant) {
        if swept.map({ now - $0 >= Self.abstention }) ?? true { sweep(at: now) }
        remove(server)
        guard size + entry.size <= limit else { return }
        size += entry.size
        entries[server] = entry
    }

    private mutating func remove(_ server: TLSServerIdentity) {
        if let entry = entries.removeValue(forKey: server) { size -= entry.size }
    }

    /// Drops what is of no use any more, such as sessions with servers that nobody asks any longer.
    private mutating func sweep(at now: Instant) {
        swept = now
        entries = entries.filter { !$0.value.isOld(at: now) }
        size = entries.values.reduce(0) { $0 + $1.size }
    }
}

extension TLSSessionStore.Entry {
    fileprivate var size: Int {
        var size = TLSSessionStore.overhead
        if case .session(let session) = self { size += session.octets.count }
        return size
    }

    fileprivate func isOld(at now: TLSSessionStore.Instant) -> Bool {
        switch self {
        case .session(let session): session.origin.renewal.map { now >= $0 } ?? true
        case .forgotten(let time): now - time >= TLSSessionStore.abstention
        case .abstaining(let end): now >= end
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
