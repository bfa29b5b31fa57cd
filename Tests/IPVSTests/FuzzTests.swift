import Addressing
import Netlink
import Testing

@testable import IPVS

/// Whatever a kernel answers, decoding ends with a value or an error; and what was decoded survives being written and
/// read again.
@Suite struct FuzzTests {
    static let fixtures = [
        Received.info, Received.timeouts, Received.masterIPv6, Received.backup, Received.serviceWithTraffic,
        Received.destinationWithTraffic, Received.tcp6, Received.mark4, Received.persistent600,
        Received.persistent6, Received.sip, Received.gueChecksum, Received.ipv6ToIPv4, Received.ipv6,
    ]

    /// Messages that a decoder may stumble over; what the random ones find is added here.
    static let awkward: [[UInt8]] = [
        [], [1], [1, 1, 0, 0],
        // An attribute of length 0, one shorter than its header, one longer than the message.
        [1, 1, 0, 0, 0, 0, 1, 0], [1, 1, 0, 0, 3, 0, 1, 0], [1, 1, 0, 0, 0xff, 0xff, 1, 0],
        // A service and a real server without any attributes, then one byte of padding.
        [1, 1, 0, 0, 4, 0, 1, 0], [1, 1, 0, 0, 4, 0, 2, 0], [1, 1, 0, 0, 4, 0, 1, 0, 0],
        // A service of the unspecified family; one of IPv4 without an address; flags of two bytes.
        [1, 1, 0, 0, 12, 0, 1, 0, 6, 0, 1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 12, 0, 1, 0, 6, 0, 1, 0, 2, 0, 0, 0],
        [1, 1, 0, 0, 12, 0, 1, 0, 6, 0, 7, 0, 2, 0, 0, 0],
        // A family of one byte, an address of four.
        [1, 1, 0, 0, 12, 0, 1, 0, 5, 0, 1, 0, 2, 0, 0, 0], [1, 1, 0, 0, 12, 0, 2, 0, 8, 0, 1, 0, 10, 0, 0, 1],
        // A daemon in state 0.
        [9, 1, 0, 0, 12, 0, 3, 0, 8, 0, 1, 0, 0, 0, 0, 0],
    ]

    @Test(arguments: awkward)
    func awkwardMessage(message: [UInt8]) throws { try decodeEverything(message) }

    @Test(arguments: fixtures)
    func everyBeginningOfAMessage(fixture: Fixture) throws {
        for length in 0..<fixture.bytes.count { try decodeEverything(Array(fixture.bytes.prefix(length))) }
    }

    @Test(arguments: 0..<UInt64(8))
    func mutatedMessages(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            var bytes = Self.fixtures[Int.random(in: 0..<Self.fixtures.count, using: &random)].bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.insert(UInt8.random(in: 0...8, using: &random), at: at)
                default: if bytes.count > 1 { bytes.remove(at: at) }
                }
            }
            try decodeEverything(bytes)
        }
    }

    @Test(arguments: 0..<UInt64(4))
    func randomBytes(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            // Small numbers make likely types and lengths.
            let top: UInt8 = Bool.random(using: &random) ? 16 : 255
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...top, using: &random)
            }
            try decodeEverything(bytes)
        }
    }

    /// Hands `message` to every decoder; anything but a value or an error for malformed bytes is a failure.
    private func decodeEverything(_ message: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let client = try ScriptedIPVS.answering([message]).client
        outcome(message, sourceLocation) { _ = try client.info() }
        outcome(message, sourceLocation) { _ = try client.timeouts() }
        outcome(message, sourceLocation) { _ = try client.daemons() }
        outcome(message, sourceLocation) {
            for service in try client.services() { try expectSame(service, message, sourceLocation) }
        }
        outcome(message, sourceLocation) {
            for destination in try client.destinations(of: EncodingTests.web) {
                try expectSame(destination, message, sourceLocation)
            }
        }
    }

    private func outcome(_ message: [UInt8], _ location: SourceLocation, _ body: () throws -> Void) {
        do {
            try body()
        } catch let error as IPVSError {
            #expect(error.reason == .unanswered, "\(error) for \(message)", sourceLocation: location)
        } catch {
            Issue.record("\(error) for \(message)", sourceLocation: location)
        }
    }

    private func expectSame(_ service: Service, _ message: [UInt8], _ location: SourceLocation) throws {
        var writer = AttributeWriter()
        service.identity.encode(into: &writer)
        service.configuration.encode(into: &writer, family: service.identity.family)
        let again = try Service(writer.bytes.span.bytes)
        #expect(again.identity == service.identity, "\(message)", sourceLocation: location)
        #expect(again.configuration == service.configuration, "\(message)", sourceLocation: location)
    }

    private func expectSame(_ destination: Destination, _ message: [UInt8], _ location: SourceLocation) throws {
        var writer = AttributeWriter()
        Destination.encode(destination.identity, into: &writer)
        destination.configuration.encode(into: &writer)
        let again = try Destination(writer.bytes.span.bytes, serviceFamily: .ipv4)
        #expect(again.identity == destination.identity, "\(message)", sourceLocation: location)
        #expect(again.configuration == destination.configuration, "\(message)", sourceLocation: location)
    }
}

/// Steele, Lea and Flood's generator: the same numbers for the same seed everywhere.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
