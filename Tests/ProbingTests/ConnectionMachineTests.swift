import Addressing
import Director
import Glibc
import LVSCareModel
import Testing

@testable import Probing

/// Stories of one connection as a value, in virtual time: what happens, and what is done about it.
@Suite struct ConnectionMachineTests {
    private static let hello = "GET / HTTP/1.1…"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

    // MARK: Opening

    @Test func `a connection without a conversation is reset as soon as it is open`() {
        var story = ConnectionStory(of: nil)
        #expect(story.start() == ["connect 10.0.0.1 from 61000"])
        #expect(story.opened(after: .milliseconds(3)) == ["reset", "connected"])
        #expect(story.machine.times == ProbeTimes(connect: .milliseconds(3)))
        #expect(story.machine.isOver)
    }

    @Test(arguments: [
        (ECONNREFUSED, "refused"), (EHOSTUNREACH, "unreachable"), (EMFILE, "local"), (ETIMEDOUT, "connectTimeout"),
    ])
    func `a connection that cannot be opened fails`(errno: CInt, reason: String) {
        var story = ConnectionStory(of: .plain)
        _ = story.start()
        #expect(story.broken(errno) == ["reset", "failed in connect: \(reason)"])
        #expect(story.machine.times == ProbeTimes())
        #expect(story.machine.phase == .connect)
    }

    @Test func `each address of a name is tried until one answers`() {
        var story = ConnectionStory(of: .plain, to: .name("web"))
        #expect(story.start() == ["look up web"])
        #expect(story.resolved("10.0.0.2", "10.0.0.3") == ["connect 10.0.0.2"])
        #expect(story.broken(ECONNREFUSED) == ["connect 10.0.0.3"])
        #expect(story.opened() == ["send \(Self.hello)"])
        #expect(story.broken(ECONNRESET) == ["reset", "failed in response: reset"])
    }

    @Test func `a name whose addresses all refuse fails`() {
        var story = ConnectionStory(of: .plain, to: .name("web"))
        _ = story.start()
        _ = story.resolved("10.0.0.2", "10.0.0.3")
        _ = story.broken(EHOSTUNREACH)
        #expect(story.broken(ECONNREFUSED) == ["reset", "failed in connect: refused"])
    }

    @Test func `a name without an address fails`() {
        var story = ConnectionStory(of: .plain, to: .name("web"))
        _ = story.start()
        #expect(story.resolved() == ["reset", "failed in connect: unreachable"])
        story = ConnectionStory(of: .plain, to: .name("web"))
        _ = story.start()
        #expect(story.perform { $0.unresolved("no such name") } == ["reset", "failed in connect: unreachable"])
    }

    @Test func `a request that has no form on the wire is never sent`() {
        var story = ConnectionStory(of: .impossible)
        _ = story.start()
        #expect(story.opened() == ["reset", "failed in connect: local"])
    }

    // MARK: TLS

