import Addressing
import DNS
import Director
import NetlinkTestKit
import Testing

/// No value that a caller hands over traps.
@Suite struct AnyValueTests {
    @Test(
        arguments: [Int.min, -1, 0, .max], [Duration.seconds(Int64.max) * 8, .zero, .zero - .seconds(Int64.max) * 8])
    func `a configuration stays within its limits`(number: Int, time: Duration) {
        var configuration = ResolverConfiguration()
        configuration.servers = []
        configuration.ndots = number
        configuration.attempts = number
        configuration.timeout = time
        configuration.rotates = true
        #expect(
            configuration == ResolverConfiguration(ndots: number, timeout: time, attempts: number, rotates: true))
        #expect(configuration.servers.count == 1)
        var lookup = Lookup("a.b", configuration: configuration, hosts: HostsTable(), within: time)
        var random = SplitMix64(seed: 1)
        #expect(lookup.handle(.start, using: &random).count == 2)
        for input in [Lookup.Input.start, .received(number, []), .failed(number, errno: .min), .timedOut(number)] {
            _ = lookup.handle(input, using: &random)
        }
        #expect((Answer.leastTime...Answer.mostTime).contains(Answer(.addresses([]), timeToLive: time).timeToLive))
    }

    @Test(arguments: Fuzzer.seeds)
    func `any text is a name, a table or a configuration, or none`(seed: UInt64) {
        let originals = [
            "api.example.com", #"a\.b\046c.\255"#, "10.0.0.1 a b\n#c\nfd00::1\ta.b", "_x._tcp.a.",
            "search a b\nnameserver 1.2.3.4\noptions ndots:3 timeout:4 attempts:5\ndomain c",
        ]
        var fuzzer = Fuzzer(originals.map { Array($0.utf8) }, seed: seed)
        for _ in 0..<Fuzzer.inputs / Fuzzer.seeds.count {
            let text = String(decoding: fuzzer.next(), as: UTF8.self)
            if let name = DomainName(text) {
                #expect(name.wireForm.count <= 255 && DomainName("\(name)") == name)
                _ = name.isHostName
            }
            _ = HostsTable(text).addresses(of: "a.b")
            _ = HostsTable("1.2.3.4 \(text)").addresses(of: text)
            _ = ResolverConfiguration(text, hostName: text)
        }
    }

    /// Thousands of records, of which each is looked at once.
    @Test func `the largest answer takes no time`() {
        let long = name(Array(repeating: String(repeating: "a", count: 61), count: 4).joined(separator: "."))
        let record = Record(name: long, timeToLive: 1, data: .address(address("10.0.0.1")))
        var world = LookupWorld(["10.0.0.53"]) { question in
            var message = question.message
            message.head.flags.insert(.response)
            message.answers = (0..<4000).map { index in
                var record = record
                record.data = .address(
                    IPAddress(octets: [10, 0, UInt8(index >> 8), UInt8(index & 0xff)]) ?? address("10.0.0.1"))
                return record
            }
            return .reply(message.encoded)
        }
        world.kind = .addresses([.ipv4])
        let began = ContinuousClock.now
        #expect((try? world.run("\(long)").get().addresses.count) == 4000)
        #expect(ContinuousClock.now - began < .seconds(2))
    }
}
