import DNS
import NetlinkTestKit
import Testing

/// Whatever the octets are, decoding ends: with a value, or with an error that says what is wrong.
@Suite struct MessageFuzzTests {
    /// Decodes, writes what came out, and decodes that. Returns whether it was a message.
    private static func decode(_ octets: [UInt8]) -> Bool {
        _ = try? MessageHead(decoding: octets)
        guard let message = try? Message(decoding: octets) else { return false }
        _ = message.head.questions.map { "\($0.name) \($0.type) \($0.name.isHostName)" }
        let again = try? Message(decoding: message.encoded)
        if again != message { Issue.record("\(message) became \(String(describing: again))") }
        return true
    }

    @Test(arguments: Captured.whole)
    func `every beginning of a message`(octets: [UInt8]) {
        for length in octets.indices { #expect(!Self.decode(Array(octets[..<length]))) }
    }

    @Test(arguments: Captured.whole)
    func `every other octet in every place`(octets: [UInt8]) {
        var values = 0
        for place in octets.indices {
            var damaged = octets
            for octet in UInt8.min...UInt8.max {
                damaged[place] = octet
                if Self.decode(damaged) { values += 1 }
            }
        }
        #expect(values > 1000)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged messages`(seed: UInt64) {
        var fuzzer = Fuzzer(Captured.whole + [Captured.cut], seed: seed)
        let inputs = Fuzzer.inputs / Fuzzer.seeds.count
        let values = (0..<inputs).count { _ in Self.decode(fuzzer.next()) }
        #expect(values > 100 && inputs - values > 100)
    }

    /// The largest message of names that refer to names that refer to names.
    @Test func `no message takes long`() {
        var octets = Captured.octets("123481800000ffff00000000")
        // A row of references, each to the one before.
        octets += [1, 0x61, 0]
        var before = 12
        while octets.count < 16_000 {
            let start = octets.count
            octets += [0xc0 | UInt8(before >> 8), UInt8(before & 0xff)]
            before = start
        }
        while octets.count < 65_535 { octets += [0xc0 | UInt8(before >> 8), UInt8(before & 0xff), 0, 1] }
        let began = ContinuousClock.now
        for _ in 0..<100 { _ = Self.decode(octets) }
        #expect(ContinuousClock.now - began < .seconds(5))
    }

    @Test(arguments: Fuzzer.seeds)
    func `lookups of damaged answers`(seed: UInt64) {
        var fuzzer = Fuzzer(Captured.whole + [Captured.cut], seed: seed)
        var ends = 0
        for _ in 0..<Fuzzer.inputs / Fuzzer.seeds.count / 10 {
            var world = LookupWorld(["10.0.0.53", "10.0.0.54"]) { question in
                var octets = fuzzer.next()
                if octets.count > 2 { octets.replaceSubrange(0..<2, with: question.octets.prefix(2)) }
                return .reply(octets)
            }
            world.configuration.usesStreams = false
            if case .success = world.run("api.example.com") { ends += 1 }
        }
        #expect(ends > 10)
    }
}