    @Test func `a request goes out over TLS, and each part is timed`() {
        var story = ConnectionStory(of: .secure)
        _ = story.start()
        #expect(story.opened(after: .milliseconds(1)) == ["handshake with 10.0.0.1"])
        #expect(story.machine.phase == .tls)
        #expect(story.established(after: .milliseconds(2)) == ["send \(Self.hello)"])
        #expect(story.received(Self.ok, after: .milliseconds(4)) == ["responded 200"])
        #expect(
            story.machine.times
                == ProbeTimes(connect: .milliseconds(1), tls: .milliseconds(2), firstByte: .milliseconds(4)))
    }

    @Test func `a handshake that fails sends its alert and leaves the server to close`() {
        var story = ConnectionStory(of: .secure)
        _ = story.start()
        _ = story.opened()
        let fault = ProbeFault(.certificate(.expired), "expired")
        #expect(story.perform { $0.failed(fault) } == ["close", "failed in tls: certificate expired"])
        #expect(story.machine.phase == .tls)
    }

    @Test func `an end within the handshake is a failure of it`() {
        var story = ConnectionStory(of: .secure)
        _ = story.start()
        _ = story.opened()
        #expect(story.ended() == ["close", "failed in tls: reset"])
        story = ConnectionStory(of: .secure)
        _ = story.start()
        _ = story.opened()
        #expect(story.broken(ETIMEDOUT) == ["close", "failed in tls: tlsTimeout"])
    }

    @Test func `a server that agrees on another protocol is not called`() throws {
        var story = try ConnectionStory(ofCall: "https")
        _ = story.start()
        _ = story.opened()
        #expect(story.established() == ["close", "failed in tls: protocolError"])
    }

    @Test func `a handshake without an end is cut off`() {
        var story = ConnectionStory(of: .secure)
        _ = story.start()
        _ = story.opened()
        #expect(story.perform { $0.flooded(limit: 1024) } == ["close", "failed in tls: tls"])
    }

    // MARK: Responses

    @Test func `a response that comes in pieces is judged when its head is there`() {
        var story = ConnectionStory.conversing(.plain)
        #expect(story.received("HTTP/1.1 200 O") == [])
        #expect(story.received("K\r\nContent-Length: 2\r\n") == [])
        #expect(story.received("\r\n") == ["responded 200"])
        #expect(story.perform { $0.close() } == ["close with close_notify"])
        #expect(story.machine.isOver)
    }

    @Test func `an end within the head is a reset`() {
        var story = ConnectionStory.conversing(.plain)
        _ = story.received("HTTP/1.1 200 OK\r\n")
        #expect(story.ended() == ["reset", "failed in response: reset"])
    }

    @Test func `a close_notify before the response is a reset`() {
        var story = ConnectionStory.conversing(.secure)
        #expect(story.perform { $0.closeNotified() } == ["reset", "failed in response: reset"])
    }

    @Test func `nonsense is reset`() {
        var story = ConnectionStory.conversing(.plain)
        #expect(story.received("SSH-2.0-OpenSSH\r\n") == ["reset", "failed in response: protocolError"])
    }

    @Test func `a flood without a response is reset`() {
        var story = ConnectionStory.conversing(.plain)
        #expect(story.perform { $0.flooded(limit: 1024) } == ["reset", "failed in response: protocolError"])
    }

    @Test func `nothing counts once a response was closed`() {
        var story = ConnectionStory.conversing(.plain)
        _ = story.received(Self.ok)
        _ = story.perform { $0.close() }
        for (_, input) in ConnectionStory.inputs { #expect(story.perform(input) == []) }
        #expect(story.perform { $0.close() } == [])
        // The server may never close.
        #expect(story.perform { $0.cancel() } == ["reset"])
    }

    // MARK: Kept connections

    @Test func `a connection is kept when its response is complete, and its end is told`() {
        var story = ConnectionStory.kept(.plain)
        #expect(story.ended() == ["ended closed"])
        #expect(story.machine.isOver)
    }

    @Test func `a connection waits for the end of its response`() {
        var story = ConnectionStory.conversing(.plain)
        _ = story.received(Self.ok)
        #expect(story.perform { $0.keep() } == [])
        #expect(story.perform { $0.paused(hasSentAll: true) } == [])
        #expect(story.received("ok") == [])
        // What is still to be sent would be lost.
        #expect(story.perform { $0.paused(hasSentAll: false) } == [])
        #expect(story.perform { $0.paused(hasSentAll: true) } == ["monitor", "kept true"])
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
        ok + "ok and more",
    ])
    func `a response that speaks against it closes the connection at once`(response: String) {
        var story = ConnectionStory.conversing(.plain)
        #expect(story.received(response) == ["responded 200"])
        #expect(story.perform { $0.keep() } == ["close with close_notify", "kept false"])
    }

    @Test func `octets behind a response speak against it, too`() {
        var story = ConnectionStory.conversing(.plain)
        _ = story.received(Self.ok)
        _ = story.perform { $0.keep() }
        #expect(story.received("okay") == ["close with close_notify", "kept false"])
    }

    @Test func `a response that does not end is closed when the probe has waited enough`() {
        var story = ConnectionStory.conversing(.plain)
        _ = story.received(Self.ok)
        _ = story.perform { $0.keep() }
        #expect(story.perform { $0.close() } == ["close with close_notify", "kept false"])
    }

    @Test func `an end within a response is no failure, but keeps nothing`() {
        for end: ConnectionStory.Input in [
            { $0.ended() }, { $0.broken(errno: ECONNRESET) }, { $0.closeNotified() }, { $0.flooded(limit: 1024) },
        ] {
            var story = ConnectionStory.conversing(.secure)
            _ = story.received(Self.ok)
            _ = story.perform { $0.keep() }
            #expect(story.perform(end).last == "kept false")
            #expect(story.machine.isOver)
        }
    }

    @Test(arguments: [
        (ECONNRESET, "reset"), (ETIMEDOUT, "lost"), (EHOSTUNREACH, "lost"), (ENOBUFS, "reset"),
    ])
    func `a kept connection tells what broke it`(errno: CInt, end: String) {
        var story = ConnectionStory.kept(.plain)
        #expect(story.broken(errno) == ["reset", "ended \(end)"])
    }

    @Test func `a kept connection on which something comes is of no use`() {
        var story = ConnectionStory.kept(.plain)
        #expect(story.received("HTTP/1.1 408 Request Timeout\r\n\r\n") == ["reset", "ended reset"])
        story = ConnectionStory.kept(.plain)
        #expect(story.perform { $0.flooded(limit: 1024) } == ["reset", "ended reset"])
    }

    @Test func `a kept TLS session ends with its close_notify, or without where its process died`() {
        var story = ConnectionStory.kept(.secure)
        #expect(story.perform { $0.closeNotified() } == ["close with close_notify", "ended closed"])
        story = ConnectionStory.kept(.secure)
        let fault = ProbeFault.closedEarly
        #expect(story.perform { $0.failed(fault, meaning: .closed) } == ["reset", "ended closed"])
    }

    // MARK: Cancelling

    /// From the first moment to the last, a cancelled connection is reset and never heard of again.
    @Test(arguments: ConnectionStory.Transport.allCases)
    func `cancelling in any state resets and silences`(transport: ConnectionStory.Transport) {
        for length in 0...ConnectionStory.journey.count {
            var story = ConnectionStory(of: transport, to: .name("web"))
            for (_, step) in ConnectionStory.journey.prefix(length) { _ = story.perform(step) }
            let phase = story.machine.phase
            #expect(story.perform { $0.cancel() } == ["reset"])
            #expect(story.machine.isOver && story.machine.phase == phase)
            for (_, input) in ConnectionStory.inputs { #expect(story.perform(input) == []) }
        }
    }

    /// On the way to a kept connection, and whatever happens in between: an outcome comes once, and nothing comes after
    /// the last event.
    @Test func `no order of events brings two outcomes`() {
        var generator = SplitMix64(seed: 793)
        var kept = 0
        for _ in 0..<20_000 {
            var story = ConnectionStory(of: .allCases.randomElement(using: &generator) ?? .plain, to: .name("web"))
            var rest = ConnectionStory.journey[...]
            var told: [String] = []
            for _ in 0..<12 {
                let isUsual = Int.random(in: 0..<8, using: &generator) > 0
                guard
                    let (_, step) = isUsual ? rest.popFirst() : ConnectionStory.inputs.randomElement(using: &generator)
                else { continue }
                let wasOver = story.machine.isOver
                let events = story.perform(step).filter(ConnectionStory.isEvent)
                #expect(!wasOver || events.isEmpty, "\(told), \(events)")
                told += events
            }
            if told.contains("kept true") { kept += 1 }
            #expect(told.filter { !$0.hasPrefix("kept") && !$0.hasPrefix("ended") }.count <= 1, "\(told)")
            #expect(told.filter { $0.hasPrefix("kept") }.count <= 1, "\(told)")
            #expect(told.filter { $0.hasPrefix("ended") }.count <= (told.contains("kept true") ? 1 : 0), "\(told)")
        }
        #expect(kept > 2000)
    }
}
