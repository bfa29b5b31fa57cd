import Addressing
import Director
import Testing

@testable import LVSCareSockets

/// What is kept of the sessions that servers let be resumed, and for how long.
@Suite struct TLSSessionStoreTests {
    private static let begin = ContinuousClock.now
    /// 2026-01-01
    private static let time: Int64 = 1_767_225_600
    private static let server = identity(6443)

    private static func identity(
        _ port: UInt16, _ family: IPAddress.Family = .ipv4, as host: String = "api.test"
    ) -> TLSServerIdentity {
        TLSServerIdentity(Endpoint(address: .loopback(family), port: port), as: Host(named: host))
    }

    private static func session(
        _ name: String = "ticket", isForOneUse: Bool = true, validity: Range<Int64>? = nil
    ) -> ResumableSession {
        ResumableSession(
            octets: Array(name.utf8), isForOneUse: isForOneUse,
            origin: .init(certificateExpiry: validity?.upperBound, validity: validity))
    }

    private static func store(limit: Int = 1_000_000) -> TLSSessionStore {
        TLSSessionStore(limit: limit, random: SplitMix64(seed: 1))
    }

    private func name(_ session: ResumableSession?) -> String? {
        session.map { String(decoding: $0.octets, as: UTF8.self) }
    }

    @Test(arguments: [(true, nil), (false, "ticket")])
    func `a session of TLS 1.3 serves once, one of TLS 1.2 again`(isForOneUse: Bool, again: String?) {
        var store = Self.store()
        store.keep(
            Self.session(isForOneUse: isForOneUse), of: Self.server, since: Self.begin, at: Self.begin)
        #expect(name(store.take(for: Self.server, at: Self.begin, time: Self.time)) == "ticket")
        #expect(name(store.take(for: Self.server, at: Self.begin, time: Self.time)) == again)
    }

    @Test func `the newest session is kept`() {
        var store = Self.store()
        store.keep(Self.session("one"), of: Self.server, since: Self.begin, at: Self.begin)
        store.keep(Self.session("two"), of: Self.server, since: Self.begin, at: Self.begin)
        #expect(store.count == 1)
        #expect(name(store.take(for: Self.server, at: Self.begin, time: Self.time)) == "two")
        #expect(store.count == 0 && store.size == 0)
    }

    @Test func `a server is its address, its port and its name`() {
        let servers = [
            Self.server, Self.identity(6444), Self.identity(6443, .ipv6), Self.identity(6443, as: "other.test"),
            Self.identity(6443, as: "127.0.0.1"),
        ]
        var store = Self.store()
        for (number, server) in servers.enumerated() {
            #expect(store.take(for: server, at: Self.begin, time: Self.time) == nil)
            store.keep(Self.session("\(number)"), of: server, since: Self.begin, at: Self.begin)
        }
        for (number, server) in servers.enumerated() {
            #expect(name(store.take(for: server, at: Self.begin, time: Self.time)) == "\(number)")
        }
    }

    /// However often it is resumed: what comes of a resumed handshake has the age of the full one.
    @Test(arguments: [true, false])
    func `a full handshake is due five to ten minutes after the last`(isForOneUse: Bool) throws {
        var dues: [Duration] = []
        var store = Self.store()
        for number in 0..<UInt16(100) {
            let server = Self.identity(number)
            store.keep(Self.session(isForOneUse: isForOneUse), of: server, since: Self.begin, at: Self.begin)
            var now = Self.begin
            while let session = store.take(for: server, at: now, time: Self.time) {
                try #require(now - Self.begin <= .seconds(600))
                if isForOneUse { store.keep(session, of: server, since: now, at: now) }
                now += .seconds(1)
            }
            dues.append(now - Self.begin)
        }
        #expect(dues.allSatisfy { TLSSessionStore.renewal.contains($0) })
        // Spread over these five minutes.
        for minute in 5..<10 {
            #expect(dues.contains { $0 >= .seconds(60 * minute) && $0 < .seconds(60 * (minute + 1)) })
        }
    }

    @Test(arguments: [(-1, false), (0, true), (59, true), (60, false), (1000, false)] as [(Int64, Bool)])
    func `no session is resumed when its certificates are not valid`(second: Int64, isResumed: Bool) {
        var store = Self.store()
        let session = Self.session(isForOneUse: false, validity: Self.time..<Self.time + 60)
        store.keep(session, of: Self.server, since: Self.begin, at: Self.begin)
        let taken = store.take(for: Self.server, at: Self.begin, time: Self.time + second)
        #expect((taken != nil) == isResumed)
        #expect(store.count == (isResumed ? 1 : 0))
    }

    @Test func `what a connection got that began before a failure is not kept`() {
        var store = Self.store()
        store.keep(Self.session(), of: Self.server, since: Self.begin, at: Self.begin)
        store.forget(Self.server, at: Self.begin + .seconds(2))
        #expect(store.take(for: Self.server, at: Self.begin + .seconds(2), time: Self.time) == nil)
        for (second, isKept) in [(1, false), (2, false), (3, true)] {
            let now = Self.begin + .seconds(4)
            store.keep(Self.session(), of: Self.server, since: Self.begin + .seconds(second), at: now)
            #expect((store.take(for: Self.server, at: now, time: Self.time) != nil) == isKept)
        }
    }

    @Test func `handshakes are full ones for ten minutes where resumption has failed`() {
        var store = Self.store()
        store.abstain(from: Self.server, at: Self.begin)
        // A failure in between changes nothing.
        store.forget(Self.server, at: Self.begin + .seconds(10))
        for (second, isKept) in [(11, false), (599, false), (600, true)] {
            let now = Self.begin + .seconds(second)
            store.keep(Self.session(), of: Self.server, since: now, at: now)
            #expect((store.take(for: Self.server, at: now, time: Self.time) != nil) == isKept)
        }
    }

    @Test func `a store that is full takes no more servers, and goes on with those that it has`() {
        var store = Self.store(limit: 10 * (TLSSessionStore.overhead + 6))
        for number in 0..<UInt16(20) {
            store.keep(Self.session(), of: Self.identity(number), since: Self.begin, at: Self.begin)
        }
        #expect(store.count == 10)
        #expect(store.size == 10 * (TLSSessionStore.overhead + 6))
        store.keep(Self.session("newest"), of: Self.identity(3), since: Self.begin, at: Self.begin)
        #expect(name(store.take(for: Self.identity(3), at: Self.begin, time: Self.time)) == "newest")
        // One longer than the room that is left.
        store.keep(Self.session("longest"), of: Self.identity(4), since: Self.begin, at: Self.begin)
        #expect(store.count == 9)
    }

    @Test func `what is old is dropped, of servers that nobody asks any more, too`() {
        var store = Self.store()
        for number in 0..<UInt16(20) {
            let server = Self.identity(number)
            switch number % 3 {
            case 0: store.keep(Self.session(), of: server, since: Self.begin, at: Self.begin)
            case 1: store.forget(server, at: Self.begin)
            default: store.abstain(from: server, at: Self.begin)
            }
        }
        #expect(store.count == 20)
        let later = Self.begin + .seconds(600)
        store.keep(Self.session(), of: Self.server, since: later, at: later)
        #expect(store.count == 1)
        #expect(store.size == TLSSessionStore.overhead + 6)
    }
}
