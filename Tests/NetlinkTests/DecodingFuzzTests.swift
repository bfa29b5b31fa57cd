import NetlinkTestKit
import SystemPackage
import Testing

@testable import Netlink

/// Whatever the bytes are, decoding ends: with a value, or with an error that says what is wrong.
@Suite struct DecodingFuzzTests {
    /// A datagram: a part of a dump with nested attributes, a refusal with the kernel's sentence, and the end of a dump.
    private static let datagram: [UInt8] = {
        var bytes: [UInt8] = []
        NetlinkRequest(type: 28) { writer in
            writer.header([1, 1, 0, 0])
            writer.nest(1) { writer in
                writer.integer(1, UInt16(2))
                writer.string(6, "wlc")
                writer.nest(10) { $0.integer(1, UInt64(5)) }
            }
        }.encode(into: &bytes, flags: .multi, sequence: 1, port: 4711)
        NetlinkRequest(type: NetlinkControl.error, flags: [.capped, .extendedAcknowledgement]) { writer in
            writer.header([0xea, 0xff, 0xff, 0xff] + [UInt8](repeating: 7, count: NetlinkHeader.size))
            writer.string(1, "Scheduler is missing")
            writer.integer(2, UInt32(20))
        }.encode(into: &bytes, flags: [], sequence: 2, port: 4711)
        NetlinkRequest(type: NetlinkControl.done) { $0.header([0, 0, 0, 0]) }
            .encode(into: &bytes, flags: .multi, sequence: 1, port: 4711)
        return bytes
    }()

    @Test(arguments: Fuzzer.seeds)
    func `messages and attributes in attributes`(seed: UInt64) {
        let outcome = FuzzOutcome(of: [Self.datagram], seed: seed) { (bytes) throws(NetlinkDecodingError) in
            try bytes.forEachMessage { (header, payload) throws(NetlinkDecodingError) in
                if header.type < NetlinkControl.firstOfFamily { _ = try NetlinkStatus(payload, header: header) }
                _ = payload.cString
                try? Self.walk(payload, from: 4, depth: 4)
            }
        }
        #expect(outcome.isTelling)
    }

    private static func walk(_ bytes: RawSpan, from start: Int, depth: Int) throws(NetlinkDecodingError) {
        guard depth > 0 else { return }
        try bytes.forEachAttribute(from: start) { (_, value) throws(NetlinkDecodingError) in
            _ = try? value.bigEndian(UInt32.self)
            try? walk(value, from: 0, depth: depth - 1)
        }
    }

    @Test(arguments: Fuzzer.seeds)
    func `families`(seed: UInt64) {
        let originals = [GenericNetlinkTests.controlFamily]
        let outcome = FuzzOutcome(of: originals, seed: seed) { (bytes) throws(NetlinkDecodingError) in
            _ = try GenericNetlinkFamily(bytes)
        }
        #expect(outcome.isTelling)
    }

    /// Each input is what the kernel answers to each kind of exchange.
    @Test(arguments: Fuzzer.seeds)
    func `answers`(seed: UInt64) {
        var fuzzer = Fuzzer([Self.datagram], seed: seed)
        let request = NetlinkRequest(type: 28) { $0.header([1, 1, 0, 0]) }
        var outcomes = (successes: 0, errors: 0)
        for _ in 0..<Fuzzer.inputs / Fuzzer.seeds.count / 4 {
            let answer = fuzzer.next()
            func connection() -> NetlinkConnection {
                NetlinkConnection(over: ScriptedKernel { _ in [.raw(answer)] })
            }
            let results: [NetlinkError?] = [
                failure { () throws(NetlinkError) in
                    try connection().reply(to: request) { (_, _) throws(NetlinkDecodingError) in }
                },
                failure { () throws(NetlinkError) in
                    _ = try connection().dump(request) { (_, _) throws(NetlinkDecodingError) -> Int? in 1 }
                },
                failure { () throws(NetlinkError) in
                    do throws(NetlinkTransactionError) {
                        try connection().transact([request, request], begin: request, end: request)
                    } catch { throw error.underlying }
                },
            ]
            for result in results + connection().execute([request, request]) {
                if result == nil { outcomes.successes += 1 } else { outcomes.errors += 1 }
            }
        }
        #expect(outcomes.successes > 100 && outcomes.errors > 100)
    }

    private func failure(_ body: () throws(NetlinkError) -> Void) -> NetlinkError? {
        do throws(NetlinkError) {
            try body()
            return nil
        } catch { return error }
    }
}
