import Addressing
import Netlink
import NetlinkTestKit
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
    func `an awkward message is decoded or refused`(message: [UInt8]) throws { try decodeEverything(message) }

    @Test(arguments: fixtures)
    func `every beginning of a message is decoded or refused`(fixture: Fixture) throws {
        for length in 0..<fixture.bytes.count { try decodeEverything(Array(fixture.bytes.prefix(length))) }
    }

    /// The attributes of what is described, out of all messages.
    private static func originals(_ attribute: CommandAttribute) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for fixture in fixtures {
            try? fixture.bytes.span.bytes.forEachAttribute(from: GenericNetlinkFamily.headerSize) {
                (type, value) throws(NetlinkDecodingError) in
                if type == attribute.rawValue { found.append(value.octets) }
            }
        }
        return found
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged services`(seed: UInt64) {
        let outcome = FuzzOutcome(of: Self.originals(.service), seed: seed) { (bytes) throws(NetlinkDecodingError) in
            let service = try Service(bytes)
            _ = service.identity.description
            var writer = AttributeWriter()
            service.identity.encode(into: &writer)
            service.configuration.encode(into: &writer, family: service.identity.family)
            let again = try Service(writer.bytes.span.bytes)
            let isSame = again.identity == service.identity && again.configuration == service.configuration
            if !isSame { Issue.record("\(service) became \(again)") }
        }
        #expect(outcome.isTelling)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged real servers`(seed: UInt64) {
        let originals = Self.originals(.destination)
        let outcome = FuzzOutcome(of: originals, seed: seed) { (bytes) throws(NetlinkDecodingError) in
            let destination = try Destination(bytes, serviceFamily: .ipv4)
            _ = destination.configuration.forwarding.description
            var writer = AttributeWriter()
            Destination.encode(destination.identity, into: &writer)
            destination.configuration.encode(into: &writer)
            let again = try Destination(writer.bytes.span.bytes, serviceFamily: .ipv4)
            let isSame =
                again.identity == destination.identity && again.configuration == destination.configuration
            if !isSame { Issue.record("\(destination) became \(again)") }
        }
        #expect(outcome.isTelling)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged synchronization daemons`(seed: UInt64) {
        let outcome = FuzzOutcome(of: Self.originals(.daemon), seed: seed) { (bytes) throws(NetlinkDecodingError) in
            var writer = AttributeWriter()
            try SyncDaemon(bytes).encode(into: &writer)
        }
        #expect(outcome.isTelling)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged versions and timeouts`(seed: UInt64) {
        let originals = [Received.info.bytes, Received.timeouts.bytes]
        let outcome = FuzzOutcome(of: originals, seed: seed) { (bytes) throws(NetlinkDecodingError) in
            _ = try Timeouts(bytes)
            _ = try Info(bytes).version.description
        }
        #expect(outcome.isTelling)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged lines of the connection table`(seed: UInt64) {
        let lines = ConnectionTableTests.captured.split(separator: "\n").map { Array($0.utf8) }
        var values = 0
        var fuzzer = Fuzzer(lines, seed: seed)
        for _ in 0..<Fuzzer.inputs / Fuzzer.seeds.count where ConnectionEntry(fuzzer.next()) != nil { values += 1 }
        #expect(values > 100)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged texts of addresses`(seed: UInt64) {
        let texts = ["10.103.97.2:6443", "[fd00::2]:65535", "::ffff:10.0.0.1", "master-1.example:80"]
        var values = 0
        var fuzzer = Fuzzer(texts.map { Array($0.utf8) }, seed: seed)
        for _ in 0..<Fuzzer.inputs / Fuzzer.seeds.count {
            let text = String(decoding: fuzzer.next(), as: UTF8.self)
            if let address = IPAddress(text), IPAddress(address.description) == address { values += 1 }
            do throws(EndpointParsingError) {
                let endpoint = try Endpoint(text)
                if (try? Endpoint(endpoint.description)) == endpoint { values += 1 }
            } catch { _ = error.description }
        }
        #expect(values > 100)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged answers to every question`(seed: UInt64) throws {
        var fuzzer = Fuzzer(Self.fixtures.map(\.bytes), seed: seed)
        for _ in 0..<Fuzzer.inputs / Fuzzer.seeds.count / 30 { try decodeEverything(fuzzer.next()) }
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
